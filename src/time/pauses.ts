/** Days that count for nothing, both ends included, as day numbers. */
export interface Pause {
  readonly first: number;
  readonly last: number;
}

/** Pauses in order, those that overlap or touch as one. All other functions take what this one returns. */
export function mergePauses(pauses: readonly Pause[]): Pause[] {
  const merged: Pause[] = [];
  for (const pause of [...pauses].sort((left, right) => left.first - right.first)) {
    const before = merged.at(-1);
    if (before === undefined || pause.first > before.last + 1) merged.push(pause);
    else merged[merged.length - 1] = { first: before.first, last: Math.max(before.last, pause.last) };
  }
  return merged;
}

/**
 * The counted number of a day: the day number less the paused days up to and including it. Days that follow each other
 * are one apart, a paused day has the number of the last day before the pause. Without pauses a day is its own number.
 */
export function countedDay(day: number, pauses: readonly Pause[]): number {
  return day - pausedDaysBetween(-Infinity, day, pauses);
}

/** The day that has a counted number and is not paused. */
export function dayOfCounted(counted: number, pauses: readonly Pause[]): number {
  let day = counted;
  for (const { first, last } of pauses) {
    if (first > day) break;
    day += last - first + 1;
  }
  return day;
}

export function isPaused(day: number, pauses: readonly Pause[]): boolean {
  return pauses.some(({ first, last }) => first <= day && day <= last);
}

/** How many days from `first` to `last`, both included, are paused. */
export function pausedDaysBetween(first: number, last: number, pauses: readonly Pause[]): number {
  return pausesBetween(first, last, pauses).reduce((days, pause) => days + pause.last - pause.first + 1, 0);
}

/** The pauses, or parts of them, from `first` to `last`. */
export function pausesBetween(first: number, last: number, pauses: readonly Pause[]): Pause[] {
  return pauses
    .filter((pause) => pause.first <= last && pause.last >= first)
    .map((pause) => ({ first: Math.max(pause.first, first), last: Math.min(pause.last, last) }));
}
