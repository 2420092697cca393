import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapQuery } from '../../../src/analysis/compare/bootstrap-query.js';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { sql } from '../../../src/sql/sql.js';

let database: Database;
beforeAll(async () => {
  database = await openDuckDb({
    threads: 2,
    memoryLimitBytes: 2 ** 29,
    tempDirectory: tmpdir(),
    allowedPaths: [],
    allowedDirectories: [tmpdir()],
  });
});
afterAll(() => database.close());

const draws = (values: ReturnType<typeof sql>, share: number, replicates = 2000, seed = 'test') =>
  database.rows<Record<string, string>>(bootstrapQuery({ values, share, replicates, seed }));

function moments(numbers: readonly number[]): { mean: number; variance: number } {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return { mean, variance: numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (numbers.length - 1) };
}

describe('a Poisson bootstrap', () => {
  // The standard error of a mean of 2,000 weights is √(rate ÷ 2000), of their variance about rate · √(2 ÷ 2000); four of them are allowed.
  it.each([
    ['one value of one user', 1, 0.3],
    ['one value of 4 users', 4, 0.5],
    ['a mean just below the border', 12, 0.49],
    ['a mean just above the border', 12, 0.51],
    ['a value of 1,000 users', 1000, 0.2],
  ])('weighs %s like a Poisson number', async (_, users, share) => {
    const rows = await draws(sql`select 7::bigint as value from range(0, ${users})`, share);
    for (const [side, rate] of [['a', users * share] as const, ['b', users * (1 - share)] as const]) {
      const { mean, variance } = moments(rows.map((row) => Number(row[`weight_${side}`])));
      expect(Math.abs(mean - rate)).toBeLessThan(4 * Math.sqrt(rate / 2000));
      expect(Math.abs(variance - rate)).toBeLessThan(4 * Math.sqrt((rate + 2 * rate ** 2) / 2000));
    }
  });

  it('draws values apart from each other, and groups apart from each other', async () => {
    const rows = await draws(sql`select unnest([1, 100])::bigint as value from range(0, 20)`, 0.5);
    // Σ w·v of independent weights of mean 10: 10 · (1 + 100), variance 10 · (1 + 10,000).
    const { mean, variance } = moments(rows.map((row) => Number(row['sum_a'])));
    expect(mean).toBeCloseTo(1010, -2);
    expect(variance / 100_010).toBeGreaterThan(0.87);
    expect(variance / 100_010).toBeLessThan(1.13);
    const [a, b] = [rows.map((row) => Number(row['weight_a'])), rows.map((row) => Number(row['weight_b']))];
    const both = moments(a.map((weight, place) => weight + (b[place] ?? 0)));
    // Independent: the variance of the sum is the sum of the variances, 20 + 20.
    expect(both.variance / 40).toBeGreaterThan(0.87);
    expect(both.variance / 40).toBeLessThan(1.13);
  });

  it('is the same every time, and another one for another seed', async () => {
    const values = sql`select (range % 50)::bigint as value from range(0, 500)`;
    const [first, again, other] = [await draws(values, 0.4, 20), await draws(values, 0.4, 20), await draws(values, 0.4, 20, 'another')];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    // Nothing of the engine decides on these: they must not change with it.
    expect(first[0]).toMatchInlineSnapshot(`
      {
        "replicate": 0,
        "squares_a": "139009",
        "squares_b": "257059",
        "sum_a": "4227",
        "sum_b": "7733",
        "weight_a": "177",
        "weight_b": "308",
      }
    `);
  });
});
