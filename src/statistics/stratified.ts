import { normalQuantile } from './distributions.js';
import type { Interval } from './interval.js';
import type { Proportion } from './proportions.js';

/** The same two groups within one layer of users, such as those who signed up in one month. */
export interface Stratum {
  readonly a: Proportion;
  readonly b: Proportion;
}

export interface StratifiedOdds {
  readonly ratio: number;
  readonly interval: Interval;
}

/**
 * The odds ratio of a to b with the layers held apart (Mantel and Haenszel 1959), its interval by the variance of Robins, Breslow and
 * Greenland (1986). Undefined when a sum is zero, so that no ratio exists.
 */
export function mantelHaenszel(strata: readonly Stratum[], confidence: number): StratifiedOdds | undefined {
  let [up, down, upUp, upDown, downDown] = [0, 0, 0, 0, 0];
  for (const { a, b } of strata) {
    const n = a.n + b.n;
    if (a.n === 0 || b.n === 0) continue;
    const agree = (a.hits + (b.n - b.hits)) / n;
    const differ = (a.n - a.hits + b.hits) / n;
    const r = (a.hits * (b.n - b.hits)) / n;
    const s = ((a.n - a.hits) * b.hits) / n;
    up += r;
    down += s;
    upUp += agree * r;
    upDown += agree * s + differ * r;
    downDown += differ * s;
  }
  if (up === 0 || down === 0) return undefined;
  const variance = upUp / (2 * up ** 2) + upDown / (2 * up * down) + downDown / (2 * down ** 2);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  const log = Math.log(up / down);
  return { ratio: up / down, interval: { low: Math.exp(log - half), high: Math.exp(log + half) } };
}

/** A difference of two groups within one layer, and how many users the layer has. */
export interface LayerDifference {
  readonly users: number;
  readonly a: number;
  readonly b: number;
}

/** Both groups as if their users were spread over the layers like everybody (direct standardisation). Undefined without a layer. */
export function standardise(layers: readonly LayerDifference[]): { readonly a: number; readonly b: number } | undefined {
  const users = layers.reduce((sum, layer) => sum + layer.users, 0);
  if (users === 0) return undefined;
  const mean = (of: 'a' | 'b'): number => layers.reduce((sum, layer) => sum + layer.users * layer[of], 0) / users;
  return { a: mean('a'), b: mean('b') };
}
