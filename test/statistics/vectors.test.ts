import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  binomialAtMost,
  chiSquareQuantile,
  chiSquareTail,
  normalQuantile,
  normalTwoTails,
  studentQuantile,
  studentTwoTails,
} from '../../src/statistics/distributions.js';
import { mixDrift } from '../../src/statistics/drift.js';
import { adjustForManyTests } from '../../src/statistics/many-tests.js';
import { liftInterval, type Sample, welchTest } from '../../src/statistics/means.js';
import { medianRanks } from '../../src/statistics/median-ranks.js';
import { exactMcnemar, mcnemarTest, stuartMaxwell } from '../../src/statistics/paired.js';
import {
  cohenH,
  compareProportions,
  fisherTest,
  newcombeInterval,
  ratioInterval,
  wilsonInterval,
} from '../../src/statistics/proportions.js';
import { expectedSize, zForMany } from '../../src/statistics/robust-baseline.js';
import { mantelHaenszel, standardise } from '../../src/statistics/stratified.js';
import { corpusPath, hasCorpora } from '../support/shared-corpora.js';

/** Computed with scipy; `[estimate, low, high]` where three stand together. */
interface Vectors {
  readonly prop: readonly PropVector[];
  readonly welch: { x: number[]; y: number[]; t: number; df: number; p: number; ci: [number, number] };
  readonly welch_big: { t: number; p: number; ci: [number, number] };
  readonly lift_mean_delta: { lift: number; ci: [number, number] };
  readonly median_ci_ranks: Record<string, [number, number, number]>;
  readonly bh: { p: number[]; adj: number[] };
  readonly mantel_haenszel: {
    strata_Asucc_Afail_Bsucc_Bfail: [number, number, number, number][];
    OR_MH: number;
    ci: [number, number];
    direct_std: { A: number; B: number };
  };
  readonly psi: { base: number[]; cur: number[]; psi: number };
  readonly psi_empty_bin: { base: number[]; cur: number[]; psi: number };
  readonly psi_null: Record<string, { q999: number }>;
  readonly mcnemar: { out: number; inn: number; p: number; exact: number };
  readonly bonf_z: Record<string, number>;
  readonly wilson: Record<string, [number, number]>;
  readonly special: Record<'chi2sf' | 'tsf' | 'normsf' | 'normppf', Record<string, number>>;
}

interface PropVector {
  x1: number;
  n1: number;
  x2: number;
  n2: number;
  wilson1: [number, number];
  newcombe: [number, number, number];
  fisher_two_sided?: number;
  min_expected?: number;
  chi2_Nminus1?: [number, number];
  cohen_h: number;
  RR_moverR?: [number, number, number];
}

function near(value: number | undefined, expected: number, relative = 1e-9): void {
  if (value === undefined) throw new Error(`undefined in place of ${expected}`);
  if (Math.abs(value - expected) > Math.abs(expected) * relative + 1e-15) expect(value).toBe(expected);
}

