import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const SHOP = join(import.meta.dirname, '../../fixtures/shop.csv');

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
  const lines = readFileSync(SHOP, 'utf8').trimEnd().split('\n');
  // Rows that repeat an event id, some of them with another country.
  writeFileSync(join(folder.path, 'repeated.csv'), `${lines.join('\n')}\n${lines.slice(100, 300).join('\n').replaceAll(',DE', ',FR')}\n`);
});
afterAll(() => folder.remove());

/** The rows of the last statement of a script, by a DuckDB of its own in another zone, as moves.csv has them. */
async function runScript(script: string): Promise<Record<string, string>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`set TimeZone = 'America/New_York'`);
    const statements = await connection.extractStatements(script);
    for (let index = 0; index < statements.count; index += 1) await (await statements.prepare(index)).run();
    const columns = 'user_id, from_segment, to_segment, change, reason_before, reason_after, flipped, cause'.split(', ');
    const cells = columns.map((name) => `coalesce(${name}, '') as ${name}`);
    return (await connection.runAndReadAll(`select ${cells.join(', ')} from moves order by user_id`)).getRowObjects() as Record<
      string,
      string
    >[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['statuses on the scale of the earlier date', [SHOP, '--from', '2026-04-28']],
  [
    'RFM measured at each date',
    [SHOP, '--from', '2026-04-28', '--to', '2026-06-01', '--segmentation', 'rfm', '--refit', '--rfm', 'thirds'],
  ],
  ['engagement of repeated event ids', ['repeated.csv', '--from', '2026-05-20', '--segmentation', 'engagement']],
  [
    'a property, with pauses, in another zone',
    [
      SHOP,
      '--from',
      '2026-04-28',
      '--segmentation',
      'property:device',
      '--pause',
      '2026-05-01..2026-05-10',
      '--timezone',
      'Asia/Kathmandu',
      '--max-values',
      '3',
    ],
  ],
  [
    'an own segment by events, by another one and by what hangs on the scale',
    [
      'repeated.csv',
      '--from',
      '2026-04-28',
      '--refit',
      '--segmentation',
      'rules:keen',
      '--segment',
      'keen: segment(buyer) and (did(view_item, last 30d) >= 2 or status in (loyal, active)) and idle < 2 x usual_interval',
      '--segment',
      'buyer: did(purchase, last 60d) and did(view_item then purchase within 3 days)',
    ],
  ],
];

describe('the SQL of transitions, run by stock DuckDB', () => {
  it.each(CASES)('%s: it gives moves.csv', async (name, argv) => {
    const run = (...further: string[]): ReturnType<typeof runCli> => runCli(['transitions', ...argv, ...further], { cwd: folder.path });
    const out = name.replaceAll(/\W+/g, '-');
    expect(await run('--out', out, '--quiet')).toMatchObject({ exitCode: 0 });
    const { stdout, exitCode } = await run('--sql');
    expect(exitCode).toBe(0);
    const rows: Record<string, string>[] = parse(readFileSync(join(folder.path, out, 'moves.csv')), { columns: true });
    expect(await runScript(stdout)).toEqual(rows);
    expect(rows.some(({ change }) => change === 'moved')).toBe(true);
  });

  it('is no report, and not of folders', async () => {
    const run = (...argv: string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder.path });
    expect(await run('transitions', SHOP, '--from', '2026-04-28', '--sql', '--json')).toMatchObject({ exitCode: 2 });
    for (const [out, asOf] of [
      ['one', '2026-05-01'],
      ['two', '2026-06-01'],
    ] as const)
      expect(await run('classify', SHOP, '--as-of', asOf, '--out', out, '--quiet')).toMatchObject({ exitCode: 0 });
    expect((await run('transitions', 'one', 'two', '--sql')).stderr).toContain('--sql: one and two were made by runs');
  });
});
