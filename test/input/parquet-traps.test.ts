import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { type Sql, sql } from '../../src/sql/sql.js';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { type LoadedRow, loadRows } from '../support/load-rows.js';
import { corpusPath, hasCorpora } from '../support/shared-corpora.js';
import { failureOf } from '../support/text-files.js';

/** Parquet as different writers make it: each column type, read as what it means. */
const folder = makeRunFolder();
let engine: Database;
let files = 0;

beforeAll(async () => {
  engine = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 2 ** 28,
    tempDirectory: folder.path,
    allowedPaths: [],
    allowedDirectories: [folder.path],
  });
});
afterAll(() => {
  engine.close();
  folder.remove();
});

async function parquet(query: Sql, name = 'events.parquet'): Promise<string> {
  files += 1;
  const path = join(folder.path, String(files), name);
  mkdirSync(dirname(path), { recursive: true });
  await engine.copy(query, path, { format: 'parquet' });
  return path;
}

async function rowsOf(query: Sql): Promise<readonly LoadedRow[]> {
  return (await loadRows([await parquet(query)])).rows;
}

async function classify(...argv: string[]): Promise<ClassifyRun> {
  files += 1;
  return classifyOnce(argv, join(folder.path, `out${files}`));
}

const TIME = sql`timestamp '2024-01-01 00:00:00' as "timestamp"`;

describe('user ids', () => {
  it.each<[string, Sql, string[]]>([
    ['UUID', sql`uuid '6f1dd4a1-0c5e-4b7e-9a50-0123456789ab'`, ['6f1dd4a1-0c5e-4b7e-9a50-0123456789ab']],
    ['BIGINT beyond 2^53', sql`unnest([9007199254740993, 9007199254740992])`, ['9007199254740992', '9007199254740993']],
    ['UBIGINT', sql`18446744073709551615::ubigint`, ['18446744073709551615']],
    ['DECIMAL(38,0)', sql`12345678901234567890123456789012345678::decimal(38, 0)`, ['12345678901234567890123456789012345678']],
    ['DECIMAL(10,2) that is whole', sql`17850::decimal(10, 2)`, ['17850']],
    ['text without a mark', sql`encode('josé')`, ['josé']],
    ['bytes that are no text', sql`'\\xFF\\x01'::blob`, ['\\xFF\\x01']],
    ['an ENUM', sql`'a'::enum('a', 'b')`, ['a']],
    ['text with zeros before', sql`'007'`, ['007']],
    ['a DATE', sql`date '2024-05-06'`, ['2024-05-06']],
    ['a BOOLEAN', sql`true`, ['true']],
  ])('%s', async (_, value, expected) => {
    const rows = await rowsOf(sql`select ${value} as user_id, ${TIME}`);
    expect(rows.map(({ user }) => user)).toEqual(expected);
  });

  it('DOUBLE as pandas writes ids beside empty ones: without the point, and said so', async () => {
    const path = await parquet(sql`select unnest([17850.0, 17850.0, 12.5, null])::double as user_id, ${TIME}`);
    const { summary, members, codes } = await classify(path, '--max-rejects', '100%');
    expect(members.map((user) => user['user_id'])).toEqual(['12.5', '17850']);
    expect(summary.rows).toMatchObject({ total: 4, used: 3, without_user: 1 });
    expect(codes).toContain('float_ids');
  });

  it('empty text and null are no user', async () => {
    const { summary } = await classify(await parquet(sql`select unnest(['', null, 'u1']) as user_id, ${TIME}`));
    expect(summary.rows).toMatchObject({ total: 3, used: 1, without_user: 2 });
  });
});

