import { join } from 'node:path';
import { fail } from '../errors/segment-error.js';
import { DEFAULT_RFM_MODEL } from '../segmentation/rfm/models/index.js';
import { ledgerDifference, pointerAfter } from '../state/run-ledger.js';
import type { RunsDifference, SizeDifference } from '../state/runs-result.js';
import { RUNS_NAME } from '../state/state-folder.js';
import { type StateSurvey, type SurveyedRun, sizesOfSummary, surveyState } from '../state/survey-state.js';
import type { RunsQuestion } from './asked-runs.js';
import { listedRun } from './listed-run.js';
import { movedSegmentation } from './moved-segmentation.js';
import { withSession } from './session.js';
import { settingDifferences } from './setting-differences.js';
import { compareMemberships, loadMembership, type Membership, openMembership } from './show-folder-moves.js';
import { surveyedRun } from './show-run.js';

/** Two runs side by side, and who moved between them. Errors: those of `surveyState`, `run-unknown`, `runs-not-in-order`, those of `openMembership`. */
export async function diffRuns({ io, settings, nightly, words }: RunsQuestion): Promise<RunsDifference> {
  const survey = await surveyState(settings.state, io.cwd);
  const [before, after] = runsInOrder(survey, words);
  const memberships = await openRuns(survey, [before, after], io.cwd);
  const { maxExpand, spreadsheetSafe } = nightly;
  const moved = movedSegmentation('status', DEFAULT_RFM_MODEL);
  const moves = await withSession(
    io,
    { ...settings, maxExpand },
    { inputs: [], members: memberships.map(({ input }) => input), output: undefined },
    async (session) => {
      session.progress.step('comparing runs');
      await loadMembership(session, { maxExpand }, memberships[0], { table: 'members_before', marks: [] });
      await loadMembership(session, { maxExpand }, memberships[1], { table: 'members_after', marks: [] });
      const asked = { movesSegmentation: moved.name, spreadsheetSafe, holdout: undefined, salt: undefined };
      return compareMemberships(session.database, asked, { moved, holdout: undefined }, memberships);
    },
  );
  const [earlier, later] = [before, after].map(({ run }) => pointerAfter(survey.directory, run.id));
  return {
    kind: 'difference',
    state: settings.state,
    before: listedRun(before),
    after: listedRun(after),
    settings: settingDifferences(memberships[0].settings, memberships[1].settings),
    files: earlier && later ? ledgerDifference(earlier.inputs, later.inputs) : null,
    sizes: sizeDifferences(before, after),
    moves: moves.report,
  };
}

/** Two runs that were named, the earlier one first. Errors: `run-unknown`, `runs-not-in-order`. */
export function runsInOrder(survey: StateSurvey, words: readonly string[]): [SurveyedRun, SurveyedRun] {
  const [before, after] = [surveyedRun(survey, words[0] ?? ''), surveyedRun(survey, words[1] ?? '')];
  const isLater = before.run.asOf === after.run.asOf ? Number(before.run.id) >= Number(after.run.id) : before.run.asOf > after.run.asOf;
  if (isLater) {
    const nameOf = ({ run: { id, asOf } }: SurveyedRun) => ({ id, asOf });
    fail('runs-not-in-order', { before: nameOf(before), after: nameOf(after) });
  }
  return [before, after];
}

/** What the state keeps of two runs, their checksums verified. Errors: `run-damaged`, those of `openMembership`. */
export async function openRuns(
  { directory }: StateSurvey,
  runs: readonly [SurveyedRun, SurveyedRun],
  cwd: string,
): Promise<[Membership, Membership]> {
  for (const { run, problem } of runs) if (problem !== null) fail('run-damaged', { run: run.id, problem });
  const [before, after] = runs.map(({ run }) => join(directory, RUNS_NAME, run.id));
  return [await openMembership(before ?? '', cwd), await openMembership(after ?? '', cwd)];
}

/** Segments of either run, those of the later one first. */
function sizeDifferences(before: SurveyedRun, after: SurveyedRun): SizeDifference[] {
  const [earlier, later] = [sizesOfSummary(before.summary), sizesOfSummary(after.summary)];
  return [...new Set([...Object.keys(later), ...Object.keys(earlier)])].flatMap((segmentation) => {
    const [was, is] = [earlier[segmentation] ?? {}, later[segmentation] ?? {}];
    return [...new Set([...Object.keys(is), ...Object.keys(was)])].map((segment) => ({
      segmentation,
      segment,
      before: was[segment] ?? 0,
      after: is[segment] ?? 0,
    }));
  });
}
