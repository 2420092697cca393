import { dayOfIso, isoOfDay } from '../time/day.js';
import { mergePauses, type Pause } from '../time/pauses.js';

/** More closed seasons than anybody has: the bank holidays of some twenty years. */
export const MOST_PAUSES = 250;

/** The days that `2024-12-24` or `2024-12-21..2025-01-05` means; undefined for other texts, days that do not exist and a last day before the first. */
export function parsePause(text: string): Pause | undefined {
  const days = text.split('..').map(dayOfIso);
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined || last < first || days.length > 2 ? undefined : { first, last };
}

const DAY = /(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?!\d)/g;

/** A right text that somebody who wrote a wrong one may have meant: the days in it, in order, when nothing else in it looks like one. */
export function nearPause(text: string): string | undefined {
  const days = [...text.matchAll(DAY)].flatMap(
    ([, year, month = '', day = '']) => dayOfIso(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`) ?? [],
  );
  const others = text.replaceAll(DAY, '');
  const [first, last] = days.sort((left, right) => left - right);
  if (first === undefined || days.length > 2 || /\d/.test(others) || (last === undefined && others !== '')) return undefined;
  return pauseText({ first, last: last ?? first });
}

/** As `parsePause` reads it: `2024-12-24`, `2024-12-21..2025-01-05`. */
export function pauseText({ first, last }: Pause): string {
  return first === last ? isoOfDay(first) : `${isoOfDay(first)}..${isoOfDay(last)}`;
}

/** Whether they are more than may be, those that touch taken as one. */
export function areTooMany(pauses: readonly Pause[]): boolean {
  return mergePauses(pauses).length > MOST_PAUSES;
}
