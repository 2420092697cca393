import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedDay, dayOfCounted, isPaused, mergePauses, type Pause, pausedDaysBetween, pausesBetween } from '../../src/time/pauses.js';

/** Seasons on the days 0 to 60, in any order, overlapping or not. */
const seasons = fc.array(
  fc
    .record({ first: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 12 }) })
    .map(({ first, length }): Pause => ({ first, last: first + length - 1 })),
  { maxLength: 6 },
);
const DAYS = Array.from({ length: 91 }, (_, index) => index - 5);

describe('pauses', () => {
  it('that overlap, touch or lie in each other are one', () => {
    const of = (...spans: [number, number][]): Pause[] => spans.map(([first, last]) => ({ first, last }));
    expect(mergePauses(of([5, 6], [1, 2]))).toEqual(of([1, 2], [5, 6]));
    expect(mergePauses(of([1, 2], [3, 4]))).toEqual(of([1, 4]));
    expect(mergePauses(of([1, 2], [4, 4]))).toEqual(of([1, 2], [4, 4]));
    expect(mergePauses(of([1, 9], [3, 4], [10, 10]))).toEqual(of([1, 10]));
    expect(mergePauses(of([3, 4], [3, 4], [3, 8]))).toEqual(of([3, 8]));
    expect(mergePauses([])).toEqual([]);
  });

  it('give a day the number of days that count up to it', () => {
    // 10 to 12 and 20 are paused.
    const pauses = [
      { first: 10, last: 12 },
      { first: 20, last: 20 },
    ];
    expect([9, 10, 11, 12, 13, 19, 20, 21].map((day) => countedDay(day, pauses))).toEqual([9, 9, 9, 9, 10, 16, 16, 17]);
    expect([9, 10, 16, 17].map((counted) => dayOfCounted(counted, pauses))).toEqual([9, 13, 19, 21]);
    expect(pausesBetween(11, 20, pauses)).toEqual([
      { first: 11, last: 12 },
      { first: 20, last: 20 },
    ]);
    expect([pausedDaysBetween(11, 20, pauses), pausedDaysBetween(13, 19, pauses), pausedDaysBetween(0, 99, pauses)]).toEqual([3, 0, 4]);
  });

  it('say the same as walking the days one by one', () => {
    fc.assert(
      fc.property(seasons, (given) => {
        const pauses = mergePauses(given);
        const isOut = (day: number): boolean => given.some(({ first, last }) => first <= day && day <= last);
        let counted = (DAYS[0] ?? 0) - 1;
        for (const day of DAYS) {
          expect(isPaused(day, pauses)).toBe(isOut(day));
          if (!isOut(day)) counted += 1;
          expect(countedDay(day, pauses)).toBe(counted);
          if (!isOut(day)) expect(dayOfCounted(counted, pauses)).toBe(day);
        }
        for (const [index, { first }] of pauses.entries()) expect(first).toBeGreaterThan((pauses[index - 1]?.last ?? -2) + 1);
      }),
      { seed: 20240229, numRuns: 200 },
    );
  });
});
