import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closedSeasons, type DayCount, everyDay, missingDays } from '../../../src/analysis/inspect/closed-seasons.js';

// Day 0 is a Monday here: only the distance of 7 days counts.
const WEEKS = 20;

/** 20 weeks of the same week, with other counts on some days. */
function weeks(week: readonly number[], others: Readonly<Record<number, number>> = {}): DayCount[] {
  return Array.from({ length: 7 * WEEKS }, (_, day) => ({ day, count: others[day] ?? week[day % 7] ?? 0 }));
}

function on(first: number, last: number, count: number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: last - first + 1 }, (_, index) => [first + index, count]));
}

const EVERY_DAY = [20, 20, 20, 20, 20, 20, 20];
/** A wholesaler: nobody at weekends. */
const WEEKDAYS = [40, 40, 40, 40, 40, 0, 0];

describe('closedSeasons', () => {
  it('finds 14 days at a tenth of what is usual', () => {
    // 14 days of 20 usual are 280, 14 × 2 = 28 are left: 252 of 280, 90 %, are missing.
    expect(closedSeasons(weeks(EVERY_DAY, on(70, 83, 2)))).toEqual([{ first: 70, last: 83, fall: 0.9 }]);
  });

  it.each([
    ['exactly a fourth, which is quiet', on(70, 76, 5), [{ first: 70, last: 76, fall: 0.75 }]],
    ['a little more than a fourth', on(70, 76, 6), []],
    ['5 days', on(70, 74, 0), [{ first: 70, last: 74, fall: 1 }]],
    ['4 days', on(70, 73, 0), []],
    ['a day in the middle that is as usual: two runs of 3', { ...on(70, 76, 0), 73: 20 }, []],
  ])('holds to its bounds: %s', (_name, others, expected) => {
    expect(closedSeasons(weeks(EVERY_DAY, others))).toEqual(expected);
  });

  it('takes the weekends beside it and within it along, and finds none in ordinary ones', () => {
    expect(closedSeasons(weeks(WEEKDAYS))).toEqual([]);
    // Monday 70 to Friday 74 closed: the weekends 68–69 and 75–76 belong to it. All that is expected, 5 × 40, is missing.
    expect(closedSeasons(weeks(WEEKDAYS, on(70, 74, 0)))).toEqual([{ first: 68, last: 76, fall: 1 }]);
    // One free Friday and a Monday make four days in a row; with the Thursday they are five.
    expect(closedSeasons(weeks(WEEKDAYS, { 74: 0, 77: 0 }))).toEqual([]);
    expect(closedSeasons(weeks(WEEKDAYS, { 73: 0, 74: 0, 77: 0 }))).toEqual([{ first: 73, last: 77, fall: 1 }]);
  });

  it('needs 14 days on both sides', () => {
    expect(closedSeasons(weeks(EVERY_DAY, on(0, 13, 0)))).toEqual([]);
    expect(closedSeasons(weeks(EVERY_DAY, on(13, 20, 0)))).toEqual([]);
    expect(closedSeasons(weeks(EVERY_DAY, on(14, 20, 0)))).toEqual([{ first: 14, last: 20, fall: 1 }]);
    const last = 7 * WEEKS - 1;
    expect(closedSeasons(weeks(EVERY_DAY, on(last - 20, last - 14, 0)))).toEqual([{ first: last - 20, last: last - 14, fall: 1 }]);
    expect(closedSeasons(weeks(EVERY_DAY, on(last - 19, last - 13, 0)))).toEqual([]);
  });

  it('needs 20 users who would usually have come', () => {
    // 5 days of 3 are 15, 7 days of 3 are 21.
    expect(closedSeasons(weeks([3, 3, 3, 3, 3, 3, 3], on(70, 74, 0)))).toEqual([]);
    expect(closedSeasons(weeks([3, 3, 3, 3, 3, 3, 3], on(70, 76, 0)))).toEqual([{ first: 70, last: 76, fall: 1 }]);
  });

  it('compares with the weeks around, so that growth is no season', () => {
    const growing = Array.from({ length: 400 }, (_, day) => ({ day, count: Math.round(10 * 1.01 ** day) }));
    expect(closedSeasons(growing)).toEqual([]);
  });

  it('finds none where every day is at least a third of the busiest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 30, max: 89 }), { minLength: 1, maxLength: 200 }), (counts) => {
        expect(closedSeasons(counts.map((count, day) => ({ day, count })))).toEqual([]);
      }),
    );
  });
});

describe('missingDays', () => {
  it('lists the days in a row without anybody, never at the ends', () => {
    const days = everyDay([
      { day: 3, count: 1 },
      { day: 5, count: 2 },
      { day: 9, count: 1 },
    ]);
    expect(days.map(({ count }) => count)).toEqual([1, 0, 2, 0, 0, 0, 1]);
    expect(missingDays(days)).toEqual([
      { first: 4, last: 4 },
      { first: 6, last: 8 },
    ]);
    expect(everyDay([])).toEqual([]);
  });
});
