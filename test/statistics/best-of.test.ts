import { describe, expect, it } from 'vitest';
import { bestCandidates } from '../../src/statistics/best-of.js';

/** Everybody gives a whole to one candidate: how many to each. */
function votes(counts: Readonly<Record<string, number>>): Parameters<typeof bestCandidates> {
  const all = Object.entries(counts);
  const [top = ['', 0]] = all.toSorted(([, left], [, right]) => right - left);
  const candidates = all.map(([name, count]) => ({
    name,
    sum: BigInt(count),
    squares: BigInt(count),
    withTop: name === top[0] ? BigInt(count) : 0n,
  }));
  return [candidates, top[0], all.reduce((sum, [, count]) => sum + count, 0), 0.95];
}

describe('the candidates that may be the best', () => {
  it.each([
    // Of two the level is 0.05, one-sided: 60 against 40 of 100 is t = 0.2 ÷ √(0.9697 ÷ 100) = 2.03, above 1.66.
    [{ a: 60, b: 40 }, ['a']],
    // 57 against 43: t = 1.41.
    [{ a: 57, b: 43 }, ['a', 'b']],
    // 60, 39 and 1: of three the level is 0.025; t of a against b is 2.13, above 1.98.
    [{ a: 60, b: 39, c: 1 }, ['a']],
    [{ a: 50, b: 50 }, ['a', 'b']],
    [{ a: 20, b: 0 }, ['a']],
  ])('%o: %o', (counts, best) => {
    expect(bestCandidates(...votes(counts))).toEqual(best);
  });

  it('takes the difference of each user, not of the means', () => {
    // Two users in three give a 0.6 and b 0.4, always: nothing varies, so a is the best for sure, by however little.
    const sums = { users: 300n, a: 6n, b: 4n };
    const candidates = [
      { name: 'a', sum: sums.users * sums.a, squares: sums.users * sums.a ** 2n, withTop: sums.users * sums.a ** 2n },
      { name: 'b', sum: sums.users * sums.b, squares: sums.users * sums.b ** 2n, withTop: sums.users * sums.a * sums.b },
    ];
    expect(bestCandidates(candidates, 'a', 300, 0.95)).toEqual(['a']);
  });
});