describe('times', () => {
  const at = '2024-01-01 12:34:56';
  it.each<[string, Sql, string]>([
    ['TIMESTAMP', sql`timestamp '2024-01-01 12:34:56'`, at],
    ['TIMESTAMP_NS', sql`timestamp_ns '2024-01-01 12:34:56.123456789'`, `${at}.123456`],
    ['TIMESTAMP_MS', sql`timestamp_ms '2024-01-01 12:34:56.123'`, `${at}.123`],
    ['TIMESTAMP_S', sql`timestamp_s '2024-01-01 12:34:56'`, at],
    ['TIMESTAMP WITH TIME ZONE', sql`timestamptz '2024-01-01 14:34:56+02'`, at],
    ['DATE', sql`date '2024-01-01'`, '2024-01-01 00:00:00'],
    ['VARCHAR', sql`'2024-01-01T14:34:56+02:00'`, at],
    ['text without a mark', sql`'2024-01-01 12:34:56'::blob`, at],
    ['BIGINT seconds', sql`1704112496`, at],
    ['BIGINT milliseconds', sql`1704112496123`, `${at}.123`],
    ['BIGINT microseconds', sql`1704112496123456`, `${at}.123456`],
    ['INTEGER seconds', sql`1704112496::integer`, at],
    ['DOUBLE seconds', sql`1704112496.5::double`, `${at}.5`],
    ['INTEGER as a date', sql`20240101::integer`, '2024-01-01 00:00:00'],
  ])('%s', async (_, value, expected) => {
    const rows = await rowsOf(sql`select 'u1' as user_id, ${value} as "timestamp"`);
    expect(rows).toMatchObject([{ at: expected }]);
  });

  it('infinite, empty and too early ones are rejects, listed by row', async () => {
    const times = sql`unnest([timestamp '2024-01-01', timestamp 'infinity', null, timestamp '1970-01-01', timestamp '2024-01-02'])`;
    const { summary } = await classify(await parquet(sql`select 'u1' as user_id, ${times} as "timestamp"`), '--max-rejects', '100%');
    expect(summary.rows).toMatchObject({ total: 5, used: 2, rejected: 3 });
    expect(summary.rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '2 implausible_time',
      '3 no_time',
      '4 implausible_time',
    ]);
  });
});

describe.skipIf(!hasCorpora)('INT96, as Impala and Spark wrote times', () => {
  it('is a time by its type', async () => {
    const path = corpusPath('parquet-testing/data/alltypes_plain.parquet');
    const { rows } = await loadRows([path], { columns: { user: 'id', time: 'timestamp_col', event: 'none', eventId: 'none' } });
    expect(rows.map(({ user, at }) => [user, at])).toEqual([
      ['0', '2009-01-01 00:00:00'],
      ['1', '2009-01-01 00:01:00'],
      ['2', '2009-02-01 00:00:00'],
      ['3', '2009-02-01 00:01:00'],
      ['4', '2009-03-01 00:00:00'],
      ['5', '2009-03-01 00:01:00'],
      ['6', '2009-04-01 00:00:00'],
      ['7', '2009-04-01 00:01:00'],
    ]);
  });
});

describe('amounts', () => {
  it.each<[string, Sql, string | null]>([
    ['DECIMAL(38,10)', sql`1.0123456789::decimal(38, 10)`, '1.0123456789'],
    ['DECIMAL(10,2)', sql`1.05::decimal(10, 2)`, '1.05'],
    ['DOUBLE', sql`0.1::double`, '0.1'],
    ['FLOAT', sql`0.1::float`, '0.1'],
    ['BIGINT', sql`900719925474099`, '900719925474099.'],
    ['VARCHAR', sql`'1,234.50'`, '1234.5'],
    ['NaN', sql`'nan'::double`, null],
    ['infinity', sql`'-inf'::double`, null],
    ['a DOUBLE that is printed with an exponent', sql`2.5e-7::double`, '0.00000025'],
  ])('%s', async (_, value, expected) => {
    const [row] = await rowsOf(sql`select 'u1' as user_id, ${TIME}, ${value} as revenue`);
    expect(row?.amount?.replace(/0+$/, '') ?? null).toBe(expected);
  });

  it('one with more than 18 digits before the point is unknown, and counted as such', async () => {
    const huge = sql`99999999999999999999999999.9999999999::decimal(38, 10)`;
    const { summary } = await classify(
      await parquet(sql`select 'u1' as user_id, ${TIME}, unnest([${huge}, 1]) as revenue`),
      '--max-rejects',
      '100%',
    );
    expect(summary).toMatchObject({ value_total: '1.00', bad_amounts: 1 });
  });
});

