import { createRequire } from 'node:module';

// The CommonJS build is ready at once; the other one compiles its functions in the background. Only this build carries types.
const cephes = createRequire(import.meta.url)('cephes') as typeof import('cephes', { with: { 'resolution-mode': 'require' }});
const { bdtr, chdtrc, chdtri, incbet, incbi, lgam, ndtr, ndtri } = cephes;

/** The value, or 0 where it is too small for a number: the library throws then. */
function orZero(work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.message.includes('underflow')) return 0;
    throw error;
  }
}

/** Both tails beyond |z| of the standard normal distribution. */
export function normalTwoTails(z: number): number {
  return 2 * orZero(() => ndtr(-Math.abs(z)));
}

/** The z below which a share `p` of the standard normal distribution lies, 0 < p < 1. */
export function normalQuantile(p: number): number {
  return ndtri(p);
}

/** P(X > x) of the chi-square distribution with `df` degrees of freedom; 1 for x ≤ 0. */
export function chiSquareTail(x: number, df: number): number {
  return x <= 0 ? 1 : orZero(() => chdtrc(df, x));
}

/** The x below which a share `p` of the chi-square distribution with `df` degrees of freedom lies, 0 < p < 1. */
export function chiSquareQuantile(p: number, df: number): number {
  return chdtri(df, 1 - p);
}

/** Both tails beyond |t| of Student's distribution; `df` need not be whole. */
export function studentTwoTails(t: number, df: number): number {
  return t === 0 ? 1 : orZero(() => incbet(df / 2, 0.5, df / (df + t * t)));
}

/** The t beyond which, on both sides together, a share `p` of Student's distribution lies, 0 < p < 1. */
export function studentQuantile(p: number, df: number): number {
  const x = incbi(df / 2, 0.5, p);
  return Math.sqrt((df * (1 - x)) / x);
}

/** P(X ≤ k) of the binomial distribution. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : orZero(() => bdtr(k, n, p));
}

/** ln C(n, k). */
export function logChoose(n: number, k: number): number {
  return lgam(n + 1) - lgam(k + 1) - lgam(n - k + 1);
}
