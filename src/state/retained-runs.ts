import { dayOfIso } from '../time/day.js';
import type { StatePointer, StateRun } from './state-pointer.js';

/** How many of the newest runs stay, by date, and for how many weeks before them the last of each week. */
export interface Retention {
  readonly runs: number;
  readonly weekly: number;
}

/** 1 January 1970 was a Thursday: so many days after a Monday. */
const EPOCH_WEEKDAY = 3;
const WEEK = 7;

/**
 * The runs of a history that stay, in their order: the newest ones by date, and of those before them one a week, the last one that was
 * published, or else the last one. What the job builds on always stays: the published run, the one its entrants are compared with, and
 * the one that ran last, which holds what is usual.
 */
export function retainedRuns(
  { runs, published }: Pick<StatePointer, 'runs' | 'published'>,
  { runs: newest, weekly }: Retention,
): StateRun[] {
  const byDate = inOrderOfDate(runs);
  const older = byDate.slice(0, Math.max(0, byDate.length - newest));
  const kept = new Set(byDate.slice(older.length));
  const lastWeek = older.length === 0 ? 0 : weekOf(older.at(-1));
  const ofWeeks = new Map<number, StateRun>();
  for (const run of older) {
    const week = weekOf(run);
    if (week > lastWeek - weekly && (run.isPublished || ofWeeks.get(week)?.isPublished !== true)) ofWeeks.set(week, run);
  }
  const needed = [runs.find(({ id }) => id === published), comparedWith(runs, published), runs.at(-1)];
  for (const run of [...ofWeeks.values(), ...needed]) if (run !== undefined) kept.add(run);
  return runs.filter((run) => kept.has(run));
}

/** By as-of date, of one date in the order in which they ran. */
export function inOrderOfDate(runs: readonly StateRun[]): StateRun[] {
  return runs.toSorted((left, right) => (left.asOf === right.asOf ? Number(left.id) - Number(right.id) : left.asOf < right.asOf ? -1 : 1));
}

/** The published run of the latest date before that of a run; undefined where there is none. */
export function comparedWith(runs: readonly StateRun[], id: string | null): StateRun | undefined {
  const run = runs.find((one) => one.id === id);
  return run && inOrderOfDate(runs.filter(({ isPublished, asOf }) => isPublished && asOf < run.asOf)).at(-1);
}

/** Weeks begin on Monday. */
function weekOf(run: StateRun | undefined): number {
  return Math.floor(((dayOfIso(run?.asOf ?? '') ?? 0) + EPOCH_WEEKDAY) / WEEK);
}
