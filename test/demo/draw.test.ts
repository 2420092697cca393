import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw, drawBetween, drawSkewed, mixed, partKey } from '../../src/demo/draw.js';
import type { Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { sql } from '../../src/sql/sql.js';

let folder = '';
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segment-draw-'));
  database = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 500_000_000,
    tempDirectory: folder,
    allowedPaths: [],
    allowedDirectories: [folder],
  });
});
afterAll(() => {
  database?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The same arithmetic on arbitrarily long integers: what the SQL does must not hang on how wide its numbers are. */
function mixedByHand(value: bigint): bigint {
  let mix = value;
  for (let round = 0; round < 2; round += 1) mix = ((mix ^ (mix >> 16n)) * 73_244_475n) & 0xffff_ffffn;
  return mix ^ (mix >> 16n);
}

describe('mixed', () => {
  it('is the arithmetic it says, up to the largest 32-bit number', async () => {
    const values = [0n, 1n, 2n, 65_535n, 65_536n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffen, 0xffff_ffffn];
    for (const value of values) {
      const [row] = await database.rows<{ mix: number }>(sql`select ${mixed(sql`value`)} as mix from (select ${value}::bigint as value)`);
      expect(BigInt(row?.mix ?? -1)).toBe(mixedByHand(value));
    }
  });

  it('gives different numbers to different ones', async () => {
    const [row] = await database.rows(sql`
      select count(distinct mix) as different, min(mix) >= 0 and max(mix) < 4294967296 as fits
      from (select ${mixed(sql`range`)} as mix from range(300000))`);
    expect(row).toEqual({ different: 300_000, fits: true });
  });
});

describe('draw', () => {
  it('is even over its choices, and over pairs of purposes', async () => {
    const [row] = await database.rows<{ cells: number; least: number; most: number }>(sql`
      with keys as (select ${partKey(sql`5`, sql`range`)} as key from range(100000)),
      cells as (
        select ${draw(sql`key`, 'left', 10)} as a, ${draw(sql`key`, 'right', 10)} as b, count(*) as size
        from keys
        group by all
      )
      select count(*) as cells, min(size) as least, max(size) as most from cells`);
    // 1,000 expected in each of 100 cells, standard deviation 31.5: five of them either side.
    expect(row?.cells).toBe(100);
    expect(row?.least).toBeGreaterThan(840);
    expect(row?.most).toBeLessThan(1160);
  });

  it('stays inside its bounds at both ends of the keys', async () => {
    const rows = await database.rows(sql`
      select
        ${draw(sql`key`, 'one', 1)} as one,
        ${draw(sql`key`, 'many', 1000)} between 0 and 999 as many,
        ${drawBetween(sql`key`, 'between', sql`7`, sql`9`)} between 7 and 9 as between_both
      from (values (0::bigint), (1), (4294967295)) as keys (key)`);
    expect(rows).toEqual(new Array(3).fill({ one: 0, many: true, between_both: true }));
  });

  it('skewed: the least of three draws of 0 to 99 is 24.5 in the mean', async () => {
    // The least of three is at least k with probability ((100 − k)/100)³; the sum over k = 1 … 99 is 24.5025.
    const [row] = await database.rows<{ mean: number }>(sql`
      select avg(${drawSkewed(sql`key`, 'skew', 100)}) as mean
      from (select ${partKey(sql`9`, sql`range`)} as key from range(100000)) as keys`);
    expect(row?.mean).toBeGreaterThan(24.1);
    expect(row?.mean).toBeLessThan(24.9);
  });
});
