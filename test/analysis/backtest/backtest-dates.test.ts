import { describe, expect, it } from 'vitest';
import { backtestDates } from '../../../src/analysis/backtest/backtest-dates.js';
import { dayOfIso, isoOfDay } from '../../../src/time/day.js';
import type { Pause } from '../../../src/time/pauses.js';
import type { Step } from '../../../src/time/periods.js';

const day = (iso: string): number => dayOfIso(iso) ?? Number.NaN;
const DAYS_30: Step = { unit: 'day', days: 30 };

function dates(
  first: string,
  asOf: string,
  {
    step = DAYS_30,
    horizonDays = 30,
    pauses = [],
  }: { step?: Step; horizonDays?: number; pauses?: readonly (readonly [string, string])[] } = {},
): string[] {
  const merged: Pause[] = pauses.map(([from, to]) => ({ first: day(from), last: day(to) }));
  return backtestDates({ asOfDay: day(asOf), firstDay: day(first), pauses: merged, step, horizonDays }).map(
    (window) => `${isoOfDay(window.day)}..${isoOfDay(window.lastDay)}`,
  );
}

describe('the dates that a backtest looks back to', () => {
  /** 31 May is day 90 of a history from 3 March on, counting both: 29 + 30 + 31. */
  it('take 90 days of history up to each and a whole window after it', () => {
    expect(dates('2026-03-03', '2026-06-30')).toEqual(['2026-05-31..2026-06-30']);
    expect(dates('2026-03-04', '2026-06-30')).toEqual([]);
    expect(dates('2026-02-01', '2026-06-30')).toEqual(['2026-05-31..2026-06-30', '2026-05-01..2026-05-31']);
  });

  it('lie as far apart as asked, whatever the window', () => {
    expect(dates('2026-01-01', '2026-06-30', { step: { unit: 'day', days: 7 }, horizonDays: 60 })).toEqual([
      '2026-05-01..2026-06-30',
      '2026-04-24..2026-06-23',
      '2026-04-17..2026-06-16',
      '2026-04-10..2026-06-09',
      '2026-04-03..2026-06-02',
    ]);
    // 31 March is day 90 of the history.
    expect(dates('2026-01-01', '2026-06-30', { step: { unit: 'month' } })).toEqual([
      '2026-05-31..2026-06-30',
      '2026-04-30..2026-05-30',
      '2026-03-31..2026-04-30',
    ]);
  });

  it('count days that are not paused, and leave the paused ones in the window', () => {
    // Ten paused days in the last window; the one before it has none.
    expect(dates('2026-01-01', '2026-06-30', { pauses: [['2026-06-10', '2026-06-19']] })).toEqual([
      '2026-05-21..2026-06-30',
      '2026-04-21..2026-05-21',
    ]);
    // 20 days up to the pause, 10 after it.
    expect(dates('2026-01-01', '2026-06-30', { pauses: [['2026-05-22', '2026-05-31']] })[1]).toBe('2026-05-01..2026-06-10');
    // The as-of day is paused: what happened on it has happened.
    expect(dates('2026-02-20', '2026-06-30', { pauses: [['2026-06-29', '2026-07-05']] })).toEqual(['2026-05-29..2026-06-30']);
  });
});
