import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnChunk, Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { type Sql, sql } from '../../src/sql/sql.js';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segment-chunks-'));
  database = await openDuckDb({ threads: 4, memoryLimitBytes: 2 ** 28, tempDirectory: folder, allowedPaths: [], allowedDirectories: [] });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

async function chunksOf(query: Sql): Promise<ColumnChunk[]> {
  const chunks: ColumnChunk[] = [];
  for await (const chunk of database.chunks(query)) chunks.push(chunk);
  return chunks;
}

describe('chunks', () => {
  it('hold the values of each column as numbers that lose nothing', async () => {
    const query = sql`select * from (values (1, 'a', 9007199254740993, date '1970-01-02', -1.5::decimal(38, 2), 2.5::decimal(4, 1), true),
      (2, null, null, null, null, null, null)) as rows(place, a, b, c, d, e, f) where a = ${'a'} or a is null order by place`;
    expect(await chunksOf(query)).toEqual([
      [
        [1, 2],
        ['a', null],
        [9_007_199_254_740_993n, null],
        [1, null],
        [-150n, null],
        [25n, null],
        [true, null],
      ],
    ]);
  });

  it('come in the order of the query, and not all at once', async () => {
    const chunks = await chunksOf(sql`select i from range(500000) numbers(i) where i % 3 = 0`);
    expect(chunks.length).toBeGreaterThan(10);
    const numbers = chunks.flatMap((chunk) => chunk[0] ?? []);
    expect(numbers).toHaveLength(166_667);
    expect(numbers.every((number, index) => number === BigInt(index) * 3n)).toBe(true);
  });

  it('are none where there is no row', async () => {
    expect(await chunksOf(sql`select 1 as a limit 0`)).toEqual([]);
  });

  it.each([
    ['before', sql`select nothing`, /nothing/],
    ['while', sql`select (1 / (i - 400000))::integer + ('x' || i)::integer as a from range(500000) numbers(i)`, /x0/],
  ])('tell of a failure %s they come', async (_when, query, message) => {
    await expect(chunksOf(query)).rejects.toMatchObject({ name: 'EngineError', message: expect.stringMatching(message) as string });
  });

  it('refuse values that have no such number', async () => {
    await expect(chunksOf(sql`select timestamp '2026-01-01' as a`)).rejects.toThrow('no column value for 2026-01-01 00:00:00');
  });

  it('leave the engine free when nobody takes the rest', async () => {
    for await (const chunk of database.chunks(sql`select i from range(500000) numbers(i)`)) {
      expect(chunk[0]?.[0]).toBe(0n);
      break;
    }
    expect(await database.rows(sql`select 1 as a`)).toEqual([{ a: 1 }]);
  });
});
