import { type DaySpan, daySpan } from './partition-days.js';

/** `2026-06-01`, `20260601`, `2026_06_01`; a month only with a mark in it, as six digits may be anything. */
const DATE = /(?<!\d)((?:19|20)\d{2})(?:([-_.])(\d{2})(?:\2(\d{2}))?|(\d{2})(\d{2}))(?!\d)/g;

/**
 * The days that the name of a file speaks of, of several dates from the first to the last; undefined where it names none. What a name
 * says need not be so.
 */
export function daysInName(name: string): DaySpan | undefined {
  const spans = [...name.matchAll(DATE)].flatMap(([, year = '', , month, day, joinedMonth = '', joinedDay]) => {
    const span = month === undefined ? daySpan(year, joinedMonth, joinedDay) : daySpan(year, month, day);
    return span === undefined ? [] : [span];
  });
  if (spans.length === 0) return undefined;
  return { first: Math.min(...spans.map(({ first }) => first)), last: Math.max(...spans.map(({ last }) => last)) };
}
