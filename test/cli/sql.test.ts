import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEMBER_COLUMNS } from '../../src/membership/members-query.js';
import { arrowBytes } from '../support/arrow-file.js';
import { csvText, EVENT_TYPES, jsonlText, messyEvents, messyOrders, shuffled, writeParquet } from '../support/messy-export.js';
import { runCli } from '../support/run-cli.js';
import { hasSharedData, sharedFile } from '../support/shared-data.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const hasCopyTools =
  process.platform !== 'win32' && ['sh', 'iconv', 'perl', 'gzip'].every((tool) => spawnSync('which', [tool]).status === 0);

let cwd = '';
beforeAll(async () => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-sql-')));
  const shop = readFileSync(SHOP, 'utf8');
  const [head = '', ...lines] = shop.trimEnd().split('\n');
  const few = `${[head, ...lines.slice(0, 900)].join('\n')}\n`;
  cpSync(SHOP, join(cwd, 'shop.csv'));
  writeFileSync(
    join(cwd, 'own.yaml'),
    'recency: [30, 90]\nmonetary: [50.5]\nsegments:\n  rich: {scores: M2}\n  near: {scores: R2-3 M1}\n  far: {scores: R1 M1}\n',
  );
  writeFileSync(join(cwd, 'orders.csv'), csvText(messyOrders(5, 600)));
  writeFileSync(join(cwd, 'events.csv'), csvText(messyEvents(6, 900)));
  writeFileSync(join(cwd, 'few.csv.gz'), gzipSync(few));
  writeFileSync(join(cwd, 'events.jsonl'), jsonlText(messyEvents(7, 900)));
  writeFileSync(join(cwd, 'orders.json'), `[${jsonlText(messyOrders(8, 600)).trimEnd().replaceAll('\n', ',\n')}]`);
  writeFileSync(join(cwd, 'events.ndjson.gz'), gzipSync(jsonlText(messyEvents(9, 700))));
  // Rows that repeat an event id, some of them with another country.
  writeFileSync(join(cwd, 'repeated.csv'), `${few}${lines.slice(100, 300).join('\n').replaceAll(',DE', ',FR')}\n`);
  mkdirSync(join(cwd, 'parts', 'country=x y'), { recursive: true });
  writeFileSync(join(cwd, 'parts', 'country=x y', "it's [1].csv"), few);
  writeFileSync(join(cwd, 'parts', 'more.csv'), `${[head, ...lines.slice(900, 1500)].join('\n')}\n`);
  expect((await runCli(['demo', '--users', '60', '--shape', 'saas', '--out', 'saas.parquet'], { cwd })).exitCode).toBe(0);
  writeFileSync(join(cwd, 'utf16.csv'), Buffer.from(`\ufeff${few}`, 'utf16le'));
  writeFileSync(join(cwd, 'utf16.csv.gz'), gzipSync(Buffer.from(`\ufeff${few}`, 'utf16le')));
  writeFileSync(join(cwd, 'latin.csv'), Buffer.from(few.replaceAll(/,u(?=\d)/g, ',ü'), 'latin1'));
  writeFileSync(join(cwd, 'mixed ends.csv'), few.replace(/\n(.*)\n/, '\r\n$1\n'));
  writeFileSync(join(cwd, 'old mac.csv'), few.replaceAll('\n', '\r'));
  writeFileSync(join(cwd, 'packed.csv'), gzipSync(few));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** What the printed script leaves in `members`, as text, by a DuckDB of its own that stands in another zone. */
async function runScript(script: string, further: readonly string[] = []): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`set TimeZone = 'America/New_York'`);
    const statements = await connection.extractStatements(script);
    for (let index = 0; index < statements.count; index += 1) {
      const prepared = await statements.prepare(index);
      await prepared.run();
    }
    return (await connection.runAndReadAll(membersAsText('members', further))).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Numbers lose the zeros at their end, which a CSV file does not write. */
function membersAsText(from: string, further: readonly string[]): string {
  const decimals = ['monetary', 'usual_interval_days', 'dormant_after_days', 'churned_after_days'];
  const columns = MEMBER_COLUMNS.map((name) =>
    decimals.includes(name) ? `cast(cast(${name} as decimal(38, 10)) as varchar) as ${name}` : `cast(${name} as varchar) as ${name}`,
  );
  const others = further.map((name) => `"${name}"`);
  return `select ${[...columns, ...others].join(', ')} from ${from} order by user_id`;
}

