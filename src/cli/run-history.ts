import { type Baseline, EMPTY_BASELINE } from '../analysis/check/baseline.js';
import type { Warning } from '../analysis/classify/classify-result.js';
import { fail } from '../errors/segment-error.js';
import { verifyOutputs } from '../membership/publish/manifest.js';
import { type PublishedMembers, readPublishedMembers } from '../membership/publish/published-members.js';
import type { StateFolder } from '../state/state-folder.js';
import type { StateRun } from '../state/state-pointer.js';
import { readBaseline } from './baseline-store.js';

/** Of the folder of a run: what it and those before it say is usual. */
export const BASELINE_NAME = 'baseline.json';

/** What earlier runs say of a new one. */
export interface History {
  readonly baseline: Baseline;
  /** The published run of the latest earlier date. */
  readonly earlier: { readonly run: StateRun; readonly members: PublishedMembers } | undefined;
  readonly warnings: readonly Warning[];
}

/** What earlier runs say: those that are damaged are passed over, with a warning. Error: `state-damaged` where all are. */
export async function readHistory(state: Pick<StateFolder, 'pointer' | 'runDirectory'>, asOf: string): Promise<History> {
  const { runs } = state.pointer;
  const warnings: Warning[] = [];
  const damaged = new Set<string>();
  const isWhole = async (id: string): Promise<boolean> => {
    if (damaged.has(id)) return false;
    const problems = await verifyOutputs(state.runDirectory(id));
    if (problems?.length === 0) return true;
    damaged.add(id);
    const what = problems === undefined ? 'it has no manifest' : problems.map(({ name, problem }) => `${name} is ${problem}`).join(', ');
    warnings.push({
      code: 'damaged_run',
      message: `run ${id} is damaged (${what}); the run before it is taken in its place`,
    });
    return false;
  };
  const newest = await lastOf(runs, isWhole);
  if (newest === undefined && runs.length > 0)
    fail('state-damaged', {
      path: 'runs',
      problem: warnings.map(({ message }) => message).join('; '),
    });
  const before = runs.filter((run) => run.isPublished && run.asOf < asOf).sort((left, right) => (left.asOf < right.asOf ? -1 : 1));
  const earlier = await lastOf(before, isWhole);
  return {
    baseline: newest === undefined ? EMPTY_BASELINE : readBaseline(BASELINE_NAME, state.runDirectory(newest.id)).baseline,
    earlier: earlier && {
      run: earlier,
      members: await readPublishedMembers(state.runDirectory(earlier.id)),
    },
    warnings,
  };
}

async function lastOf(runs: readonly StateRun[], isWhole: (id: string) => Promise<boolean>): Promise<StateRun | undefined> {
  for (const run of runs.toReversed()) if (await isWhole(run.id)) return run;
  return undefined;
}
