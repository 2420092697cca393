import type { Settings } from '../config/settings.js';
import { FILE_OPERATIONS } from '../membership/publish/file-operations.js';
import { retainedRuns } from '../state/retained-runs.js';
import type { PruneReport } from '../state/runs-result.js';
import { openStateFolder, type StateFolder } from '../state/state-folder.js';
import { type StateSurvey, surveyState } from '../state/survey-state.js';
import type { RunsQuestion } from './asked-runs.js';

const MS = 1000;

/** Removes the runs that `retain` lets go, under the lock; a dry run shows them only. Errors: those of `surveyState` and `openStateFolder`. */
export async function pruneRuns({ io, settings }: RunsQuestion): Promise<PruneReport> {
  const { state: shown, dryRun, retain } = settings;
  // Looked at first: where there is no history, none is begun.
  const survey = await surveyState(shown, io.cwd);
  if (dryRun) return whatGoes(settings, survey);
  const abort = new AbortController();
  const offInterrupt = io.onInterrupt(() => abort.abort(new Error('interrupted')));
  let state: StateFolder | undefined;
  try {
    const waitMs = settings.wait * MS;
    state = await openStateFolder({ directory: shown, cwd: io.cwd, waitMs, files: FILE_OPERATIONS, signal: abort.signal });
    const { pointer } = state;
    const report = whatGoes(settings, { ...survey, pointer });
    if (report.gone.length > 0) await state.commit({ ...pointer, runs: retainedRuns(pointer, retain) });
    state.removeOthers();
    return report;
  } finally {
    state?.close();
    offInterrupt();
  }
}

function whatGoes(
  { state, dryRun, retain }: Settings,
  { pointer, runs, orphans }: Pick<StateSurvey, 'pointer' | 'runs' | 'orphans'>,
): PruneReport {
  const kept = new Set(retainedRuns(pointer, retain).map(({ id }) => id));
  const bytes = new Map(runs.map((one) => [one.run.id, one.bytes]));
  return {
    kind: 'prune',
    state,
    isDryRun: dryRun,
    rule: retain,
    gone: pointer.runs.flatMap(({ id, asOf }) => (kept.has(id) ? [] : [{ id, asOf, bytes: bytes.get(id) ?? 0 }])),
    orphans,
    kept: kept.size,
  };
}
