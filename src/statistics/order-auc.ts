/** Users of one level of an order: those for whom something came true, and those for whom it did not. */
export interface OrderLevel {
  readonly hits: number;
  readonly misses: number;
}

/** Exact counts: a tie is half a win, so that wins are counted twice. The AUC is `winsTwice` ÷ (2 · `pairs`). */
export interface OrderPairs {
  readonly winsTwice: bigint;
  readonly pairs: bigint;
}

/**
 * Of all pairs of a hit and a miss, those in which the hit stands on the better level; levels are given the best first (the Mann–Whitney
 * statistic with ties, from counts).
 */
export function orderPairs(levels: readonly OrderLevel[]): OrderPairs {
  let winsTwice = 0n;
  let better = 0n;
  let misses = 0n;
  for (const level of levels) {
    winsTwice += BigInt(level.misses) * (2n * better + BigInt(level.hits));
    better += BigInt(level.hits);
    misses += BigInt(level.misses);
  }
  return { winsTwice, pairs: better * misses };
}

/** The area under the curve over pairs that were counted apart; null without a pair. */
export function areaOf(parts: readonly OrderPairs[]): number | null {
  const wins = parts.reduce((sum, { winsTwice }) => sum + winsTwice, 0n);
  const pairs = parts.reduce((sum, part) => sum + part.pairs, 0n);
  return pairs === 0n ? null : Number((wins * 10n ** 15n) / (2n * pairs)) / 1e15;
}
