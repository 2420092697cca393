import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { endsWithin, type SpellCount, survivalCurve } from '../../src/statistics/kaplan-meier.js';
import { naturalBreaks, squaresWithin, type WeightedValue } from '../../src/statistics/natural-breaks.js';
import { corpusPath, hasCorpora } from '../support/shared-corpora.js';

interface Vectors {
  /** Length, at risk, ended, S, its standard error, and the log-log interval. */
  readonly km_6mp: readonly (readonly number[])[];
  readonly return_curve: {
    readonly closed: readonly number[];
    readonly open: readonly number[];
    readonly km: readonly (readonly number[])[];
    readonly p_return_within_30: Readonly<Record<string, number>>;
  };
  readonly jenks: readonly { readonly v: readonly number[]; readonly k: number; readonly res: readonly [readonly number[][], number] }[];
}

function vectors(): Vectors {
  return JSON.parse(readFileSync(corpusPath('stat-test-vectors/stat-test-vectors.json'), 'utf8')) as Vectors;
}

const spells = (ended: readonly number[], open: readonly number[]): SpellCount[] => [
  ...ended.map((length) => ({ length, ended: 1, open: 0 })),
  ...open.map((length) => ({ length, ended: 0, open: 1 })),
];

/** One row a length. */
function counted(rows: readonly SpellCount[]): SpellCount[] {
  return [...new Set(rows.map(({ length }) => length))].map((length) => {
    const same = rows.filter((row) => row.length === length);
    return {
      length,
      ended: same.reduce((sum, { ended }) => sum + ended, 0),
      open: same.reduce((sum, { open }) => sum + open, 0),
    };
  });
}

/** 21 patients of the drug 6-MP (Freireich 1963), weeks of remission: those who relapsed, and those still well when last seen. */
const SIX_MP = counted(spells([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]));

describe('the product-limit curve', () => {
  test.skipIf(!hasCorpora)('is the published one of the 6-MP patients (skipped without shared/corpora)', () => {
    const curve = survivalCurve(SIX_MP);
    expect(curve.map(({ length, atRisk, ended }) => [length, atRisk, ended])).toEqual(vectors().km_6mp.map((row) => row.slice(0, 3)));
    for (const [index, [length = 0, , , survival = 0, error = 0, low = 0, high = 0]] of vectors().km_6mp.entries()) {
      const step = curve[index];
      expect(step?.survival).toBeCloseTo(survival, 12);
      expect((step?.survival ?? 0) * Math.sqrt(step?.hazardVariance ?? 0)).toBeCloseTo(error, 12);
      const ended = endsWithin(SIX_MP, curve, { length: 0, within: length, confidence: 0.95 });
      expect([1 - (ended?.high ?? 0), 1 - (ended?.low ?? 0)], String(length)).toEqual([expect.closeTo(low, 10), expect.closeTo(high, 10)]);
    }
  });

  it('is 18/21 after 3 of 21 relapsed in week 6, the patient last seen in week 6 being at risk', () => {
    expect(survivalCurve(SIX_MP)[0]).toMatchObject({ atRisk: 21, ended: 3, survival: 18 / 21 });
  });

  test.skipIf(!hasCorpora)('tells who returns within 30 days as the vectors do (skipped without shared/corpora)', () => {
    const { closed, open, km, p_return_within_30: within } = vectors().return_curve;
    const rows = counted(spells(closed, open));
    const curve = survivalCurve(rows);
    expect(curve.map(({ length, atRisk, ended }) => [length, atRisk, ended])).toEqual(km.map((row) => row.slice(0, 3)));
    for (const [index, row] of km.entries()) expect(curve[index]?.survival).toBeCloseTo(row[3] ?? 0, 12);
    for (const [length, share] of Object.entries(within))
      expect(endsWithin(rows, curve, { length: Number(length), within: 30, confidence: 0.95 })?.share, length).toBeCloseTo(share, 12);
  });

  it('counts no one who left sight earlier: 4 spells, 1 and 3 ended, 2 and 5 open', () => {
    // S(1) = 3/4; at 3 two are at risk (the one that ends, and the open one of 5): S(3) = 3/4 × 1/2.
    const rows = spells([1, 3], [2, 5]);
    const curve = survivalCurve(rows);
    expect(curve.map(({ survival }) => survival)).toEqual([3 / 4, 3 / 8]);
    expect(endsWithin(rows, curve, { length: 1, within: 2, confidence: 0.95 })).toMatchObject({ share: 1 / 2, atRisk: 3 });
  });

  it('knows nothing of spells longer than any seen, and does not call that none', () => {
    const rows = spells([1, 2], [3]);
    expect(endsWithin(rows, survivalCurve(rows), { length: 3, within: 10, confidence: 0.95 })).toBeUndefined();
  });

  it('is not sure of none where ten were there to see: the score interval of 0 of 10 ends at 0.2775', () => {
    const rows = spells(
      [1, 1],
      Array.from({ length: 10 }, () => 40),
    );
    const none = endsWithin(rows, survivalCurve(rows), { length: 5, within: 30, confidence: 0.95 });
    expect(none).toMatchObject({ share: 0, low: 0, atRisk: 10 });
    expect(none?.high).toBeCloseTo(0.2775, 4);
  });

  it('does not care how rows are split, and the interval holds the share', () => {
    const row = fc.record({
      length: fc.integer({ min: 0, max: 30 }),
      ended: fc.integer({ min: 0, max: 5 }),
      open: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.integer({ min: 0, max: 20 }), (rows, length) => {
        const asked = { length, within: 7, confidence: 0.9 };
        const merged = counted(rows);
        const apart = endsWithin(merged, survivalCurve(merged), asked);
        const twice = merged.flatMap((one) => [
          { ...one, ended: 0 },
          { ...one, open: 0 },
        ]);
        const again = endsWithin(twice, survivalCurve(counted(twice)), asked);
        expect(again?.share).toEqual(apart?.share);
        if (apart === undefined) return;
        expect(apart.low).toBeLessThanOrEqual(apart.share + 1e-12);
        expect(apart.high).toBeGreaterThanOrEqual(apart.share - 1e-12);
      }),
    );
  });
});

