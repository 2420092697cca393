import { countedDay, dayOfCounted, type Pause } from '../../time/pauses.js';
import { endOfPeriod, type Step } from '../../time/periods.js';

/** Days of history that a date needs, as rule 3 of the statuses does. */
export const BACKTEST_HISTORY_DAYS = 90;

export interface DatesSettings {
  readonly asOfDay: number;
  /** Day of the earliest used event. */
  readonly firstDay: number;
  /** Merged. */
  readonly pauses: readonly Pause[];
  readonly step: Step;
  readonly horizonDays: number;
}

/** A date to look back to, and the last day of the window after it. */
export interface DateWindow {
  readonly day: number;
  readonly lastDay: number;
}

/**
 * The dates from which on a whole window is known, the newest first: the first ends its window with the as-of day, the others are steps before it,
 * as far as 90 days of history. A window is so many days that are not paused after the date, and the paused ones with them.
 */
export function backtestDates({ asOfDay, firstDay, pauses, step, horizonDays }: DatesSettings): DateWindow[] {
  const newest = dayOfCounted(countedDay(asOfDay, pauses) - horizonDays + 1, pauses) - 1;
  const dates: DateWindow[] = [];
  for (let back = 0; ; back += 1) {
    const day = endOfPeriod(newest, step, back);
    if (countedDay(day, pauses) - countedDay(firstDay, pauses) + 1 < BACKTEST_HISTORY_DAYS) return dates;
    const next = dayOfCounted(countedDay(day, pauses) + horizonDays + 1, pauses);
    dates.push({ day, lastDay: Math.min(asOfDay, next - 1) });
  }
}
