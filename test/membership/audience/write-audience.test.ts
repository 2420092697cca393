import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { makeCountryTables, writeAudience } from '../../../src/membership/audience/write-audience.js';
import { braze } from '../../../src/membership/destinations/braze.js';
import { sql } from '../../../src/sql/sql.js';

let database: Database;
beforeAll(async () => {
  database = await openDuckDb({ threads: 2, memoryLimitBytes: 1e9, tempDirectory: tmpdir(), allowedPaths: [], allowedDirectories: [] });
  await makeCountryTables(database);
  // Lines of 3 bytes each, and one of 13: `é` has two.
  await database.run(sql`create temp table members as select unnest(['u1', 'u2', 'u3', 'u4é89012345', 'u5']) as user_id`);
});
afterAll(() => database.close());

const write = (bytes: number): ReturnType<typeof writeAudience> =>
  writeAudience(database, undefined, {
    destination: { ...braze, most: { bytes } },
    segment: undefined,
    fileName: 'everyone',
    conditions: [],
    contacts: new Map([['external_id', { name: 'user_id', type: 'VARCHAR', isNarrow: false }]]),
    properties: [],
    defaultCountry: undefined,
    suppression: 'none',
    mostRows: undefined,
    pseudonymKey: undefined,
  });

it('fills each file up to its last byte, the header among them', async () => {
  // `external_id` and its line end are 12 bytes: 12 + 3 × 3 = 21, then 12 + 13, then 12 + 3.
  expect((await write(25)).files.map(({ rows, bytes }) => [rows, bytes])).toEqual([
    [3, 21],
    [1, 25],
    [1, 15],
  ]);
  expect((await write(36)).files.map(({ rows, bytes }) => [rows, bytes])).toEqual([
    [4, 34],
    [1, 15],
  ]);
  expect((await write(37)).files).toEqual([{ name: 'braze/everyone.csv', rows: 5, bytes: 37 }]);
});

it('refuses a row that is longer than a file may be', async () => {
  await expect(write(24)).rejects.toMatchObject({ code: 'audience-row-too-long' });
});
