import { describe, expect, it } from 'vitest';
import { areaOf, orderPairs } from '../../src/statistics/order-auc.js';

const level = (hits: number, misses: number): { hits: number; misses: number } => ({ hits, misses });
const auc = (...levels: readonly (readonly [number, number])[]): number | null =>
  areaOf([orderPairs(levels.map(([hits, misses]) => level(hits, misses)))]);

describe('the area under an order of levels', () => {
  /** 5 hits, 6 misses, 30 pairs. The miss of the first level loses to 3 ÷ 2, that of the second to 3 + 1 ÷ 2, each of the 4 last to 4 + 1 ÷ 2: 1.5 + 3.5 + 18. */
  it('is the share of pairs in which the hit stands better, ties half', () => {
    expect(auc([3, 1], [1, 1], [1, 4])).toBeCloseTo(23 / 30, 12);
    expect(orderPairs([level(3, 1), level(1, 1), level(1, 4)])).toEqual({ winsTwice: 46n, pairs: 30n });
  });

  /** Scores 0.1, 0.4, 0.4, 0.8 of labels 0, 0, 1, 1. */
  it('is 0.875 for the worked example of the reference', () => {
    expect(auc([1, 0], [1, 1], [0, 1])).toBe(0.875);
  });

  it('is 1, 0 and 0.5 at the ends and in the middle', () => {
    expect(auc([7, 0], [0, 9])).toBe(1);
    expect(auc([0, 9], [7, 0])).toBe(0);
    expect(auc([7, 9])).toBe(0.5);
    expect(auc([0, 0], [7, 9], [0, 0])).toBe(0.5);
  });

  it('is none without a pair', () => {
    expect(auc([7, 0], [3, 0])).toBe(null);
    expect(auc()).toBe(null);
  });

  it('of several dates counts the pairs of each, and none across them', () => {
    // 2 pairs won of 2, and 0 of 1: 2 ÷ 3. In one heap the order would be 3 hits above 2 misses.
    expect(areaOf([orderPairs([level(2, 0), level(0, 1)]), orderPairs([level(0, 1), level(1, 0)])])).toBeCloseTo(2 / 3, 12);
  });

  it('stays exact for many users', () => {
    expect(auc([2_000_000_000, 1], [1, 2_000_000_000])).toBeCloseTo(1, 8);
  });
});
