import { join } from 'node:path';
import { type Baseline, EMPTY_BASELINE } from '../analysis/check/baseline.js';
import type { Warning } from '../analysis/classify/classify-result.js';
import { fail } from '../errors/segment-error.js';
import { verifyOutputs } from '../membership/publish/manifest.js';
import { type PublishedMembers, readPublishedMembers } from '../membership/publish/published-members.js';
import { RUNS_NAME, type StateFolder } from '../state/state-folder.js';
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

/**
 * What earlier runs say: one that is damaged is passed over for the one before, with a warning. Error: `state-damaged` where none is left
 * that says what is usual, or where earlier dates were published and none of them is left to say in which status users were.
 */
export async function readHistory(state: Pick<StateFolder, 'directory' | 'pointer' | 'runDirectory'>, asOf: string): Promise<History> {
  const { runs } = state.pointer;
  const checked = new Map<string, string | undefined>();
  const isWhole = async ({ id }: StateRun): Promise<boolean> => {
    if (!checked.has(id)) checked.set(id, await damageOf(state.runDirectory(id)));
    return checked.get(id) === undefined;
  };
  const newest = await lastOf(runs, isWhole);
  const before = runs.filter((run) => run.isPublished && run.asOf < asOf).sort((left, right) => (left.asOf < right.asOf ? -1 : 1));
  const earlier = await lastOf(before, isWhole);
  const damaged = [...checked].flatMap(([id, damage]) => (damage === undefined ? [] : [`run ${id} is damaged (${damage})`]));
  if ((runs.length > 0 && newest === undefined) || (before.length > 0 && earlier === undefined)) {
    fail('state-damaged', { path: join(state.directory, RUNS_NAME), problem: damaged.join('; ') });
  }
  return {
    baseline: newest === undefined ? EMPTY_BASELINE : readBaseline(BASELINE_NAME, state.runDirectory(newest.id)).baseline,
    earlier: earlier && {
      run: earlier,
      members: await readPublishedMembers(state.runDirectory(earlier.id)),
    },
    warnings: damaged.map((text) => ({ code: 'damaged_run', message: `${text}; the run before it is taken in its place` })),
  };
}

/** What is wrong with the files of a run; undefined where nothing is. */
async function damageOf(directory: string): Promise<string | undefined> {
  const problems = await verifyOutputs(directory);
  if (problems === undefined) return 'it has no manifest';
  return problems.length === 0 ? undefined : problems.map(({ name, problem }) => `${name} is ${problem}`).join(', ');
}

async function lastOf(runs: readonly StateRun[], isWhole: (run: StateRun) => Promise<boolean>): Promise<StateRun | undefined> {
  for (const run of runs.toReversed()) if (await isWhole(run)) return run;
  return undefined;
}
