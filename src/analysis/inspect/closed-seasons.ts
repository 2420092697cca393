/** Days in a row, both ends included. Days are numbers since 1970-01-01. */
export interface DayRun {
  readonly first: number;
  readonly last: number;
}

export interface ClosedSeason extends DayRun {
  /** Fraction of the usual volume that was missing, 0–1. */
  readonly fall: number;
}

export interface DayCount {
  readonly day: number;
  readonly count: number;
}

/** What is usual on a day is the median of the same weekday in so many weeks before and after it. */
const USUAL_WEEKS = 8;
/** A day is quiet with at most a fourth of what is usual. */
const QUIET_SHARE = 4;
const LEAST_DAYS = 5;
/** A shorter history before or after tells an end of the data, not a pause. */
const LEAST_AROUND = 14;
/** With fewer expected, days in a row without anybody are no news. */
const LEAST_EXPECTED = 20;

/** Every day from the first to the last, ascending, with 0 for those that are absent. */
export function everyDay(counts: readonly DayCount[]): DayCount[] {
  const [first, last] = [counts.at(0), counts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const byDay = new Map(counts.map(({ day, count }) => [day, count]));
  return Array.from({ length: last.day - first.day + 1 }, (_, index) => ({
    day: first.day + index,
    count: byDay.get(first.day + index) ?? 0,
  }));
}

/** The runs of days without anybody. */
export function missingDays(days: readonly DayCount[]): DayRun[] {
  return runs(days.map(({ count }) => count === 0)).map(([from, to]) => ({ first: dayAt(days, from), last: dayAt(days, to) }));
}

/**
 * Closed seasons: at least 5 days in a row, each with at most 25 % of its usual volume, which is the median of the same weekday in the
 * 8 weeks before and after. Weekdays that are usually empty neither begin nor break a run; those at its ends belong to it. There must be
 * 14 days before and after it, and 20 users would usually have been there. `days` hold every day, ascending.
 */
export function closedSeasons(days: readonly DayCount[]): ClosedSeason[] {
  const usual = days.map((_, index) => usualCount(days, index));
  const isQuiet = days.map(({ count }, index) => QUIET_SHARE * count <= (usual[index] ?? 0));
  return runs(isQuiet).flatMap(([from, to]) => {
    const indexes = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
    const expected = indexes.reduce((sum, index) => sum + (usual[index] ?? 0), 0);
    const found = indexes.reduce((sum, index) => sum + (days[index]?.count ?? 0), 0);
    const fell = indexes.filter((index) => (usual[index] ?? 0) > 0).length;
    const isWithin = from >= LEAST_AROUND && days.length - 1 - to >= LEAST_AROUND;
    if (!isWithin || to - from + 1 < LEAST_DAYS || fell < 2 || expected < LEAST_EXPECTED) return [];
    return [{ first: dayAt(days, from), last: dayAt(days, to), fall: 1 - found / expected }];
  });
}

/** Twice the middle of an even number is exact: no rounding decides. */
function usualCount(days: readonly DayCount[], index: number): number {
  const around: number[] = [];
  for (let week = -USUAL_WEEKS; week <= USUAL_WEEKS; week += 1) {
    const other = days[index + 7 * week];
    if (week !== 0 && other !== undefined) around.push(other.count);
  }
  if (around.length === 0) return 0;
  around.sort((left, right) => left - right);
  const middle = (around.length - 1) / 2;
  return ((around[Math.floor(middle)] ?? 0) + (around[Math.ceil(middle)] ?? 0)) / 2;
}

/** First and last index of each run of true. */
function runs(flags: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  let from: number | undefined;
  for (const [index, flag] of [...flags, false].entries()) {
    if (flag) from ??= index;
    else if (from !== undefined) {
      found.push([from, index - 1]);
      from = undefined;
    }
  }
  return found;
}

function dayAt(days: readonly DayCount[], index: number): number {
  return days[index]?.day ?? 0;
}
