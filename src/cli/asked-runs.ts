import { resolveSettings, type Settings } from '../config/settings.js';
import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';
import { RUNS_REPORTERS } from '../report/reporters/index.js';
import type { RunsAnswer } from '../state/runs-result.js';
import { resolveColor } from './color.js';
import { diffRuns } from './diff-runs.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import { listRuns } from './list-runs.js';
import { pruneRuns } from './prune-runs.js';
import type { GivenLayers } from './read-settings.js';
import { showRun } from './show-run.js';
import { verifyRuns } from './verify-runs.js';

/** What somebody asks about the history, with the settings of the nightly job where they matter. */
export interface RunsQuestion {
  readonly io: CliIo;
  readonly settings: Settings;
  /** As segment run has them. */
  readonly nightly: Settings;
  /** Runs as they were named. */
  readonly words: readonly string[];
}

interface Question {
  /** How many runs it names, and in words. */
  readonly words: number;
  readonly takes: string;
  readonly answer: (question: RunsQuestion) => Promise<RunsAnswer>;
}

const QUESTIONS: Readonly<Record<string, Question>> = {
  show: { words: 1, takes: 'one run', answer: showRun },
  diff: { words: 2, takes: 'two runs, the earlier one first', answer: diffRuns },
  verify: { words: 0, takes: 'no run', answer: verifyRuns },
  prune: { words: 0, takes: 'no run', answer: pruneRuns },
};

/**
 * Answers what is asked about the history of runs; without a question, lists it. Errors: `unknown-question`, `runs-words`, those of the
 * answers; `state-not-whole` after a check that found something.
 */
export async function answerRuns(
  io: CliIo,
  { layers }: GivenLayers,
  question: string | undefined,
  words: readonly string[],
): Promise<void> {
  const settings = resolveSettings('runs', layers, io.now());
  const nightly = resolveSettings('run', layers, io.now());
  const asked = { io, settings, nightly, words };
  const answer = question === undefined ? await listRuns(asked) : await answerTo(question, asked);
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, settings, io.env), isUnicode: isUnicode(io.env) };
  if (settings.json) io.stdout.write(RUNS_REPORTERS.json.render(answer, options));
  else if (!settings.quiet) io.stdout.write(RUNS_REPORTERS.terminal.render(answer, options));
  if (answer.kind === 'verification' && answer.problems.length > 0) {
    fail('state-not-whole', { directory: settings.state, problems: answer.problems.length });
  }
}

function answerTo(question: string, asked: RunsQuestion): Promise<RunsAnswer> {
  const found = Object.hasOwn(QUESTIONS, question) ? QUESTIONS[question] : undefined;
  const questions = Object.keys(QUESTIONS);
  if (found === undefined) return fail('unknown-question', { question, questions, nearest: nearest(question, questions) });
  if (asked.words.length !== found.words) fail('runs-words', { question, words: asked.words, takes: found.takes });
  return found.answer(asked);
}
