import { chiSquareTail } from './distributions.js';

/** A check that is made at every split is heard only below this. */
export const SPLIT_ALPHA = 0.001;

/**
 * The p-value of users per arm against the planned shares (Pearson's chi-square): a very small one says that the split itself is broken
 * (sample ratio mismatch), and nothing measured on it can be trusted. The shares add up to 1.
 */
export function splitTest(users: readonly number[], shares: readonly number[]): number {
  const total = users.reduce((sum, one) => sum + one, 0);
  const chiSquare = users.reduce((sum, one, index) => {
    const expected = total * (shares[index] ?? 0);
    return sum + (one - expected) ** 2 / expected;
  }, 0);
  return chiSquareTail(chiSquare, users.length - 1);
}
