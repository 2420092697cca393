import { chiSquareQuantile } from './distributions.js';

export interface Drift {
  /** Population stability index: Σ (c − b) · ln(c ÷ b) over the shares of both. */
  readonly psi: number;
  /** What it stays below in 999 of 1,000 cases when nothing changed, for independent samples of these sizes. */
  readonly noise: number;
}

const OFTEN = 0.999;
/** Keeps a segment without users from making the index infinite. */
const PRIOR = 0.5;

/**
 * How far the mix of segments moved, with its own band of noise: without a change the index is (1/N₀ + 1/N₁) times a chi-square with one
 * degree of freedom less than there are segments (Yurdakul 2018). The sizes stand in the same order; half a user is added
 * to each when one is zero.
 */
export function mixDrift(before: readonly number[], after: readonly number[]): Drift | undefined {
  const [n0, n1] = [total(before), total(after)];
  if (n0 === 0 || n1 === 0 || before.length < 2) return undefined;
  const prior = [...before, ...after].includes(0) ? PRIOR : 0;
  const share = (size: number, n: number): number => (size + prior) / (n + prior * before.length);
  const psi = before.reduce((sum, size, index) => {
    const [b, c] = [share(size, n0), share(after[index] ?? 0, n1)];
    return sum + (c - b) * Math.log(c / b);
  }, 0);
  return { psi, noise: (1 / n0 + 1 / n1) * chiSquareQuantile(OFTEN, before.length - 1) };
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