/** Mean and variance, plainly. */
function sampleOf(values: readonly number[]): Sample {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { n: values.length, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

describe.skipIf(!hasCorpora)('against scipy (stat-test-vectors)', () => {
  const vectors: Vectors = hasCorpora ? JSON.parse(readFileSync(corpusPath('stat-test-vectors/stat-test-vectors.json'), 'utf8')) : {};

  test('tails and quantiles, far out too', () => {
    const { special } = vectors;
    for (const [key, tail] of Object.entries(special.chi2sf)) near(chiSquareTail(...pair(key)), tail, 1e-12);
    for (const [key, tail] of Object.entries(special.tsf)) near(studentTwoTails(...pair(key)), 2 * tail, 1e-12);
    for (const [z, tail] of Object.entries(special.normsf)) near(normalTwoTails(Number(z)), 2 * tail, 1e-12);
    for (const [p, z] of Object.entries(special.normppf)) near(normalQuantile(Number(p)), z, 1e-12);
  });

  test.each(hasCorpora ? vectors.prop : [])('$x1 of $n1 against $x2 of $n2', (vector) => {
    const [a, b] = [
      { hits: vector.x1, n: vector.n1 },
      { hits: vector.x2, n: vector.n2 },
    ];
    const wilson = wilsonInterval(a, 0.95);
    near(wilson.low, vector.wilson1[0]);
    near(wilson.high, vector.wilson1[1]);
    const newcombe = newcombeInterval(a, b, 0.95);
    near(newcombe.low, vector.newcombe[1]);
    near(newcombe.high, vector.newcombe[2]);
    near(cohenH(a, b), vector.cohen_h);
    if (vector.fisher_two_sided !== undefined) near(fisherTest(a, b), vector.fisher_two_sided, 1e-7);
    if (vector.chi2_Nminus1 !== undefined && vector.fisher_two_sided !== undefined)
      near(compareProportions(a, b).p, (vector.min_expected ?? 0) >= 5 ? vector.chi2_Nminus1[1] : vector.fisher_two_sided, 1e-7);
    const ratio = ratioInterval(a, b, 0.95);
    expect(ratio === undefined).toBe(vector.x2 === 0);
    if (vector.RR_moverR !== undefined) {
      near(ratio?.low, vector.RR_moverR[1]);
      near(ratio?.high, vector.RR_moverR[2]);
    }
  });

  test('one proportion', () => {
    for (const [key, [low, high]] of Object.entries(vectors.wilson)) {
      const [hits, n] = key.split('/').map(Number) as [number, number];
      const interval = wilsonInterval({ hits, n }, 0.95);
      near(interval.low, low);
      near(interval.high, high);
    }
  });

  test('means', () => {
    const { x, y, t, df, p, ci } = vectors.welch;
    const welch = welchTest(sampleOf(x), sampleOf(y), 0.95);
    near(welch?.t, t);
    near(welch?.df, df);
    near(welch?.p, p);
    near(welch?.interval.low, ci[0], 1e-6);
    near(welch?.interval.high, ci[1], 1e-6);
    const [a, b] = [
      { n: 52_000, mean: 12.34, variance: 88.1 ** 2 },
      { n: 48_000, mean: 11.92, variance: 79.5 ** 2 },
    ];
    const big = welchTest(a, b, 0.95);
    near(big?.t, vectors.welch_big.t);
    near(big?.p, vectors.welch_big.p);
    // The vector's interval takes the normal quantile; Student's at 99,947 degrees of freedom is 1.2 in 100,000 wider.
    near(big?.interval.low, vectors.welch_big.ci[0], 3e-5);
    near(big?.interval.high, vectors.welch_big.ci[1], 3e-5);
    const lift = liftInterval(a, b, 0.95);
    near(lift?.low, vectors.lift_mean_delta.ci[0], 1e-7);
    near(lift?.high, vectors.lift_mean_delta.ci[1], 1e-7);
  });

  test('medians by ranks', () => {
    for (const [n, [low, high, coverage]] of Object.entries(vectors.median_ci_ranks)) {
      const ranks = medianRanks(Number(n), 0.95);
      expect([ranks?.low, ranks?.high]).toEqual([low, high]);
      near(ranks?.coverage, coverage, 1e-9);
    }
  });

  test('many tests', () => {
    adjustForManyTests(vectors.bh.p).forEach((p, index) => {
      near(p, vectors.bh.adj[index] ?? Number.NaN);
    });
  });

  test('layers', () => {
    const { strata_Asucc_Afail_Bsucc_Bfail: tables, OR_MH, ci, direct_std } = vectors.mantel_haenszel;
    const strata = tables.map(([a, fa, b, fb]) => ({ a: { hits: a, n: a + fa }, b: { hits: b, n: b + fb } }));
    const odds = mantelHaenszel(strata, 0.95);
    near(odds?.ratio, OR_MH);
    near(odds?.interval.low, ci[0]);
    near(odds?.interval.high, ci[1]);
    const layers = strata.map(({ a, b }) => ({ users: a.n + b.n, a: a.hits / a.n, b: b.hits / b.n }));
    near(standardise(layers)?.a, direct_std.A);
    near(standardise(layers)?.b, direct_std.B);
  });

  test('the mix of segments', () => {
    const scaled = (shares: readonly number[], n: number): number[] => shares.map((share) => Math.round(share * n));
    const { base, cur, psi } = vectors.psi;
    const drift = mixDrift(scaled(base, 1000), scaled(cur, 1000));
    near(drift?.psi, psi);
    near(drift?.noise, vectors.psi_null['n1k']?.q999 ?? Number.NaN);
    near(mixDrift(scaled(base, 1e6), scaled(cur, 1e6))?.noise, vectors.psi_null['n1M']?.q999 ?? Number.NaN);
    near(mixDrift(vectors.psi_empty_bin.base, vectors.psi_empty_bin.cur)?.psi, vectors.psi_empty_bin.psi);
  });

  test('movers', () => {
    const { out, inn, p, exact } = vectors.mcnemar;
    near(mcnemarTest(out, inn).p, p);
    near(exactMcnemar(out, inn), exact);
  });

  test('z of many tests', () => {
    for (const [tests, z] of Object.entries(vectors.bonf_z)) near(zForMany(Number(tests), 0.01), z);
  });
});

describe('by hand', () => {
  test('quantiles are the other way round of tails', () => {
    for (const df of [1, 3.5, 12.7, 400, 1e6]) near(studentTwoTails(studentQuantile(0.05, df), df), 0.05, 1e-8);
    for (const df of [1, 4, 30]) near(chiSquareTail(chiSquareQuantile(0.999, df), df), 0.001, 1e-8);
    // 1 + 10 + 45 of 1,024 ways.
    near(binomialAtMost(2, 10, 0.5), 56 / 1024);
    expect([binomialAtMost(-1, 10, 0.5), binomialAtMost(10, 10, 0.5)]).toEqual([0, 1]);
  });

  // Stuart–Maxwell of the reference: [[50,8,2],[4,60,6],[1,12,40]] → 3.431373, df 2, p 0.179840.
  test('a table of movers', () => {
    const table = [
      [50, 8, 2],
      [4, 60, 6],
      [1, 12, 40],
    ];
    const test = stuartMaxwell(table);
    near(test?.chiSquare, 3.431373, 1e-6);
    expect(test?.df).toBe(2);
    near(test?.p, 0.17984, 1e-5);
    // A segment that nobody has changes nothing.
    const wider = [...table.map((row) => [...row, 0]), [0, 0, 0, 0]];
    near(stuartMaxwell(wider)?.chiSquare, 3.431373, 1e-6);
  });

  test('parts that no moves join are tested each by itself, in any order', () => {
    // Two McNemar tests: (10 − 2)² ÷ 12 + (5 − 1)² ÷ 6 = 16/3 + 8/3 = 8 with 1 + 1 degrees; of 2 degrees the tail is e^(−8/2).
    const first = stuartMaxwell([
      [50, 10, 0, 0],
      [2, 40, 0, 0],
      [0, 0, 30, 5],
      [0, 0, 1, 20],
    ]);
    near(first?.chiSquare, 8);
    expect(first?.df).toBe(2);
    near(first?.p, Math.exp(-4));
    const mixed = stuartMaxwell([
      [50, 0, 10, 0],
      [0, 30, 0, 5],
      [2, 0, 40, 0],
      [0, 1, 0, 20],
    ]);
    near(mixed?.chiSquare, 8);
    expect(mixed?.df).toBe(2);
  });

  test('two segments are McNemar', () => {
    near(
      stuartMaxwell([
        [900, 130],
        [90, 500],
      ])?.chiSquare,
      (130 - 90) ** 2 / 220,
    );
    expect(stuartMaxwell([[5]])).toBeUndefined();
    expect(
      stuartMaxwell([
        [5, 0],
        [0, 7],
      ]),
    ).toBeUndefined();
    // 3 left and none entered: 2 · (1/2)³ both ways round.
    near(mcnemarTest(3, 0).p, 0.25);
    expect(mcnemarTest(0, 0)).toEqual({ p: 1, isExact: true });
  });

  test('nothing to compare is no comparison', () => {
    expect(welchTest({ n: 1, mean: 3, variance: null }, { n: 5, mean: 2, variance: 1 }, 0.95)).toBeUndefined();
    expect(welchTest({ n: 4, mean: 3, variance: 0 }, { n: 5, mean: 2, variance: 0 }, 0.95)).toBeUndefined();
    expect(liftInterval({ n: 4, mean: 3, variance: 1 }, { n: 5, mean: 0, variance: 0 }, 0.95)).toBeUndefined();
    // Five users: even the outermost ranks hold the median only in 1 − 2/32 = 93.75 % of cases.
    expect(medianRanks(5, 0.95)).toBeUndefined();
    expect(medianRanks(6, 0.95)).toEqual({ low: 1, high: 6, coverage: 1 - 2 / 64 });
    expect(mixDrift([0, 0], [1, 2])).toBeUndefined();
    expect(mantelHaenszel([{ a: { hits: 0, n: 3 }, b: { hits: 1, n: 3 } }], 0.95)).toBeUndefined();
    expect(standardise([])).toBeUndefined();
    expect(adjustForManyTests([])).toEqual([]);
  });

  // Seven sizes whose logs have the median of 1010 and a MAD near 0.0108, so a deviation of 0.016 below the usual hypot(0.03, 1/√1010) = 0.04348: that counts, times 1.2.
  test('the range of a size', () => {
    const { median, low, high } = expectedSize([1012, 998, 1034, 1005, 987, 1021, 1010], 8, 0.01);
    near(median, 1010);
    const spread = 1.2 * Math.hypot(0.03, Math.sqrt(1 / 1010));
    near(Math.log(high / 1010) / spread, zForMany(8, 0.01));
    near(Math.log(1010 / low) / spread, zForMany(8, 0.01));
    // One run is usable, at 1.7 times the usual.
    near(Math.log(expectedSize([400], 1, 0.01).high / 400), 2.575829303548901 * 1.7 * Math.hypot(0.03, 0.05));
    // Two runs far apart, ln 100 and ln 400: median ln 200, MAD ln 2; (4 · usual² + 2 · (1.4826 ln 2)²) / 6.
    const usual = 0.03 ** 2 + 1 / 200;
    near(
      Math.log(expectedSize([100, 400], 1, 0.01).high / 200),
      2.575829303548901 * 1.5 * Math.sqrt((4 * usual + 2 * (1.4826 * Math.log(2)) ** 2) / 6),
    );
  });
});

function pair(key: string): [number, number] {
  const [first = Number.NaN, second = Number.NaN] = key.split(',').map(Number);
  return [first, second];
}
