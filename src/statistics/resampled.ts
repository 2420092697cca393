import type { Interval } from './interval.js';
import type { Sample } from './means.js';

/** Of a difference under no difference, in units of its own standard error, one a replicate. */
export type NullStatistics = readonly number[];

export interface ResampledTest {
  /** The difference in units of its standard error. */
  readonly t: number;
  /** Two-sided. */
  readonly p: number;
  /** Of the difference: where a test of the same statistics would not refuse it. */
  readonly interval: Interval;
}

/** With fewer replicates beyond the one seen, the chance is read off a tail that was fitted to the outermost ones. */
const FEW_BEYOND = 10;
const TAIL = 50;

/** A difference of two means in units of its standard error; 0 where nothing varies. */
export function studentised(a: Sample, b: Sample): number {
  const squared = (a.variance ?? 0) / a.n + (b.variance ?? 0) / b.n;
  return squared > 0 ? (a.mean - b.mean) / Math.sqrt(squared) : 0;
}

/**
 * Whether two means differ, judged by what resampling under no difference gave (bootstrap-t: Efron and Tibshirani 1993, §12.5 and
 * §16.2). The far tail is exponential beyond the outermost replicates, so that p-values can be adjusted for many tests (Knijnenburg et al. 2009,
 * with a fixed shape). Undefined when nothing varies or there are too few replicates for a tail.
 */
export function resampledTest(a: Sample, b: Sample, under: NullStatistics, confidence: number): ResampledTest | undefined {
  const error = Math.sqrt((a.variance ?? 0) / a.n + (b.variance ?? 0) / b.n);
  if (!(error > 0) || under.length < 4 * TAIL) return undefined;
  const t = studentised(a, b);
  const sorted = [...under].sort((left, right) => left - right);
  const difference = a.mean - b.mean;
  const tail = (1 - confidence) / 2;
  return {
    t,
    p: Math.min(1, 2 * Math.min(tailChance(sorted.map((one) => -one).reverse(), -t), tailChance(sorted, t))),
    interval: { low: difference - quantileOf(sorted, 1 - tail) * error, high: difference - quantileOf(sorted, tail) * error },
  };
}

/** P(T ≥ t) from sorted replicates. */
function tailChance(sorted: readonly number[], t: number): number {
  const count = sorted.length;
  const beyond = count - firstAtLeast(sorted, t);
  const fromCounts = (beyond + 1) / (count + 1);
  if (beyond >= FEW_BEYOND) return fromCounts;
  const outermost = sorted.slice(count - TAIL);
  const start = sorted[count - TAIL - 1] ?? 0;
  const excess = outermost.reduce((sum, one) => sum + one - start, 0) / TAIL;
  if (!(excess > 0) || t <= start) return fromCounts;
  return Math.min(fromCounts, ((TAIL + 1) / (count + 1)) * Math.exp(-(t - start) / excess));
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((sorted[middle] ?? 0) >= value) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The type-7 quantile of sorted values. */
export function quantileOf(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
