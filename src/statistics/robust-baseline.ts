import { normalQuantile } from './distributions.js';

/** Makes the MAD of a normal distribution its standard deviation. */
const MAD_TO_SD = 1.4826;
/** Nightly sizes are never steadier than this, as a share. */
const STEADIEST = 0.03;
/** By how much few earlier runs widen the deviation: the k-th for k runs, the last for that many and more. */
const INFLATION = [1.7, 1.5, 1.4, 1.25, 1.25, 1.2] as const;
/** The MAD of two or three runs is hardly a measure: what is usual for a size of this order counts as as many runs. */
const PRIOR_RUNS = 4;

/** Below it the logarithm of a count is no normal number: zero would be anything up to thousands. */
const SMALL_SIZE = 30;

export interface Expected {
  /** The middle of the earlier sizes. */
  readonly median: number;
  /** What a size may be within the noise of earlier runs and of counting. */
  readonly low: number;
  readonly high: number;
}

/**
 * The range of a size by comparable earlier runs: the median and the MAD of their logarithms, never below 3 % and the noise of a count,
 * widened for few runs, at a z for so many segments tested at once (Bonferroni). Needs one earlier size at least; a size
 * of zero counts as a half. Of sizes below 30 the upper end is what the noise of a count allows on the scale of roots, or the earlier
 * sizes themselves.
 */
export function expectedSize(earlier: readonly number[], segments: number, alpha: number): Expected {
  const logs = earlier.map((size) => Math.log(Math.max(size, 0.5)));
  const middle = median(logs);
  const size = Math.exp(middle);
  const deviation = MAD_TO_SD * median(logs.map((log) => Math.abs(log - middle)));
  const runs = logs.length;
  const usual = STEADIEST ** 2 + 1 / size;
  const variance = Math.max(usual, (PRIOR_RUNS * usual + runs * deviation ** 2) / (PRIOR_RUNS + runs));
  const inflation = INFLATION[Math.min(runs, INFLATION.length) - 1] ?? 1;
  const deviations = zForMany(segments, alpha) * inflation;
  const reach = deviations * Math.sqrt(variance);
  const high = size * Math.exp(reach);
  const ofCount = (Math.sqrt(size) + deviations / 2) ** 2;
  const ofRuns = size * Math.exp(deviations * Math.max(STEADIEST, deviation));
  return { median: size, low: size * Math.exp(-reach), high: size < SMALL_SIZE ? Math.min(high, Math.max(ofCount, ofRuns)) : high };
}

/** The two-sided z of `alpha` shared by as many tests (Bonferroni). */
export function zForMany(tests: number, alpha: number): number {
  return -normalQuantile(alpha / (2 * tests));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('a median needs a value');
  return (low + high) / 2;
}
