import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { countedDayQuery, dayOfCountQuery } from '../../src/sql/counted-day.js';
import { sql } from '../../src/sql/sql.js';
import { countedDay, mergePauses, type Pause } from '../../src/time/pauses.js';

let database: Database;
beforeAll(async () => {
  database = await openDuckDb({ threads: 1, memoryLimitBytes: 2 ** 29, tempDirectory: tmpdir(), allowedPaths: [], allowedDirectories: [] });
});
afterAll(() => database.close());

async function countedDays(pauses: readonly Pause[]): Promise<{ day: number | null; counted: number | null }[]> {
  return database.rows(sql`
    select day,
           ${countedDayQuery(sql`day`, pauses)} as counted
    from (select unnest(range(-10, 140))::integer as day union all select null::integer) as days
    order by day nulls last`);
}

describe('the counted number of a day, by the engine', () => {
  it('is the day itself without pauses', () => {
    expect(countedDayQuery(sql`day`, []).compile()).toEqual(sql`day`.compile());
  });

  it('is the one of time, and nothing for no day', async () => {
    const season = fc
      .record({ first: fc.integer({ min: -5, max: 120 }), length: fc.integer({ min: 1, max: 20 }) })
      .map(({ first, length }): Pause => ({ first, last: first + length - 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(season, { minLength: 1, maxLength: 8 }), async (given) => {
        const pauses = mergePauses(given);
        const rows = await countedDays(pauses);
        expect(rows.at(-1)).toEqual({ day: null, counted: null });
        for (const { day, counted } of rows.slice(0, -1)) expect(counted, `day ${day}`).toBe(countedDay(day ?? 0, pauses));
      }),
      { seed: 20240229, numRuns: 60 },
    );
  });

  it('has a first day for every number, which is the reverse', async () => {
    const pauses = mergePauses([
      { first: 10, last: 19 },
      { first: 21, last: 21 },
      { first: 30, last: 34 },
    ]);
    const rows = await database.rows<{ count: number; day: number }>(sql`
      select number as count,
             ${dayOfCountQuery(sql`number`, pauses)} as day
      from (select unnest(range(-5, 60))::integer as number) as numbers
      order by number`);
    // Day 9 has number 9, and 20 the next; 21 is paused, so that 22 has number 11.
    expect(rows.filter(({ count }) => [9, 10, 11].includes(count)).map(({ day }) => day)).toEqual([9, 20, 22]);
    for (const { count, day } of rows) {
      const first = Array.from({ length: 100 }, (_, index) => index - 10).find((one) => countedDay(one, pauses) === count);
      expect(day, `number ${count}`).toBe(first);
    }
  });

  it('takes as many pauses as may be', async () => {
    // Every other day from 0 to 498.
    const pauses = Array.from({ length: 250 }, (_, index) => ({ first: 2 * index, last: 2 * index }));
    const rows = await countedDays(pauses);
    // Up to day 100 the 51 days 0, 2 … 100 are paused.
    expect(rows.find(({ day }) => day === 100)).toEqual({ day: 100, counted: 49 });
  });
});