async function publishedMembers(folder: string, further: readonly string[] = []): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const path = join(cwd, folder, 'members.parquet').replaceAll("'", "''");
    return (await connection.runAndReadAll(membersAsText(`read_parquet('${path}')`, further))).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function print(...argv: string[]): Promise<string> {
  const { stdout, exitCode } = await runCli(['sql', ...argv], { cwd });
  expect(exitCode).toBe(0);
  return stdout;
}

describe('the printed SQL, run by stock DuckDB, gives the members that classify writes', () => {
  it.each([
    ['CSV', ['shop.csv']],
    ['parameters and flags', ['shop.csv', '--set', 'new.days=40', '--as-of', '2026-04-30', '--lookback', 'all', '--scoring', 'quantile']],
    ['events of other roles', ['shop.csv', '--churn-event', 'search', '--risk-event', 'view_item', '--value-event', 'add_to_cart']],
    ['a zone with summer time', ['shop.csv', '--timezone', 'America/Sao_Paulo']],
    ['thirds', ['shop.csv', '--rfm', 'thirds']],
    ['the map of 125 cells', ['shop.csv', '--rfm', 'map125']],
    ['a model of one’s own', ['shop.csv', '--rfm', 'own.yaml']],
    ['closed seasons', ['shop.csv', '--pause', '2025-12-24..2026-01-02', '--pause', '2026-06-29', '--as-of', '2026-06-29']],
    [
      'many closed days',
      [
        'shop.csv',
        '--pause',
        Array.from({ length: 28 }, (_, day) => `2026-02-${String(day + 1).padStart(2, '0')}`)
          .filter((_, day) => day % 3 > 0)
          .join(','),
      ],
    ],
    ['messy orders', ['orders.csv']],
    ['every row an order', ['orders.csv', '--order-column', 'none']],
    ['messy events', ['events.csv']],
    ['gzip', ['few.csv.gz']],
    ['repeated event ids', ['repeated.csv']],
    ['JSON Lines', ['events.jsonl']],
    ['JSON Lines in gzip', ['events.ndjson.gz']],
    ['a JSON list', ['orders.json']],
    ['Parquet', ['saas.parquet']],
    ['files of different columns in odd folders', ['parts', 'saas.parquet']],
    [
      'plans, properties and sessions',
      ['saas.parquet', '--plan-column', 'plan', '--by', 'property:plan,engagement', '--max-values', '2', '--window', '7'],
    ],
    ['properties and sessions of repeated event ids', ['repeated.csv', '--by', 'engagement', '--by', 'property:country']],
    [
      'pauses of a shop without sessions',
      ['shop.csv', '--by', 'engagement', '--session-column', 'none', '--timezone', 'America/Sao_Paulo'],
    ],
  ])('%s', async (_what, argv) => {
    const classified = await runCli(
      ['classify', ...argv, '--out', 'out', '--format', 'parquet', '--segment-files', 'none', '--no-proof', '--quiet'],
      {
        cwd,
      },
    );
    expect(classified.exitCode).toBe(0);
    const further = argv.flatMap((flag, index) => (flag === '--by' ? (argv[index + 1] ?? '').split(',') : []));
    const members = await publishedMembers('out', further);
    expect(members.length).toBeGreaterThan(10);
    expect(await runScript(await print(...argv), further)).toEqual(members);
  });

  it.skipIf(!hasSharedData).each([
    ['CDNOW', [sharedFile('cdnow/cdnow_sample.csv'), '--lookback', 'all']],
    ['REES46', [sharedFile('rees46-head/2019-Oct-head.csv')]],
  ])('%s', async (_what, argv) => {
    expect(
      (
        await runCli(['classify', ...argv, '--out', 'out', '--format', 'parquet', '--segment-files', 'none', '--no-proof', '--quiet'], {
          cwd,
        })
      ).exitCode,
    ).toBe(0);
    expect(await runScript(await print(...argv))).toEqual(await publishedMembers('out'));
  });
});