/** Every way to cut. */
function leastSquares(values: readonly number[], classes: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const squares = (part: readonly number[]): number => {
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    return part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  const cut = (rest: readonly number[], left: number): number =>
    left === 1
      ? squares(rest)
      : Math.min(
          ...rest.slice(0, rest.length - left + 1).map((_, at) => squares(rest.slice(0, at + 1)) + cut(rest.slice(at + 1), left - 1)),
        );
  return cut(sorted, classes);
}

const once = (values: readonly number[]): WeightedValue[] => values.map((value) => ({ value, weight: 1 }));

describe('natural breaks', () => {
  test.skipIf(!hasCorpora)('are those of the vectors (skipped without shared/corpora)', () => {
    for (const { v, k, res } of vectors().jenks) {
      const [classes, within] = res;
      const found = naturalBreaks(once(v), k);
      expect(found.within).toBeCloseTo(within, 9);
      expect(found.classes).toEqual(
        classes.map((values) => ({ from: Math.min(...values), to: Math.max(...values), weight: values.length })),
      );
    }
  });

  it('leave as little as any cut: all are tried', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 9 }),
        fc.integer({ min: 1, max: 4 }),
        (values, k) => {
          const found = naturalBreaks(once(values), k);
          const distinct = new Set(values).size;
          expect(found.classes).toHaveLength(Math.min(k, distinct));
          expect(found.within).toBeCloseTo(leastSquares(values, Math.min(k, values.length)), 6);
          expect(
            squaresWithin(
              once(values),
              found.classes.slice(0, -1).map(({ to }) => to),
            ),
          ).toBeCloseTo(found.within, 6);
          expect(found.classes.reduce((sum, { weight }) => sum + weight, 0)).toBe(values.length);
        },
      ),
    );
  });

  it('are the same for weights as for values written out', () => {
    const weighted = fc.array(fc.record({ value: fc.integer({ min: 0, max: 1000 }), weight: fc.integer({ min: 1, max: 6 }) }), {
      minLength: 1,
      maxLength: 25,
    });
    fc.assert(
      fc.property(weighted, fc.integer({ min: 1, max: 6 }), (values, k) => {
        const written = values.flatMap(({ value, weight }) => Array.from({ length: weight }, () => ({ value, weight: 1 })));
        expect(naturalBreaks(values, k)).toEqual(naturalBreaks(written, k));
      }),
    );
  });

  it('see classes far from zero: 0, 1 and 10, 11 beside 1e9', () => {
    const values = [0, 1, 10, 11].map((value) => value + 1e9);
    expect(naturalBreaks(once(values), 2)).toEqual({
      classes: [
        { from: 1e9, to: 1e9 + 1, weight: 2 },
        { from: 1e9 + 10, to: 1e9 + 11, weight: 2 },
      ],
      within: 1,
    });
  });

  it('of nothing are none, and of one value one', () => {
    expect(naturalBreaks([], 5)).toEqual({ classes: [], within: 0 });
    expect(naturalBreaks([{ value: 3, weight: 7 }], 5)).toEqual({ classes: [{ from: 3, to: 3, weight: 7 }], within: 0 });
  });

  it('count a value on an edge below it', () => {
    expect(squaresWithin(once([1, 2, 10]), [2])).toBe(0.5);
    expect(squaresWithin(once([1, 2, 10]), [1, 1])).toBe(32);
  });
});
