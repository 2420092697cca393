import type { Interval } from '../../statistics/interval.js';
import { liftInterval, ratioOfSums, type Sample, type WelchTest, welchTest } from '../../statistics/means.js';
import { addPowerSums, type PowerSums, quotient, sampleOf } from '../../statistics/moments.js';
import {
  cohenH,
  compareProportions,
  newcombeInterval,
  type Proportion,
  ratioInterval,
  wilsonInterval,
} from '../../statistics/proportions.js';
import { type LayerDifference, mantelHaenszel, type Stratum, standardise } from '../../statistics/stratified.js';
import type { ComparedMetric, Stratified } from './compare-result.js';
import type { MetricKind } from './metrics.js';

/** 95 % */
export const CONFIDENCE = 0.95;

/** Exact sums of one metric over the users of a cell (a place and a layer). */
export interface Sums extends PowerSums {
  /** Exact, where the powers are of values that were divided first. */
  readonly total: bigint;
  /** Of what a ratio is divided by, its square, and the product with the value. */
  readonly below: bigint;
  readonly below2: bigint;
  readonly cross: bigint;
}

export const NO_SUMS: Sums = { n: 0n, sum: 0n, squares: 0n, cubes: 0n, total: 0n, below: 0n, below2: 0n, cross: 0n };

export function addSums(left: Sums, right: Sums): Sums {
  return {
    ...addPowerSums(left, right),
    total: left.total + right.total,
    below: left.below + right.below,
    below2: left.below2 + right.below2,
    cross: left.cross + right.cross,
  };
}

/** Whole units in one, and what values were divided by before their powers were summed. */
export interface Scale {
  readonly unitsInOne: number;
  readonly momentDivisor: number;
}

/** The mean of a cell with its variance. */
export function meanOf(sums: Sums, { unitsInOne, momentDivisor }: Scale): Sample | undefined {
  const sample = sampleOf(sums, unitsInOne / momentDivisor);
  return sample && { ...sample, mean: quotient(sums.total, sums.n) / unitsInOne };
}

/** The ratio of a cell as a mean with a variance (delta method). */
export function ratioOf(sums: Sums, scale: Scale): Sample | undefined {
  const above = meanOf(sums, scale);
  if (above === undefined) return undefined;
  const { n } = sums;
  const pairs = n < 2n ? null : n * (n - 1n);
  const covariance = pairs === null ? null : quotient(n * sums.cross - sums.sum * sums.below, pairs);
  return ratioOfSums({
    n: Number(n),
    meanNumerator: above.mean,
    meanDenominator: quotient(sums.below, n),
    varianceNumerator: above.variance,
    varianceDenominator: pairs === null ? null : quotient(n * sums.below2 - sums.below * sums.below, pairs),
    covariance: covariance === null ? null : (covariance * scale.momentDivisor) / scale.unitsInOne,
  });
}

export const proportionOf = (sums: Sums): Proportion => ({ hits: Number(sums.total), n: Number(sums.n) });

/** The value of a cell, null where it has no user. */
export function cellValue(kind: MetricKind, sums: Sums, scale: Scale): number | null {
  if (sums.n === 0n) return null;
  if (kind === 'share') return Number(sums.total) / Number(sums.n);
  return (kind === 'ratio' ? ratioOf(sums, scale) : meanOf(sums, scale))?.mean ?? null;
}

export type Weighed = Pick<ComparedMetric, 'difference' | 'interval' | 'lift' | 'liftInterval' | 'effect' | 'p' | 'method'>;

/** Two shares of users with a mark; both have users. */
export function weighShares(a: Proportion, b: Proportion): Weighed {
  const ratio = ratioInterval(a, b, CONFIDENCE);
  const [p, q] = [a.hits / a.n, b.hits / b.n];
  const { p: chance, method } = compareProportions(a, b);
  return {
    difference: p - q,
    interval: newcombeInterval(a, b, CONFIDENCE),
    lift: q === 0 ? null : p / q - 1,
    liftInterval: ratio === undefined ? null : { low: ratio.low - 1, high: ratio.high - 1 },
    effect: { kind: "cohen's h", size: cohenH(a, b) },
    p: chance,
    method,
  };
}

/** Two means or ratios, by a test of their difference; none where nothing varies. */
export function weighMeans(
  a: Sample,
  b: Sample,
  test: { readonly p: number; readonly interval: Interval } | undefined,
  method: ComparedMetric['method'],
): Weighed {
  const difference = a.mean - b.mean;
  const pooled = pooledVariance(a, b);
  return {
    difference,
    interval: test?.interval ?? null,
    lift: b.mean === 0 ? null : a.mean / b.mean - 1,
    liftInterval: liftInterval(a, b, CONFIDENCE) ?? null,
    effect: pooled > 0 ? { kind: "cohen's d", size: difference / Math.sqrt(pooled) } : null,
    p: test?.p ?? null,
    method: test === undefined ? null : method,
  };
}

export function welch(a: Sample, b: Sample): WelchTest | undefined {
  return welchTest(a, b, CONFIDENCE);
}

function pooledVariance(a: Sample, b: Sample): number {
  const freedom = a.n + b.n - 2;
  return freedom <= 0 ? 0 : ((a.n - 1) * (a.variance ?? 0) + (b.n - 1) * (b.variance ?? 0)) / freedom;
}

/** The sums of both groups in one layer. */
export interface Layer {
  readonly a: Sums;
  readonly b: Sums;
}

/** The difference as if both groups were spread over the layers alike, weighted by all users of each layer; null without a common layer. */
export function stratify(kind: MetricKind, layers: readonly Layer[], scale: Scale): Stratified | null {
  const all = layers.reduce((sum, { a, b }) => sum + Number(a.n + b.n), 0);
  const common: LayerDifference[] = [];
  const strata: Stratum[] = [];
  for (const { a, b } of layers) {
    const [left, right] = [cellValue(kind, a, scale), cellValue(kind, b, scale)];
    if (left === null || right === null) continue;
    common.push({ users: Number(a.n + b.n), a: left, b: right });
    if (kind === 'share') strata.push({ a: proportionOf(a), b: proportionOf(b) });
  }
  const even = standardise(common);
  if (even === undefined) return null;
  return {
    difference: even.a - even.b,
    layers: common.length,
    share: all === 0 ? 0 : common.reduce((sum, { users }) => sum + users, 0) / all,
    oddsRatio: kind === 'share' ? (mantelHaenszel(strata, CONFIDENCE) ?? null) : null,
  };
}

/** The Wilson interval of a share. */
export const intervalOfShare = (share: Proportion): Interval => wilsonInterval(share, CONFIDENCE);
