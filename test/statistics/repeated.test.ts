import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../src/statistics/proportions.js';
import { type RepeatedSums, ratioVariance, repeatedMeanInterval, repeatedShareInterval } from '../../src/statistics/repeated.js';

function sums(users: readonly (readonly [x: number, y: number])[]): RepeatedSums {
  const sum = (of: (x: number, y: number) => number): bigint => BigInt(users.reduce((total, [x, y]) => total + of(x, y), 0));
  return {
    users: BigInt(users.length),
    x: sum((x) => x),
    y: sum((_, y) => y),
    xx: sum((x) => x * x),
    xy: sum((x, y) => x * y),
    yy: sum((_, y) => y * y),
  };
}

/** r = 2 ÷ 6; y − r·x = 1/3, 2/3, −1; their squares sum to 14/9; 3/2 · 14/9 ÷ 36 = 7/108. */
const THREE = sums([
  [2, 1],
  [1, 1],
  [3, 0],
]);

describe('a ratio of sums over users who were looked at more than once', () => {
  it('has the variance of the delta method', () => {
    expect(ratioVariance(THREE)).toBeCloseTo(7 / 108, 12);
  });

  it('of one user has none', () => {
    expect(ratioVariance(sums([[5, 3]]))).toBeUndefined();
    expect(repeatedMeanInterval(sums([[5, 3]]), 0.95)).toBeUndefined();
  });

  /** t of 2 degrees of freedom at 97.5 % is 4.302653; √(7/108) = 0.254588. */
  it('has an interval by Student', () => {
    const interval = repeatedMeanInterval(THREE, 0.95);
    expect(interval?.low).toBeCloseTo(1 / 3 - 4.302653 * 0.254588, 5);
    expect(interval?.high).toBeCloseTo(1 / 3 + 4.302653 * 0.254588, 5);
  });

  it('of looks that are one a user has the interval of the mean', () => {
    // 1, 2, 3, 4: mean 2.5, s² = 5/3, t of 3 degrees of freedom 3.182446.
    const interval = repeatedMeanInterval(
      sums([
        [1, 1],
        [1, 2],
        [1, 3],
        [1, 4],
      ]),
      0.95,
    );
    expect(interval?.low).toBeCloseTo(2.5 - 3.182446 * Math.sqrt(5 / 3 / 4), 5);
  });
});

describe('a share over users who were looked at more than once', () => {
  /**
   * Six looks of three users are worth (1/3 · 2/3) ÷ (7/108 · 2/3) = 36/7 = 5.142857 of independent ones. Wilson with z² = 3.841459: middle
   * (0.333333 + 0.746950 ÷ 2) ÷ 1.746950 = 0.404595, half 1.959964 · √(0.0432099 + 0.0363101) ÷ 1.746950 = 0.316378.
   */
  it('counts the looks that are independent', () => {
    const { low, high } = repeatedShareInterval(THREE, 0.95);
    expect(low).toBeCloseTo(0.088217, 5);
    expect(high).toBeCloseTo(0.720973, 5);
  });

  it('of looks that are one a user has the interval of Wilson', () => {
    const once = sums(Array.from({ length: 40 }, (_, user) => [1, user < 13 ? 1 : 0] as const));
    const [found, wanted] = [repeatedShareInterval(once, 0.95), wilsonInterval({ hits: 13, n: 40 }, 0.95)];
    expect(found.low).toBeCloseTo(wanted.low, 9);
    expect(found.high).toBeCloseTo(wanted.high, 9);
  });

  it('of users who do the same at every look is as wide as of one look each', () => {
    const often = sums(Array.from({ length: 40 }, (_, user) => [9, user < 13 ? 9 : 0] as const));
    expect(repeatedShareInterval(often, 0.95).low).toBeCloseTo(wilsonInterval({ hits: 13, n: 40 }, 0.95).low, 9);
  });

  it('of nobody or everybody, and of one user, counts every user once', () => {
    const alike = (y: number): RepeatedSums => sums(Array.from({ length: 10 }, () => [9, y] as const));
    expect(repeatedShareInterval(alike(0), 0.95)).toEqual(wilsonInterval({ hits: 0, n: 10 }, 0.95));
    expect(repeatedShareInterval(alike(9), 0.95)).toEqual(wilsonInterval({ hits: 10, n: 10 }, 0.95));
    expect(repeatedShareInterval(alike(3), 0.95).low).toBeCloseTo(wilsonInterval({ hits: 10 / 3, n: 10 }, 0.95).low, 9);
    expect(repeatedShareInterval(sums([[9, 3]]), 0.95).high).toBeCloseTo(wilsonInterval({ hits: 1 / 3, n: 1 }, 0.95).high, 9);
  });
});
