import { describe, expect, it } from 'vitest';
import { binomialAtMost, chiSquareTail, normalTwoTails, studentTwoTails } from '../../src/statistics/distributions.js';
import { medianDifferenceInterval, resampledMedianRanks } from '../../src/statistics/median-difference.js';
import { addPowerSums, quotient, sampleOf, skewnessOf } from '../../src/statistics/moments.js';
import { quantileOf, resampledTest, studentised } from '../../src/statistics/resampled.js';

function sumsOf(values: readonly bigint[]) {
  const sum = (power: (value: bigint) => bigint): bigint => values.reduce((all, value) => all + power(value), 0n);
  return { n: BigInt(values.length), sum: sum((v) => v), squares: sum((v) => v * v), cubes: sum((v) => v * v * v) };
}

describe('moments from exact sums', () => {
  it('give mean and variance by hand', () => {
    // 2, 4, 9 cents: mean 5, squares of distances 9 + 1 + 16 over 2.
    expect(sampleOf(sumsOf([2n, 4n, 9n]), 1)).toEqual({ n: 3, mean: 5, variance: 13 });
    expect(sampleOf(sumsOf([200n, 400n, 900n]), 100)).toEqual({ n: 3, mean: 5, variance: 13 });
    expect(sampleOf(sumsOf([7n]), 1)).toEqual({ n: 1, mean: 7, variance: null });
    expect(sampleOf(sumsOf([]), 1)).toBeUndefined();
  });

  it('keep the digits of large values that lie close together', () => {
    // In doubles n·Σx² − (Σx)² of these is noise.
    const large = [10n ** 15n + 1n, 10n ** 15n + 2n, 10n ** 15n + 3n];
    expect(sampleOf(sumsOf(large), 1)?.variance).toBe(1);
    expect(quotient(10n ** 30n, 3n * 10n ** 29n)).toBeCloseTo(10 / 3, 14);
    expect(quotient(-7n, 2n)).toBe(-3.5);
  });

  it('give the skewness of nine zeros and a one: (1 − 2p) ÷ √(p(1 − p)) with p = 0.1', () => {
    expect(skewnessOf(sumsOf([...Array.from({ length: 9 }, () => 0n), 1n]))).toBeCloseTo(0.8 / 0.3, 12);
    expect(skewnessOf(sumsOf([-5n, 0n, 5n]))).toBe(0);
    expect(skewnessOf(sumsOf([3n, 3n]))).toBe(0);
  });

  it('of two cells are those of all their values', () => {
    expect(addPowerSums(sumsOf([1n, 5n]), sumsOf([-2n]))).toEqual(sumsOf([1n, 5n, -2n]));
  });
});

describe('a resampled test', () => {
  const spread = { n: 50, mean: 3, variance: 4 };
  // 999 evenly spaced statistics from −2.5 to 2.5.
  const even = Array.from({ length: 999 }, (_, place) => -2.5 + (5 * place) / 998);

  it('counts the replicates beyond the one seen, on its own side, twice', () => {
    const other = { n: 50, mean: 2.4, variance: 4 };
    // Error √(4/50 + 4/50) = 0.4, so t = 1.5: 200 of the 999 reach it ((2.5 − 1.5) ÷ 5 of 998 steps).
    const test = resampledTest(spread, other, even, 0.95);
    expect(test?.t).toBeCloseTo(1.5, 12);
    expect(test?.p).toBeCloseTo((2 * (200 + 1)) / 1000, 12);
    // The 2.5 % quantiles of the statistics are ∓2.375.
    expect(test?.interval.low).toBeCloseTo(0.6 - 2.375 * 0.4, 12);
    expect(test?.interval.high).toBeCloseTo(0.6 + 2.375 * 0.4, 12);
  });

  it('has smaller chances the further out it lies, also beyond the last replicate', () => {
    const chance = (mean: number): number => resampledTest(spread, { ...spread, mean }, even, 0.95)?.p ?? 1;
    const chances = [2.9, 2.5, 2.1, 2, 1.5, 1, 0].map(chance);
    expect([...chances].sort((left, right) => right - left)).toEqual(chances);
    expect(chances.at(-1)).toBeLessThan(1e-6);
  });

  it('is none where nothing varies', () => {
    expect(resampledTest({ n: 5, mean: 1, variance: 0 }, { n: 5, mean: 2, variance: 0 }, even, 0.95)).toBeUndefined();
    expect(studentised({ n: 5, mean: 1, variance: 0 }, { n: 5, mean: 2, variance: null })).toBe(0);
  });
});

describe('a difference of medians', () => {
  it('moves over the places of a fair coin', () => {
    const ranks = resampledMedianRanks(101);
    expect(ranks).toHaveLength(200);
    // Symmetric about the middle; nine in ten within 51 ± 1.645 · √101 ÷ 2 = 8.3.
    expect(ranks.reduce((sum, rank) => sum + rank, 0) / 200).toBeCloseTo(51, 6);
    expect(ranks.filter((rank) => Math.abs(rank - 51) <= 8.3).length / 200).toBeGreaterThan(0.88);
    expect(resampledMedianRanks(1)).toEqual(Array.from({ length: 200 }, () => 1));
  });

  it('has the interval of all differences', () => {
    expect(medianDifferenceInterval([5, 5], [2, 2], 0.95)).toEqual({ low: 3, high: 3 });
    expect(quantileOf([0, 1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantileOf([0, 10], 0.25)).toBe(2.5);
  });
});

describe('tails too thin for a number', () => {
  it('are 0', () => {
    expect([normalTwoTails(60), chiSquareTail(5000, 1), studentTwoTails(200, 5000), binomialAtMost(3, 100_000, 0.5)]).toEqual([0, 0, 0, 0]);
  });
});
