import { studentQuantile } from './distributions.js';
import type { Interval } from './interval.js';
import { quotient } from './moments.js';
import { wilsonInterval } from './proportions.js';

/** Sums over users, each of whom gives one pair: how often they were looked at (x), and what was seen of them in all (y). */
export interface RepeatedSums {
  readonly users: bigint;
  readonly x: bigint;
  readonly y: bigint;
  readonly xx: bigint;
  readonly xy: bigint;
  readonly yy: bigint;
}

/**
 * The variance of Σy ÷ Σx by the delta method for a ratio of sums, the user being the unit (Deng et al. 2018): n ÷ (n − 1) · Σ(y − r·x)² ÷
 * (Σx)². Undefined with fewer than two users.
 */
export function ratioVariance({ users, x, y, xx, xy, yy }: RepeatedSums): number | undefined {
  if (users < 2n) return undefined;
  // Σ(y − r·x)² · (Σx)², whole and exact.
  const spread = yy * x * x - 2n * y * x * xy + y * y * xx;
  return quotient(users * spread, (users - 1n) * x ** 4n);
}

/** The interval of Σy ÷ Σx by Student's t; undefined with fewer than two users. */
export function repeatedMeanInterval(sums: RepeatedSums, confidence: number): Interval | undefined {
  const variance = ratioVariance(sums);
  if (variance === undefined) return undefined;
  const mean = quotient(sums.y, sums.x);
  const half = studentQuantile(1 - confidence, Number(sums.users) - 1) * Math.sqrt(variance);
  return { low: mean - half, high: mean + half };
}

/**
 * The interval of a share, y of x looks at users of whom some were looked at more than once: Wilson's interval at the number of independent looks
 * that would have the same variance (an effective sample size, Kish 1965), no more than there were. Where that variance says nothing (nobody or
 * everybody, one user, or all alike) every user counts once. With one look each it is the interval of `wilsonInterval`. x ≥ 1.
 */
export function repeatedShareInterval(sums: RepeatedSums, confidence: number): Interval {
  const share = quotient(sums.y, sums.x);
  const looks = Number(sums.x);
  const variance = ratioVariance(sums) ?? 0;
  const users = Number(sums.users);
  const effective = variance > 0 ? Math.min(looks, (share * (1 - share) * users) / (variance * (users - 1))) : users;
  return wilsonInterval({ hits: share * effective, n: effective }, confidence);
}
