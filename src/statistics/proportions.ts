import { chiSquareTail, logChoose, normalQuantile } from './distributions.js';
import type { Interval } from './interval.js';

/** `hits` of `n` users; n ≥ 1, 0 ≤ hits ≤ n. */
export interface Proportion {
  readonly hits: number;
  readonly n: number;
}

const shareOf = ({ hits, n }: Proportion): number => hits / n;

/** The Wilson score interval of one proportion (Wilson 1927); its ends are exactly 0 and 1 where nobody or everybody has it. */
export function wilsonInterval({ hits, n }: Proportion, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2);
  const share = hits / n;
  const squared = (z * z) / n;
  const middle = (share + squared / 2) / (1 + squared);
  const half = (z * Math.sqrt((share * (1 - share)) / n + squared / (4 * n))) / (1 + squared);
  return { low: hits === 0 ? 0 : Math.max(0, middle - half), high: hits === n ? 1 : Math.min(1, middle + half) };
}

/** The interval of the difference a − b: Newcombe's hybrid of two score intervals (Newcombe 1998, method 10). */
export function newcombeInterval(a: Proportion, b: Proportion, confidence: number): Interval {
  const [first, second] = [wilsonInterval(a, confidence), wilsonInterval(b, confidence)];
  const difference = shareOf(a) - shareOf(b);
  return {
    low: difference - Math.hypot(shareOf(a) - first.low, second.high - shareOf(b)),
    high: difference + Math.hypot(first.high - shareOf(a), shareOf(b) - second.low),
  };
}

/**
 * The interval of the ratio a ÷ b from the score intervals of both (MOVER-R, Donner and Zou 2012); undefined when b is zero. `high` is
 * Infinity when the lower end of b's interval is zero.
 */
export function ratioInterval(a: Proportion, b: Proportion, confidence: number): Interval | undefined {
  if (b.hits === 0) return undefined;
  const [first, second] = [wilsonInterval(a, confidence), wilsonInterval(b, confidence)];
  const [p, q] = [shareOf(a), shareOf(b)];
  const product = p * q;
  const lowAbove = first.low * (2 * p - first.low);
  const highBelow = second.low * (2 * q - second.low);
  const lowRoot = Math.sqrt(Math.max(0, product ** 2 - lowAbove * second.high * (2 * q - second.high)));
  const highRoot = Math.sqrt(Math.max(0, product ** 2 - first.high * (2 * p - first.high) * highBelow));
  return {
    // Rationalised: the other form is 0 ÷ 0 where the upper end of b's interval is twice its share.
    low: a.hits === 0 ? 0 : lowAbove / (product + lowRoot),
    high: highBelow <= 0 ? Number.POSITIVE_INFINITY : (product + highRoot) / highBelow,
  };
}

/** The effect size of a difference of two proportions (Cohen 1988): 0.2 is small, 0.5 medium, 0.8 large. */
export function cohenH(a: Proportion, b: Proportion): number {
  return 2 * Math.asin(Math.sqrt(shareOf(a))) - 2 * Math.asin(Math.sqrt(shareOf(b)));
}

export interface ProportionTest {
  readonly method: 'n-1 chi-square' | 'fisher';
  /** Two-sided. */
  readonly p: number;
}

/** Where every cell is expected to hold as many, the chi-square approximation is good. */
const SMALLEST_EXPECTED = 5;

/** Whether two proportions differ: the N−1 chi-square test (Campbell 2007), or Fisher's exact test when a cell is expected below 5. */
export function compareProportions(a: Proportion, b: Proportion): ProportionTest {
  const total = a.n + b.n;
  const hits = a.hits + b.hits;
  const smallest = (Math.min(a.n, b.n) * Math.min(hits, total - hits)) / total;
  if (smallest < SMALLEST_EXPECTED) return { method: 'fisher', p: fisherTest(a, b) };
  const pooled = hits / total;
  const chiSquare = (shareOf(a) - shareOf(b)) ** 2 / (pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
  return { method: 'n-1 chi-square', p: chiSquareTail((chiSquare * (total - 1)) / total, 1) };
}

/** Tables are as likely when their probabilities differ only by the error of the logarithms. */
const AS_LIKELY = 1 + 1e-7;

/** Fisher's exact test, two-sided: the probability of all tables at most as likely as the one seen. */
export function fisherTest(a: Proportion, b: Proportion): number {
  const hits = a.hits + b.hits;
  const from = Math.max(0, hits - b.n);
  const to = Math.min(hits, a.n);
  const whole = logChoose(a.n + b.n, hits);
  const probability = (k: number): number => Math.exp(logChoose(a.n, k) + logChoose(b.n, hits - k) - whole);
  const seen = probability(a.hits) * AS_LIKELY;
  let p = 0;
  for (let k = from; k <= to; k++) {
    const one = probability(k);
    if (one <= seen) p += one;
  }
  return Math.min(1, p);
}
