import type { Sample } from './means.js';

/** Exact sums over the users of a group: how many, their values, squares and cubes, in whole units. */
export interface PowerSums {
  readonly n: bigint;
  readonly sum: bigint;
  readonly squares: bigint;
  readonly cubes: bigint;
}

/** Mean and variance of values in units of 1 ÷ `unitsInOne`. Undefined without a user. */
export function sampleOf({ n, sum, squares }: PowerSums, unitsInOne: number): Sample | undefined {
  if (n === 0n) return undefined;
  const mean = quotient(sum, n) / unitsInOne;
  const variance = n < 2n ? null : quotient(n * squares - sum * sum, n * (n - 1n)) / unitsInOne ** 2;
  return { n: Number(n), mean, variance };
}

/** Fisher's moment coefficient of skewness; 0 when no value varies. */
export function skewnessOf({ n, sum, squares, cubes }: PowerSums): number {
  const second = n * squares - sum * sum;
  if (second <= 0n) return 0;
  const third = n * n * cubes - 3n * n * sum * squares + 2n * sum * sum * sum;
  return Number(third) / Number(second) ** 1.5;
}

/** Sums of sums. */
export function addPowerSums(left: PowerSums, right: PowerSums): PowerSums {
  return {
    n: left.n + right.n,
    sum: left.sum + right.sum,
    squares: left.squares + right.squares,
    cubes: left.cubes + right.cubes,
  };
}

const QUOTIENT_DIGITS = 10n ** 18n;

/** A quotient of whole numbers beyond 2^53, correct to 18 digits after the whole part. */
export function quotient(above: bigint, below: bigint): number {
  const whole = above / below;
  const rest = above - whole * below;
  return Number(whole) + Number((rest * QUOTIENT_DIGITS) / below) / 1e18;
}
