import { normalQuantile } from './distributions.js';
import type { Interval } from './interval.js';
import { wilsonInterval } from './proportions.js';

/** Spells of one length: how many ended then, and how many were still open when last seen. Weights need not be whole. */
export interface SpellCount {
  readonly length: number;
  readonly ended: number;
  readonly open: number;
}

/** A length at which spells ended. */
export interface SurvivalStep {
  readonly length: number;
  /** Spells that lasted at least as long. */
  readonly atRisk: number;
  readonly ended: number;
  /** Share of spells that last longer: the product-limit estimate (Kaplan and Meier 1958). */
  readonly survival: number;
  /** Greenwood's sum up to here, Σ d ÷ n(n − d): the variance of `survival`, over its square. */
  readonly hazardVariance: number;
}

/** The product-limit curve of spells, each length once, of which some are still open: those are at risk up to their length. Steps by rising length. */
export function survivalCurve(spells: readonly SpellCount[]): SurvivalStep[] {
  const ordered = [...spells].sort((a, b) => a.length - b.length);
  // From the end, so that the last ones at risk are counted without a rest of earlier differences.
  const longer = new Array<number>(ordered.length).fill(0);
  for (let index = ordered.length - 2; index >= 0; index -= 1) {
    const next = ordered[index + 1];
    longer[index] = (longer[index + 1] ?? 0) + (next?.ended ?? 0) + (next?.open ?? 0);
  }
  const steps: SurvivalStep[] = [];
  let survival = 1;
  let hazardVariance = 0;
  for (const [index, { length, ended, open }] of ordered.entries()) {
    if (ended === 0) continue;
    const left = (longer[index] ?? 0) + open;
    const atRisk = left + ended;
    survival *= left / atRisk;
    hazardVariance += ended / (atRisk * left);
    steps.push({ length, atRisk, ended, survival, hazardVariance });
  }
  return steps;
}

/** A share of spells that ended, and how many were there to see it. */
export interface EndEstimate extends Interval {
  readonly share: number;
  /** Spells that lasted longer than the length asked about. */
  readonly atRisk: number;
}

/**
 * Of the spells that lasted longer than `length`, the share that ends within `within` more: 1 − S(length + within) ÷ S(length), with the
 * log-log interval of that ratio (Kalbfleisch and Prentice), or where none or all end the score interval of those at risk. Undefined when none lasted longer.
 */
export function endsWithin(
  spells: readonly SpellCount[],
  curve: readonly SurvivalStep[],
  { length, within, confidence }: { readonly length: number; readonly within: number; readonly confidence: number },
): EndEstimate | undefined {
  const atRisk = spells.reduce((sum, spell) => (spell.length > length ? sum + spell.ended + spell.open : sum), 0);
  if (atRisk === 0) return undefined;
  const [before, after] = [stepAt(curve, length), stepAt(curve, length + within)];
  const share = before.survival === 0 ? 1 : 1 - after.survival / before.survival;
  if (share <= 0 || share >= 1) return { share, atRisk, ...wilsonInterval({ hits: share >= 1 ? atRisk : 0, n: atRisk }, confidence) };
  const stay = logLogInterval(1 - share, after.hazardVariance - before.hazardVariance, confidence);
  return { share, atRisk, low: 1 - stay.high, high: 1 - stay.low };
}

function stepAt(curve: readonly SurvivalStep[], length: number): Pick<SurvivalStep, 'survival' | 'hazardVariance'> {
  return curve.findLast((step) => step.length <= length) ?? { survival: 1, hazardVariance: 0 };
}

function logLogInterval(survival: number, hazardVariance: number, confidence: number): Interval {
  if (survival <= 0 || survival >= 1) return { low: survival, high: survival };
  const z = normalQuantile((1 + confidence) / 2);
  const spread = (z * Math.sqrt(hazardVariance)) / Math.log(survival);
  // The logarithm is below zero: the larger exponent makes the lower end.
  return { low: survival ** Math.exp(-spread), high: survival ** Math.exp(spread) };
}
