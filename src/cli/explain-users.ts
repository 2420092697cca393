import { explainStatus, explainUser } from '../analysis/explain/explain.js';
import type { ExplainResult } from '../analysis/explain/explain-result.js';
import { findInputFiles } from '../input/sources.js';
import { EXPLAIN_REPORTERS } from '../report/reporters/index.js';
import { checkRejectsPath } from './check-rejects-path.js';
import { type Classification, classifyFiles } from './classification.js';
import { resolveColor } from './color.js';
import { commandLine } from './command-line.js';
import { type CliIo, reportWidth } from './io.js';
import { isUnicode } from './is-unicode.js';
import type { DecisionOptions, InputOptions, RunOptions } from './parse-options.js';
import type { Subject } from './parse-subject.js';
import { presentWarnings } from './present-warnings.js';
import { type Session, withSession } from './session.js';

interface Options {
  readonly subject: Subject;
  readonly input: InputOptions;
  readonly decision: DecisionOptions;
  readonly run: RunOptions;
}

/** Classifies without writing anything, and prints why one user, or a few of a status, are where they are. */
export async function explainUsers(io: CliIo, files: readonly string[], options: Options): Promise<void> {
  const { input, decision, run } = options;
  const inputs = await findInputFiles(files, io.cwd);
  checkRejectsPath({ path: options.input.rejectsFile, inputs, inputPaths: files, out: undefined, cwd: io.cwd });
  await withSession(io, run, { inputs, output: undefined }, async (session) => {
    const classification = await classifyFiles(io, session, inputs, {
      input,
      decision,
      keep: [],
      isSpreadsheetSafe: false,
      keepDays: true,
      command: commandLine('explain', files),
    });
    session.progress.step('explaining');
    const result = await explain(session, classification, options);
    session.progress.finish(classification.result.rows.total);
    show(io, result, run);
    io.stderr.write(presentWarnings(classification.result.warnings));
  });
}

function explain({ database }: Session, { result, userDays }: Classification, { subject, decision }: Options): Promise<ExplainResult> {
  const settings = { summary: result, parameters: decision.parameters, shape: userDays.shape };
  return subject.kind === 'user' ? explainUser(database, settings, subject.userId) : explainStatus(database, settings, subject.status);
}

function show(io: CliIo, result: ExplainResult, run: RunOptions): void {
  const options = { width: reportWidth(io.stdout), colorLevel: resolveColor(io.stdout, run, io.env), isUnicode: isUnicode(io.env) };
  if (run.json) io.stdout.write(EXPLAIN_REPORTERS.json.render(result, options));
  else if (!run.quiet) io.stdout.write(EXPLAIN_REPORTERS.terminal.render(result, options));
}