describe('several files', () => {
  it('with another type for the same column each', async () => {
    const paths = [
      await parquet(sql`select 7::bigint as user_id, timestamp '2024-01-01' as "timestamp", 1.5::double as revenue`),
      await parquet(sql`select '007' as user_id, '2024-01-02' as "timestamp", '2.5' as revenue`),
      await parquet(sql`select 8.0::double as user_id, date '2024-01-03' as "timestamp", 3::decimal(10, 2) as revenue`),
      await parquet(sql`select '9'::blob as user_id, 1704326400 as "timestamp", null::integer as revenue`),
    ];
    const { rows } = await loadRows(paths);
    expect(rows.map(({ user, at, amount }) => [user, at, amount === null ? null : Number(amount)])).toEqual([
      ['007', '2024-01-02 00:00:00', 2.5],
      ['7', '2024-01-01 00:00:00', 1.5],
      ['8', '2024-01-03 00:00:00', 3],
      ['9', '2024-01-04 00:00:00', null],
    ]);
  });

  it('beside CSV, and with other columns', async () => {
    const csv = join(folder.path, 'beside.csv');
    writeFileSync(csv, 'timestamp,user_id\n2024-01-02,u2\n');
    const { rows } = await loadRows([csv, await parquet(sql`select 'u1' as user_id, ${TIME}, 'view' as event`)]);
    expect(rows.map(({ user, event }) => [user, event])).toEqual([
      ['u1', 'view'],
      ['u2', null],
    ]);
  });

  it('in folders named by Hive: the names are columns, of text', async () => {
    await parquet(sql`select 'u1' as user_id, 'view' as event`, 'in/dt=2024-01-01/plan=007/a.parquet');
    const base = join(folder.path, String(files), 'in');
    for (const [day, plan, user] of [
      ['2024-01-02', '007', 'u1'],
      ['2024-01-03', '__HIVE_DEFAULT_PARTITION__', 'u2'],
      ['2024-01-04', 'a%20b%2Fc', 'u3'],
    ]) {
      mkdirSync(join(base, `dt=${day}/plan=${plan}`), { recursive: true });
      await engine.copy(sql`select ${user ?? ''} as user_id, 'view' as event`, join(base, `dt=${day}/plan=${plan}/a.parquet`), {
        format: 'parquet',
      });
    }
    const { summary, members } = await classify(base, '--time-column', 'dt', '--keep', 'plan');
    expect(summary).toMatchObject({ rows: { used: 4 }, period: { first: '2024-01-01', last: '2024-01-04' } });
    expect(members.map((user) => [user['user_id'], user['plan']])).toEqual([
      ['u1', '007'],
      ['u2', ''],
      ['u3', 'a b/c'],
    ]);
  });

  it('below folders that are named alike by accident: those above the one that was named say nothing', async () => {
    const paths = [
      await parquet(sql`select 'u1' as email, ${TIME}, 'x' as env`, 'env=a/user_id=b/in/dt=1/a.parquet'),
      await parquet(sql`select 'u2' as email, ${TIME}, 'y' as env`, 'customer=c/in/dt=2/a.parquet'),
    ];
    const { summary, members } = await classify(...paths.map((path) => join(dirname(path), '..')), '--keep', 'env,dt');
    expect(summary.columns).toMatchObject({ user: 'email' });
    expect(members.map((user) => [user['user_id'], user['env'], user['dt']])).toEqual([
      ['u1', 'x', '1'],
      ['u2', 'y', '2'],
    ]);
  });

  it('in folders named by Hive: what the file itself holds comes first', async () => {
    await parquet(sql`select 'u1' as user_id, timestamp '2024-01-01 23:30:00' as "Date"`, 'in/date=2024-01-02/a.parquet');
    const { rows } = await loadRows([join(folder.path, String(files), 'in')]);
    expect(rows).toMatchObject([{ user: 'u1', at: '2024-01-01 23:30:00' }]);
  });

  it('in folders named by Hive: with signs that a path encodes, and some that it should', async () => {
    const values = { 'a%2Fb%20c': 'a/b c', '50%': '50%', '%FF': '%FF', 'x=y': 'x=y', 'two\nlines': 'two\nlines', "it's": "it's", '': '' };
    for (const [index, folderValue] of Object.keys(values).entries()) {
      const directory = join(folder.path, `hive${files}/plan%20name=${folderValue}`);
      mkdirSync(directory, { recursive: true });
      await engine.copy(sql`select ${`u${index}`} as user_id, ${TIME}`, join(directory, 'a.parquet'), { format: 'parquet' });
    }
    const { members } = await classify(join(folder.path, `hive${files}`), '--keep', 'plan name');
    expect(members.map((user) => user['plan name'])).toEqual(Object.values(values));
  });
});

