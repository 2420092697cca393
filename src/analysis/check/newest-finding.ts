import { dayOfIso } from '../../time/day.js';
import { type Pause, pausedDaysBetween } from '../../time/pauses.js';
import type { BaselineRun } from './baseline.js';
import type { Finding } from './check-result.js';
import type { RunRecord } from './run-record.js';

/** What the date of a run says about the age of its data. */
export interface DateRules {
  /** The as-of date was named; otherwise it is the day of the newest event, and an export that stands still repeats it. */
  readonly isDateGiven: boolean;
  /** The newest event may not be older than this day by the clock; null: the clock does not count. Days since 1970. */
  readonly oldestNewest: number | null;
  /** Closed seasons, in which nothing new is expected. */
  readonly pauses: readonly Pause[];
}

export const NEWEST_EVENT = 'newest event';
const WEEK = 7;
/** Runs whose newest events tell how late an export usually is. */
const LATE_RUNS = 8;
const COMPARED_WEEKS = 6;

/**
 * Whether an export is stale: by the clock, where that is asked for; where the newest event decides on the date, when it is no later than
 * in the newest run there is; where the date was named, when the export is later than on the same weekday before and has either nothing newer
 * than the run before or is more than a day later than it has been. `earlier`: runs of earlier dates and the same population, in order;
 * `newest`: the newest run of all, where it has the same definitions. Undefined when there is nothing to compare with.
 */
export function newestFinding(
  run: RunRecord,
  { earlier, newest }: { readonly earlier: readonly BaselineRun[]; readonly newest: BaselineRun | undefined },
  rules: DateRules,
  level: (subject: string) => 'fail' | 'pending',
): Finding | undefined {
  if (run.health === null) return undefined;
  const seen = dayOf(run.health.newest);
  const before = rules.isDateGiven ? earlier.findLast(({ health }) => health !== null) : newest;
  const previous = before === undefined ? null : dayOf(before.health?.newest ?? before.asOf);
  const byRuns = previous === null ? [] : [rules.isDateGiven ? boundOfDate(run, seen, previous, earlier, rules.pauses) : previous + 1];
  const bounds = [...byRuns, ...(rules.oldestNewest === null ? [] : [rules.oldestNewest])];
  if (bounds.length === 0) return undefined;
  const low = Math.max(...bounds);
  return {
    subject: { kind: 'newest', name: NEWEST_EVENT },
    rule: 'health',
    level: seen < low ? level(NEWEST_EVENT) : 'holds',
    seen,
    unit: 'day',
    expected: { low, high: null },
    usual: previous,
    lastYear: null,
  };
}

/** The least day that the newest event of a run with a named date may be of. */
function boundOfDate(run: RunRecord, seen: number, previous: number, earlier: readonly BaselineRun[], pauses: readonly Pause[]): number {
  const asOf = dayOf(run.asOf);
  const lateness = earlier.flatMap((one) =>
    one.health === null ? [] : [{ day: dayOf(one.asOf), late: lateBy(dayOf(one.asOf), dayOf(one.health.newest), pauses) }],
  );
  const late = lateBy(asOf, seen, pauses);
  const sameWeekday = lateness.filter(({ day }) => (asOf - day) % WEEK === 0).slice(-COMPARED_WEEKS);
  if (late === 0 || sameWeekday.some((one) => one.late >= late)) return seen;
  const usual = Math.max(...lateness.slice(-LATE_RUNS).map((one) => one.late));
  const paused = asOf - seen - late;
  return Math.max(previous + 1, asOf - paused - usual - 1);
}

/** Days without an event up to the date of a run, closed seasons left out. */
function lateBy(asOf: number, newest: number, pauses: readonly Pause[]): number {
  return asOf - newest - pausedDaysBetween(newest + 1, asOf, pauses);
}

function dayOf(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new RangeError(`no day: ${iso}`);
  return day;
}
