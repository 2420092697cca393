import { describe, expect, it } from 'vitest';
import { type BlockUsers, chooseAsOfDay, completeDayBefore, type DayVolume } from '../../src/time/choose-as-of.js';
import type { Pause } from '../../src/time/pauses.js';

/** A user, by the days they came. */
type Visits = readonly number[];

/** The choice over users, as PRODUCT §1 says it. */
async function choose(users: readonly Visits[], pauses: readonly Pause[] = []): Promise<{ day: number; setAsideFrom: number | undefined }> {
  const days = [...new Set(users.flat())].sort((left, right) => left - right);
  const volumes = days.map((day) => ({ day, events: users.flat().filter((other) => other === day).length }));
  const countUsers = async (first: number): Promise<BlockUsers> => ({
    before: users.filter((visits) => visits.some((day) => day < first)).length,
    within: users.filter((visits) => visits.some((day) => day >= first)).length,
    all: users.length,
  });
  return chooseAsOfDay(volumes, countUsers, pauses);
}

function times(count: number, visits: Visits): Visits[] {
  return Array.from({ length: count }, () => visits);
}

describe('the newest plausible day', () => {
  it('is the last one', async () => {
    expect(await choose([[1], [5], [9]])).toEqual({ day: 9, setAsideFrom: undefined });
  });

  it.each([
    // 31 days after the day before: more than 30.
    ['a lone user 31 days later is set aside', [...times(10, [100]), [131]], 100],
    ['30 days later is no gap', [...times(10, [100]), [130]], 130],
    ['two users are no wrong clock', [...times(10, [100]), [131], [131]], 131],
    ['one user of both is counted once', [...times(10, [100]), [131, 132]], 100],
    ['the rest must hold ten users', [...times(9, [100]), [131]], 131],
    // The lone user was there before as well: the rest is those with an event before the block, ten with them.
    ['who is in the block counts for the rest, too', [...times(9, [100]), [100, 131]], 100],
    // 0.1 % of 2,001 users is 2.001: two users are fewer. Of 2,000 it is 2.
    ['two of 2,001 users are few', [...times(1999, [100]), [131], [131]], 100],
    ['two of 2,000 users are not', [...times(1998, [100]), [131], [131]], 131],
    // Both the block from 131 and the one from 170 qualify.
    ['of several blocks the longest goes', [...times(10, [100]), [131, 170]], 100],
    // The block from 131 holds three users, the one from 170 only one.
    ['a shorter block goes when the longer does not qualify', [...times(10, [100]), [131], [131], [131, 170]], 131],
    ['days without a gap before them stay', [...times(10, [100]), [125], [131]], 131],
  ])('%s', async (_, users, day) => {
    expect((await choose(users)).day).toBe(day);
  });

  it.each([
    // Days 101 to 131 hold 31 days, one of them paused: a gap of 30.
    ['a paused day between is no day', [{ first: 110, last: 110 }], 131],
    ['a day before the gap is none between', [{ first: 99, last: 100 }], 100],
    ['a paused day after it neither', [{ first: 132, last: 140 }], 100],
    ['a season covers it', [{ first: 101, last: 130 }], 131],
  ])('%s', async (_, pauses, day) => {
    expect((await choose([...times(10, [100]), [131]], pauses)).day).toBe(day);
  });

  it('tells where the block begins', async () => {
    expect(await choose([...times(10, [100]), [140, 145]])).toEqual({ day: 100, setAsideFrom: 140 });
  });
});

describe('a partial last day', () => {
  const weekly = (events: readonly number[], last: number): DayVolume[] => [
    ...events.map((count, index) => ({ day: 7 * index, events: count })),
    { day: 7 * events.length, events: last },
  ];

  it.each([
    // Half of 10 is 5.
    ['under half of the usual', [10, 10, 10], 4, true],
    ['half of the usual', [10, 10, 10], 5, false],
    // The median of 2, 10, 40 is 10.
    ['against the median', [40, 2, 10], 4, true],
    // The median of 6, 8, 10, 12 is 9, half of it 4.5.
    ['between the middle two', [12, 6, 10, 8], 4, true],
    ['between the middle two, not under', [12, 6, 10, 8], 5, false],
    ['three weeks before tell', [10, 10, 10], 1, true],
    ['two do not', [10, 10], 1, false],
    // Only the eight weeks before: 1 × 8, not the hundreds before them.
    ['eight weeks before tell, no more', [900, 900, 900, 900, 900, 900, 900, 900, 900, 1, 1, 1, 1, 1, 1, 1, 1], 1, false],
  ])('%s', (_, earlier, last, isPartial) => {
    const day = 7 * earlier.length;
    expect(completeDayBefore(weekly(earlier, last), day, [])).toBe(isPartial ? day - 1 : undefined);
  });

  it('days without events count as none', () => {
    // The weekdays before held 10, 0, 0: the median is 0.
    expect(
      completeDayBefore(
        [
          { day: 0, events: 10 },
          { day: 1, events: 3 },
          { day: 21, events: 1 },
        ],
        21,
        [],
      ),
    ).toBeUndefined();
    // The as-of day itself holds nothing.
    expect(
      completeDayBefore(
        [0, 7, 14].map((day) => ({ day, events: 10 })),
        21,
        [],
      ),
    ).toBe(20);
  });

  it('is not looked for on a paused day, nor against paused ones', () => {
    const usual = weekly([10, 10, 10, 10], 1);
    expect(completeDayBefore(usual, 28, [])).toBe(27);
    expect(completeDayBefore(usual, 28, [{ first: 28, last: 30 }])).toBeUndefined();
    // Two of the four weekdays are paused, and two do not tell.
    expect(completeDayBefore(usual, 28, [{ first: 0, last: 7 }])).toBeUndefined();
    // The median of 2, 2, 10, 10, 10 is 10; without the paused two it is 10 of three days.
    expect(completeDayBefore(weekly([10, 2, 2, 10, 10], 4), 35, [{ first: 7, last: 14 }])).toBe(34);
    // The day before is paused: the last that counts is 32.
    expect(completeDayBefore(weekly([10, 10, 10, 10, 10], 4), 35, [{ first: 33, last: 34 }])).toBe(32);
  });

  it('weeks before the input begins are not looked at', () => {
    // Day 1 is the first: of the weekday of day 21 only 14 and 7 are in the input.
    expect(
      completeDayBefore(
        [
          { day: 1, events: 9 },
          { day: 7, events: 10 },
          { day: 14, events: 10 },
          { day: 21, events: 1 },
        ],
        21,
        [],
      ),
    ).toBeUndefined();
  });
});