describe('columns', () => {
  it('that are nested are no candidates, their fields can be named', async () => {
    const path = await parquet(sql`
      select {'id': 'u1', 'address': {'city': 'Oslo', 'zip': '007'}, 'score': 1.5} as "user",
             {'at': timestamp '2024-01-01 10:00:00', 'ms': 1704103200000} as "time",
             map {'plan': 'pro'} as props,
             [1, 2] as amounts`);
    const { summary, members } = await classify(path, '--user-column', 'user.id', '--time-column', 'time.at', '--keep', 'user.address.zip');
    expect(summary.columns).toMatchObject({ user: 'user.id', time: 'time.at' });
    expect(members).toMatchObject([{ user_id: 'u1', 'user.address.zip': '007' }]);
    const { rows } = await loadRows([path], { columns: { user: 'user.address.city', time: 'time.ms', value: 'user.score' } });
    expect(rows).toEqual([{ user: 'Oslo', at: '2024-01-01 10:00:00', event: 'purchase', amount: '1.5000' }]);
  });

  it('that are maps are reached by key; lists are not', async () => {
    const path = await parquet(sql`
      select map {'id': 'u1', 'plan': 'pro'} as props,
             map {'paid': 2.5::double} as numbers,
             [{'id': 'u1'}] as items,
             ${TIME}`);
    const { summary, members } = await classify(
      path,
      '--user-column',
      'props.id',
      '--value-column',
      'numbers.paid',
      '--keep',
      'props.plan',
    );
    expect(summary).toMatchObject({ value_total: '2.50', rows: { used: 1 } });
    expect(members).toMatchObject([{ user_id: 'u1', 'props.plan': 'pro' }]);
    expect((await classify(path, '--user-column', 'items.id')).stderr).toContain('[column-absent]');
    expect((await classify(path, '--user-column', 'props.id', '--keep', 'props.nope')).stderr).toContain('[column-unknown]');
  });

  it.each([
    ['--user-column', 'user', 'column-absent'],
    ['--user-column', 'user.nope', 'column-absent'],
    ['--keep', 'user.nope', 'column-unknown'],
  ])('%s %s of a nested one: a clear error', async (flag, value, code) => {
    const path = await parquet(sql`select {'id': 'u1'} as "user", ${TIME}`);
    const { exitCode, stderr } = await classify(path, '--user-column', 'user.id', flag, value);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain('user.id');
  });

  it('with names the engine uses itself', async () => {
    const path = await parquet(sql`
      select unnest(['u1', 'u2']) as user_id,
             unnest([timestamp '2024-01-01', null]) as "timestamp",
             unnest([7, 9]) as file_row_number,
             'x' as filename,
             1 as "select",
             2 as "a""b"`);
    const { summary, members } = await classify(path, '--max-rejects', '100%', '--keep', 'file_row_number,filename,select,a"b');
    expect(summary.rejects).toMatchObject([{ line: 2, reason: 'no_time' }]);
    expect(members).toMatchObject([{ file_row_number: '7', filename: 'x', select: '1', 'a"b': '2' }]);
  });

  it('that differ in case only are two, and two with one name are', async () => {
    const path = await parquet(sql`select 'u1' as user_id, 'u2' as user_ix, timestamp '2024-01-01' as ts, 7 as tx`);
    const renamed = (names: Readonly<Record<string, string>>): string => {
      let bytes = readFileSync(path).toString('latin1');
      for (const [from, to] of Object.entries(names)) bytes = bytes.replaceAll(from, to);
      const to = join(dirname(path), `renamed${++files}.parquet`);
      writeFileSync(to, Buffer.from(bytes, 'latin1'));
      return to;
    };
    const cased = await classify(renamed({ user_ix: 'User_ID' }));
    expect(cased.stderr).toContain('[columns-ambiguous]');
    const { members } = await classify(renamed({ user_ix: 'User_ID' }), '--user-column', 'User_ID');
    expect(members).toMatchObject([{ user_id: 'u2' }]);
    const repeated = await classify(renamed({ user_ix: 'user_id' }));
    expect(repeated.stderr).toContain('[columns-ambiguous]');
    // A name that no SQL can hold.
    expect((await classify(renamed({ user_ix: 'us\0r_ix' }))).members).toMatchObject([{ user_id: 'u1' }]);
  });

  it('that cannot be read do no harm where they are not needed', async () => {
    const path = await parquet(
      sql`select 'u1' as user_id, ${TIME}, '\\xFF\\xFE'::blob as payload, interval 1 day as span, bit '101' as bits`,
    );
    expect((await classify(path)).summary.rows.used).toBe(1);
  });

  it('no rows at all: no events', async () => {
    const { exitCode, stderr } = await classify(await parquet(sql`select 'u1' as user_id, ${TIME} where false`));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[no-events]');
  });
});

