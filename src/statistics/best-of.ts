import { studentTwoTails } from './distributions.js';
import { type PowerSums, sampleOf } from './moments.js';

/** One of several things that every user splits a whole among: exact sums of the users' parts and of their squares. */
export interface Candidate {
  readonly name: string;
  readonly sum: bigint;
  readonly squares: bigint;
  /** The sum of the products with the parts of the top candidate. */
  readonly withTop: bigint;
}

/**
 * The candidates that may have the greatest mean part, among them the true best with the given confidence: those that lie not clearly below the top.
 * A candidate is left out where the paired difference from the top, over all `users`, is above zero by a one-sided t-test whose level is
 * divided by the number of other candidates (Bonferroni): the true best is compared with each of them at most. Needs at least two users.
 */
export function bestCandidates(candidates: readonly Candidate[], topName: string, users: number, confidence: number): string[] {
  const top = candidates.find(({ name }) => name === topName);
  if (top === undefined) throw new RangeError(`no candidate ${topName}`);
  const level = (1 - confidence) / Math.max(1, candidates.length - 1);
  return candidates.filter((one) => one === top || !isClearlyBelow(one, top, BigInt(users), level)).map(({ name }) => name);
}

function isClearlyBelow(one: Candidate, top: Candidate, n: bigint, level: number): boolean {
  const difference: PowerSums = { n, sum: top.sum - one.sum, squares: top.squares + one.squares - 2n * one.withTop, cubes: 0n };
  const sample = sampleOf(difference, 1);
  if (sample?.variance === null || sample === undefined || sample.mean <= 0) return false;
  if (sample.variance === 0) return true;
  const t = sample.mean / Math.sqrt(sample.variance / sample.n);
  return studentTwoTails(t, sample.n - 1) / 2 < level;
}
