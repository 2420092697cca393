import { dayOfIso, isoOfDay } from './day.js';

/** How far apart the ends of periods are: some days, or a calendar month. */
export type Step = { readonly unit: 'day'; readonly days: number } | { readonly unit: 'month' };

/**
 * The last day of the period that is `back` periods before the one that ends with `lastDay`. Counted from `lastDay` each time: a month back
 * from the 31st is the last day of a shorter month, two months back the 31st again.
 */
export function endOfPeriod(lastDay: number, step: Step, back: number): number {
  if (step.unit === 'day') return lastDay - back * step.days;
  const [year = 0, month = 0, date = 0] = isoOfDay(lastDay).split('-').map(Number);
  const months = year * 12 + (month - 1) - back;
  const first = `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
  for (let day = date; day > 0; day -= 1) {
    const end = dayOfIso(`${first}-${String(day).padStart(2, '0')}`);
    if (end !== undefined) return end;
  }
  throw new RangeError(`no month ${first}`);
}
