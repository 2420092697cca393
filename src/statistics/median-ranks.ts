import { binomialAtMost } from './distributions.js';

export interface MedianRanks {
  /** Places of the interval's ends among the sorted values, from 1. */
  readonly low: number;
  readonly high: number;
  /** How often such an interval holds the median. */
  readonly coverage: number;
}

/**
 * The order statistics between which the median lies with at least the given confidence, whatever the distribution; undefined for
 * samples so small that none do.
 */
export function medianRanks(n: number, confidence: number): MedianRanks | undefined {
  const tail = (1 - confidence) / 2;
  const low = smallestAbove(n, tail);
  if (low < 1) return undefined;
  return { low, high: n - low + 1, coverage: 1 - 2 * binomialAtMost(low - 1, n, 0.5) };
}

/** The smallest k with P(X ≤ k) ≥ tail for X of n fair coins. */
function smallestAbove(n: number, tail: number): number {
  let [from, to] = [0, n];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (binomialAtMost(middle, n, 0.5) >= tail) to = middle;
    else from = middle + 1;
  }
  return from;
}