describe('statistics that are wrong', () => {
  /** Writes another number over a least or greatest value in the footer; the values themselves stay. */
  function lie(path: string, truth: bigint, claim: bigint): void {
    const bytes = readFileSync(path);
    const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
    const said = Buffer.alloc(8);
    said.writeBigInt64LE(truth);
    expect(footer.indexOf(said)).toBeGreaterThan(0);
    for (let at = footer.indexOf(said); at !== -1; at = footer.indexOf(said)) footer.writeBigInt64LE(claim, at);
    writeFileSync(path, bytes);
  }

  const microseconds = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;

  it('a time before 1990 is a reject, whatever the file says of its earliest one', async () => {
    const times = sql`unnest([timestamp '1971-02-03 04:05:06', timestamp '2024-01-01 07:08:09', timestamp '2024-01-02'])`;
    const path = await parquet(sql`select 'u1' as user_id, ${times} as "timestamp"`);
    lie(path, microseconds('1971-02-03T04:05:06Z'), microseconds('2024-01-01T07:08:09Z'));
    const { summary } = await classify(path);
    expect(summary).toMatchObject({ rows: { total: 3, used: 2, rejected: 1 }, period: { first: '2024-01-01' } });
    expect(summary.rejects).toMatchObject([{ line: 1, reason: 'implausible_time' }]);
  });
});

it('a damaged page is told as the file that cannot be read', async () => {
  const path = await parquet(sql`select 'user' || i as user_id, ${TIME} from range(20_000) as numbers(i)`);
  const bytes = readFileSync(path);
  bytes.fill(0xff, 40, 4000);
  writeFileSync(path, bytes);
  const good = await parquet(sql`select 'u1' as user_id, ${TIME}`);
  const { exitCode, stderr } = await classify(good, path);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('[parquet-unreadable]');
  expect(stderr).toContain(path);
  expect((await failureOf(() => loadRows([join(folder.path, 'absent.parquet')]))).code).toBe('input-not-found');
});