describe('Arrow, which DuckDB does not read', () => {
  it.each([
    ['a file', 'messy.arrow', false, 'pyarrow.feather.read_table(i)'],
    ['a stream', 'messy.arrows', true, 'pyarrow.ipc.open_stream(open(i, "rb")).read_all()'],
  ])(
    '%s: the script fails until the copy as Parquet is there, names the command that makes it, and then gives the members',
    async (_what, name, isStream, read) => {
      const table = messyEvents(11, 900);
      const rows = table.rows.filter((row) => !row.includes('oops'));
      writeFileSync(join(cwd, name), arrowBytes({ ...table, rows }, { types: EVENT_TYPES, isStream }));
      expect(
        (
          await runCli(['classify', name, '--out', 'out', '--format', 'parquet', '--segment-files', 'none', '--no-proof', '--quiet'], {
            cwd,
          })
        ).exitCode,
      ).toBe(0);
      const script = await print(name);
      const command = /^-- First make a copy .*? for example: (.*)$/m.exec(script)?.[1] ?? '';
      expect(command).toBe(
        `python3 -c 'import sys, pyarrow.${isStream ? 'ipc' : 'feather'}, pyarrow.parquet; _, i, o = sys.argv; pyarrow.parquet.write_table(${read}, o)' ${join(cwd, name)} ${join(cwd, `${name}.parquet`)}`,
      );
      await expect(runScript(script)).rejects.toThrow(/No files found that match the pattern/);
      await writeParquet(join(cwd, `${name}.parquet`), shuffled({ ...table, rows }, 3), EVENT_TYPES);
      expect(await runScript(script)).toEqual(await publishedMembers('out'));
    },
  );
});

describe('an export that reaches into tomorrow', () => {
  it('gives the members that classify writes, rows later than the clock and a day left out', async () => {
    // The clock says 30 June at noon, so 1 July at noon is the last instant that counts.
    const text = `user_id,event,timestamp,event_id
ana,view,2026-07-01 10:00:00,1
bob,view,2026-07-01 11:00:00,2
bob,view,2026-07-01 13:00:00,2
cy,view,2026-07-01 13:00:00,3
dee,view,2026-06-30 13:00:00,4
dee,view,2026-06-30 13:00:00,4
`;
    writeFileSync(join(cwd, 'tomorrow.csv'), text);
    const at = { cwd, now: new Date('2026-06-30T12:00:00Z') };
    expect(
      (
        await runCli(
          ['classify', 'tomorrow.csv', '--out', 'out', '--format', 'parquet', '--segment-files', 'none', '--no-proof', '--quiet'],
          at,
        )
      ).exitCode,
    ).toBe(0);
    const members = await publishedMembers('out');
    expect(members).toHaveLength(3);
    expect(await runScript((await runCli(['sql', 'tomorrow.csv'], at)).stdout)).toEqual(members);
  });
});

describe('a file that DuckDB would read otherwise', () => {
  const CASES: readonly (readonly [string, readonly string[]])[] = [
    ['UTF-16', ['utf16.csv']],
    ['UTF-16 in gzip', ['utf16.csv.gz']],
    ['Latin-1', ['latin.csv', '--encoding', 'latin-1']],
    ['mixed line ends', ['mixed ends.csv']],
    ['lone CR', ['old mac.csv']],
    ['gzip that is not named so', ['packed.csv']],
  ];

  it.each(CASES)('%s: the script fails until its copy is there, and names it', async (_what, argv) => {
    const script = await print(...argv);
    expect(script).toMatch(/^-- First make a copy that DuckDB can read, for example: /m);
    await expect(runScript(script)).rejects.toThrow(/No files found that match the pattern/);
  });

  it.skipIf(!hasCopyTools).each(CASES)('%s: the command that it names makes the copy', async (_what, argv) => {
    expect(
      (
        await runCli(['classify', ...argv, '--out', 'out', '--format', 'parquet', '--segment-files', 'none', '--no-proof', '--quiet'], {
          cwd,
        })
      ).exitCode,
    ).toBe(0);
    const script = await print(...argv);
    const command = /^-- First make a copy .*? for example: (.*)$/m.exec(script)?.[1] ?? '';
    expect(spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(cwd, `${argv[0]}.utf8.csv`))).toBe(true);
    expect(await runScript(script)).toEqual(await publishedMembers('out'));
  });
});
