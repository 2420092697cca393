import { type EndEstimate, endsWithin, type SpellCount, survivalCurve } from '../../../statistics/kaplan-meier.js';
import { LONGEST_MINUTES, type TransactionNames } from './recovery-queries.js';

/** Of the started transactions, the share that is completed by a minute. */
export interface RecoveryPoint extends EndEstimate {
  readonly minutes: number;
}

/** How started transactions are completed. */
export interface RecoveryCurve extends TransactionNames {
  readonly transactions: number;
  /** Completed within the longest time. */
  readonly ended: number;
  /** Seen for less than the longest time, as the files end. */
  readonly censored: number;
  readonly confidence: number;
  /** A point a minute; none with too few transactions. */
  readonly points: readonly RecoveryPoint[];
  /** The first minute by which half, and nine tenths, of those who complete within the longest time have; null where nobody does. */
  readonly halfBy: number | null;
  readonly mostBy: number | null;
}

const CONFIDENCE = 0.95;
const LEAST_TRANSACTIONS = 20;
const HALF = 0.5;
const MOST = 0.9;

/** The product-limit curve of completions: transactions that began near the end of the files count as long as they were seen. */
export function measureRecovery(spells: readonly SpellCount[], names: TransactionNames): RecoveryCurve {
  const sum = (of: (spell: SpellCount) => number): number => spells.reduce((total, spell) => total + of(spell), 0);
  const transactions = sum(({ ended, open }) => ended + open);
  const frame = {
    ...names,
    transactions,
    ended: sum(({ ended }) => ended),
    censored: sum(({ length, open }) => (length < LONGEST_MINUTES ? open : 0)),
    confidence: CONFIDENCE,
  };
  if (transactions < LEAST_TRANSACTIONS) return { ...frame, points: [], halfBy: null, mostBy: null };
  const curve = survivalCurve(spells);
  const points = Array.from({ length: LONGEST_MINUTES }, (_, index): RecoveryPoint[] => {
    const estimate = endsWithin(spells, curve, { length: 0, within: index + 1, confidence: CONFIDENCE });
    return estimate === undefined ? [] : [{ minutes: index + 1, ...estimate }];
  }).flat();
  return { ...frame, points, halfBy: minuteOf(points, HALF), mostBy: minuteOf(points, MOST) };
}

function minuteOf(points: readonly RecoveryPoint[], part: number): number | null {
  const all = points.at(-1)?.share ?? 0;
  return all === 0 ? null : (points.find(({ share }) => share >= part * all)?.minutes ?? null);
}
