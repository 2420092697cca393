import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { quantilesQuery } from '../../src/sql/quantile-query.js';
import { list, sql } from '../../src/sql/sql.js';
import { Fraction } from '../oracle/fraction.js';
import { openBareEngine } from '../support/evaluate-sql.js';

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

/** The quantile in hundredths, as the engine gives it. */
async function quantile(values: readonly bigint[], numerator: number, denominator: number): Promise<string> {
  const rows = await database.rows<{ edge: string }>(sql`
    select edge::varchar as edge
    from (${quantilesQuery(sql`select unnest(${list(values.map(String))}::varchar[])::hugeint as value`, [
      { numerator, denominator, column: sql`edge` },
    ])}) as edges`);
  return rows[0]?.edge ?? '';
}

/** Type 7 by fractions: the value at position (n − 1)·share. */
function exactly(values: readonly bigint[], numerator: number, denominator: number): Fraction {
  const sorted = values.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const position = Fraction.of((sorted.length - 1) * numerator, denominator);
  const lower = sorted[Number(position.floor())] ?? 0n;
  const upper = sorted[Number(position.floor()) + 1] ?? lower;
  return Fraction.of(lower).plus(Fraction.of(upper - lower).times(position.minus(Fraction.of(position.floor()))));
}

const shares = fc
  .integer({ min: 2, max: 20 })
  .chain((denominator) => fc.tuple(fc.integer({ min: 1, max: denominator - 1 }), fc.constant(denominator)));
const numbers = fc.array(
  fc.oneof(
    fc.bigInt({ min: -60n, max: 60n }),
    fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n }),
    fc.bigInt({ min: -(10n ** 34n), max: 10n ** 34n }),
  ),
  { minLength: 1, maxLength: 30 },
);

describe('quantiles in hundredths', () => {
  it('are the exact ones, rounded half up where hundredths are not enough', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, shares, async (values, [numerator, denominator]) => {
        const wanted = exactly(values, numerator, denominator).times(Fraction.of(100)).roundedHalfUp(0);
        expect(await quantile(values, numerator, denominator)).toBe(String(wanted.numerator));
      }),
      { numRuns: 300 },
    );
  });

  it('have the same integers strictly above and below as the exact ones: scores do not change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.bigInt({ min: -30n, max: 30n }), { minLength: 1, maxLength: 20 }), shares, async (values, share) => {
        const edge = BigInt(await quantile(values, ...share));
        const exact = exactly(values, ...share);
        for (let value = -31n; value <= 31n; value += 1n) {
          expect(100n * value > edge).toBe(Fraction.of(value).isAbove(exact));
          expect(100n * value < edge).toBe(Fraction.of(value).isBelow(exact));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are nothing of nothing', async () => {
    const query = quantilesQuery(sql`select 1 as value where false`, [{ numerator: 1, denominator: 3, column: sql`edge` }]);
    expect(await database.rows(query)).toEqual([{ edge: null }]);
  });
});
