import type { ClassifyResult } from '../analysis/classify/classify-result.js';
import { dayOfIso, isoOfDay } from '../time/day.js';
import { type Pause, pausedDaysBetween, pausesBetween } from '../time/pauses.js';
import { formatDays, formatPeriod } from './format.js';
import { keepTogether } from './wrap-text.js';

type Pauses = ClassifyResult['pauses'];

const SHOWN = 4;

/** "16 days, 21 December 2024 to 5 January 2025": what is paused from `first` to `last` (ISO days); nothing when no day is. */
export function describePauses(pauses: Pauses, first: string, last: string): string {
  const numbers = pauseNumbers(pauses);
  const [from, to] = [dayNumber(first), dayNumber(last)];
  const within = pausesBetween(from, to, numbers);
  if (within.length === 0) return '';
  return `${formatDays(pausedDaysBetween(from, to, numbers))}, ${listPauses(within)}`;
}

/** The pauses, or parts of them, after a day; nothing when there are none. */
export function describePausesAfter(pauses: Pauses, day: string): string {
  return listPauses(pausesBetween(dayNumber(day) + 1, Infinity, pauseNumbers(pauses)));
}

/** The same before a day. */
export function describePausesBefore(pauses: Pauses, day: string): string {
  return listPauses(pausesBetween(-Infinity, dayNumber(day) - 1, pauseNumbers(pauses)));
}

/** As numbers, which days are counted with. */
export function pauseNumbers(pauses: Pauses): Pause[] {
  return pauses.map(({ first, last }) => ({ first: dayNumber(first), last: dayNumber(last) }));
}

/** Days and spans of days, the last ones counted where there are many. */
function listPauses(pauses: readonly Pause[]): string {
  const shown = pauses.slice(0, SHOWN).map(({ first, last }) => keepTogether(formatPeriod(isoOfDay(first), isoOfDay(last))));
  const more = pauses.length > shown.length ? ` and ${pauses.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}

function dayNumber(day: string): number {
  const number = dayOfIso(day);
  if (number === undefined) throw new RangeError(`not an ISO day: ${day}`);
  return number;
}
