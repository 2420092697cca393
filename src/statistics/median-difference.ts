import { normalQuantile } from './distributions.js';
import type { Interval } from './interval.js';
import { quantileOf } from './resampled.js';

/** So many equally likely places stand for the distribution of a resampled median. */
const POINTS = 200;

/**
 * The places, from 1, at which the median of a resample of n values stands, each equally likely: a resampled median is the order
 * statistic at a place of Binomial(n, ½) (Efron 1979), here by the normal approximation.
 */
export function resampledMedianRanks(n: number): number[] {
  return Array.from({ length: POINTS }, (_, index) => {
    const z = normalQuantile((index + 0.5) / POINTS);
    return Math.min(n, Math.max(1, Math.round((n + 1) / 2 + (z * Math.sqrt(n)) / 2)));
  });
}

/** The interval of a difference of medians from the values at `resampledMedianRanks` of both groups: the bootstrap, worked out in place of drawn. */
export function medianDifferenceInterval(a: readonly number[], b: readonly number[], confidence: number): Interval {
  const differences = a.flatMap((one) => b.map((other) => one - other)).sort((left, right) => left - right);
  const tail = (1 - confidence) / 2;
  return { low: quantileOf(differences, tail), high: quantileOf(differences, 1 - tail) };
}
