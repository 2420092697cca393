import { normalQuantile, studentQuantile, studentTwoTails } from './distributions.js';
import type { Interval } from './interval.js';

/** A value of every user of a group; `variance` with n − 1 below, null for one user. */
export interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number | null;
}

/** A sample of at least two users. */
interface Spread {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

export interface WelchTest {
  readonly t: number;
  readonly df: number;
  /** Two-sided. */
  readonly p: number;
  /** Of the difference of means. */
  readonly interval: Interval;
}

/**
 * Whether two means differ, with unequal variances (Welch 1947; degrees of freedom by Satterthwaite). Undefined when a group has fewer than
 * two users, or no value varies at all.
 */
export function welchTest(a: Sample, b: Sample, confidence: number): WelchTest | undefined {
  if (!isSpread(a) || !isSpread(b)) return undefined;
  const [first, second] = [a.variance / a.n, b.variance / b.n];
  const squared = first + second;
  if (!(squared > 0)) return undefined;
  const error = Math.sqrt(squared);
  const difference = a.mean - b.mean;
  const t = difference / error;
  const df = squared ** 2 / (first ** 2 / (a.n - 1) + second ** 2 / (b.n - 1));
  const half = studentQuantile(1 - confidence, df) * error;
  return { t, df, p: studentTwoTails(t, df), interval: { low: difference - half, high: difference + half } };
}

function isSpread(sample: Sample): sample is Spread {
  return sample.n > 1 && sample.variance !== null;
}

/** Users for each squared unit of skewness that the mean of a sample needs before it is near enough to normal (Kohavi et al. 2014). */
const USERS_A_SKEW = 355;

/** Whether a group is large enough for its skewness that Welch's test holds. */
export function isLargeForSkew(n: number, skewness: number): boolean {
  return n > USERS_A_SKEW * skewness ** 2;
}

/** The interval of a ÷ b − 1 for two independent means by the delta method; undefined when b's mean is zero or a group has one user. */
export function liftInterval(a: Sample, b: Sample, confidence: number): Interval | undefined {
  if (!isSpread(a) || !isSpread(b) || b.mean === 0) return undefined;
  const variance = a.variance / (a.n * b.mean ** 2) + (a.mean ** 2 * b.variance) / (b.n * b.mean ** 4);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  const lift = a.mean / b.mean - 1;
  return { low: lift - half, high: lift + half };
}

/** Sums over the users of a group of a numerator (money) and a denominator (orders), each user giving one pair. */
export interface RatioSample {
  readonly n: number;
  readonly meanNumerator: number;
  readonly meanDenominator: number;
  readonly varianceNumerator: number | null;
  readonly varianceDenominator: number | null;
  readonly covariance: number | null;
}

/**
 * The ratio of two sums as a mean with a variance, the user being the unit (delta method, Deng et al. 2018): a `Sample` for
 * `welchTest`. Undefined when the denominator is zero.
 */
export function ratioOfSums(sample: RatioSample): Sample | undefined {
  const { n, meanNumerator, meanDenominator: below, varianceNumerator, varianceDenominator, covariance } = sample;
  if (below === 0) return undefined;
  const mean = meanNumerator / below;
  if (varianceNumerator === null || varianceDenominator === null || covariance === null) return { n, mean, variance: null };
  const variance = (varianceNumerator - 2 * mean * covariance + mean ** 2 * varianceDenominator) / below ** 2;
  return { n, mean, variance: Math.max(0, variance) };
}
