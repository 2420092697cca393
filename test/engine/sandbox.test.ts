import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, EngineError } from '../../src/engine/database.js';
import { type DuckDbOptions, openDuckDb } from '../../src/engine/duckdb.js';
import { globLiteral } from '../../src/input/readers/glob-literal.js';
import { Sql, sql } from '../../src/sql/sql.js';

const CSV = 'a,b\n1,2\n';
const MB = 2 ** 20;
const BUILT_IN = ['autocomplete', 'core_functions', 'icu', 'jemalloc', 'json', 'parquet'];

let root = '';
let database: Database;
const at = (...parts: string[]): string => join(root, ...parts);

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segment-sandbox-')));
  for (const name of ['in', 'spool', 'out', 'elsewhere']) mkdirSync(at(name));
  writeFileSync(at('in/allowed.csv'), CSV);
  writeFileSync(at('in/beside.csv'), CSV);
  writeFileSync(at('elsewhere/secret.csv'), CSV);
  writeFileSync(at('spool/copy.csv'), CSV);
  symlinkSync(at('elsewhere/secret.csv'), at('spool/link.csv'));
  symlinkSync(at('elsewhere'), at('spool/linked'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function open(options: Partial<DuckDbOptions> = {}): Promise<Database> {
  return openDuckDb({
    threads: 2,
    memoryLimitBytes: 256 * MB,
    tempDirectory: at('spool'),
    allowedPaths: [at('in/allowed.csv')],
    allowedDirectories: [at('spool'), at('out')],
    ...options,
  });
}

beforeEach(async () => {
  database = await open();
});
afterEach(() => database.close());

/** Any statement, as text: what an injection would be. */
function statement(text: string): Sql {
  return Sql.fromTemplate([text], []);
}

async function expectRefused(query: Sql): Promise<EngineError> {
  const error = await database.rows(query).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, query.compile().text).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe('allowed', () => {
  it('the input, the spool, and writing into the output folder', async () => {
    expect(await database.rows(sql`select * from read_csv(${at('in/allowed.csv')})`)).toHaveLength(1);
    expect(await database.rows(sql`select * from read_csv(${at('spool/copy.csv')})`)).toHaveLength(1);
    expect(await database.copy(sql`select 1 as a`, at('out/one.csv'), { format: 'csv' })).toBe(1);
    expect(await database.copy(sql`select 1 as a`, at('out/one.parquet'), { format: 'parquet' })).toBe(1);
    expect(readFileSync(at('out/one.csv'), 'utf8')).toBe('a\n1\n');
    expect(await database.rows(sql`select * from read_parquet(${at('out/one.parquet')})`)).toEqual([{ a: 1 }]);
  });

  it('an input that is a link', async () => {
    symlinkSync(at('elsewhere/secret.csv'), at('in/to-secret.csv'));
    const other = await open({ allowedPaths: [at('in/to-secret.csv')] });
    expect(await other.rows(sql`select * from read_csv(${at('in/to-secret.csv')})`)).toHaveLength(1);
    await expect(other.rows(sql`select * from read_csv(${at('in/beside.csv')})`)).rejects.toBeInstanceOf(EngineError);
    other.close();
  });

  it('a folder and a file with signs that mean something to a pattern or to SQL', async () => {
    const strange = at('o\'u"t [1]*? é;--');
    mkdirSync(strange);
    const input = join(strange, 'in\'p"ut [a]{b}.csv');
    writeFileSync(input, CSV);
    const other = await open({ allowedPaths: [input, globLiteral(input)], allowedDirectories: [strange] });
    expect(await other.copy(sql`select 1 as a`, join(strange, 'x.csv'), { format: 'csv' })).toBe(1);
    expect(await other.rows(sql`select * from read_csv(${globLiteral(input)})`)).toHaveLength(1);
    other.close();
  });
});

describe('refused', () => {
  const reads: [string, () => Sql][] = [
    ['a file beside the input', () => sql`select * from read_csv(${at('in/beside.csv')})`],
    ['a folder elsewhere', () => sql`select * from read_csv(${at('elsewhere/secret.csv')})`],
    ['a way out by ..', () => sql`select * from read_csv(${`${at('spool')}/../elsewhere/secret.csv`})`],
    ['a link in the spool that leads outside', () => sql`select * from read_csv(${at('spool/link.csv')})`],
    ['a linked folder in the spool', () => sql`select * from read_csv(${at('spool/linked/secret.csv')})`],
    ['a pattern that meets such a link', () => sql`select * from read_csv(${at('spool/*.csv')})`],
    ['/etc/passwd as text', () => sql`select content from read_text('/etc/passwd')`],
    ['/etc/passwd as bytes', () => sql`select content from read_blob('/etc/passwd')`],
    ['/etc/passwd as lines', () => sql`select * from read_csv('/etc/passwd')`],
    ['/etc/passwd as a table', () => sql`from '/etc/passwd'`],
    ['/proc/self/environ', () => sql`select content from read_text('/proc/self/environ')`],
    ['a list of files', () => sql`select * from glob('/etc/*')`],
    ['the network', () => sql`select * from read_csv('http://127.0.0.1:9/x.csv')`],
    ['the network, encrypted', () => sql`select * from read_parquet('https://127.0.0.1:9/x.parquet')`],
    ['a bucket', () => sql`select * from read_parquet('s3://bucket/x.parquet')`],
    ['the environment', () => sql`select getenv('PATH')`],
  ];
  it.each(reads)('reading %s', async (_, query) => {
    await expectRefused(query());
  });

  const writes: [string, () => Sql][] = [
    ['elsewhere', () => sql`copy (select 1) to ${at('elsewhere/made.csv')}`],
    ['over a file beside the input', () => sql`copy (select 1) to ${at('in/beside.csv')}`],
    ['by ..', () => sql`copy (select 1) to ${`${at('out')}/../elsewhere/made.csv`}`],
    ['through a linked folder', () => sql`copy (select 1) to ${at('spool/linked/made.csv')}`],
    ['through a link', () => sql`copy (select 1) to ${at('spool/link.csv')}`],
    ['partitions elsewhere', () => sql`copy (select 1 as a, 2 as b) to ${at('elsewhere')} (partition_by (a), overwrite true)`],
    ['a whole database elsewhere', () => statement(`export database '${at('elsewhere/exported')}'`)],
    ['the working folder', () => sql`copy (select 1) to 'made.csv'`],
  ];
  it.each(writes)('writing %s', async (_, query) => {
    const here = readdirSync('.');
    await expectRefused(query());
    expect(readdirSync(at('elsewhere'))).toEqual(['secret.csv']);
    expect(readFileSync(at('elsewhere/secret.csv'), 'utf8')).toBe(CSV);
    expect(readFileSync(at('in/beside.csv'), 'utf8')).toBe(CSV);
    expect(readdirSync('.')).toEqual(here);
  });

  it.each([
    "attach '/etc/passwd' as other",
    "attach ':memory:' as other (type sqlite)",
    "attach 'http://127.0.0.1:9/x.db' as other",
    'install httpfs',
    'load httpfs',
    "load '/etc/passwd'",
    'force install spatial',
    "import database '/etc'",
    "create secret s (type s3, key_id 'a', secret 'b')",
    "create persistent secret s (type http, bearer_token 'b')",
  ])('%s', async (text) => {
    await expectRefused(statement(text));
  });

  it.each([
    'set threads = 1',
    "set memory_limit = '10GB'",
    "set TimeZone = 'Asia/Tokyo'",
    'set lock_configuration = false',
    'set enable_external_access = true',
    "set allowed_paths = ['/etc/passwd']",
    "set allowed_directories = ['/']",
    "set temp_directory = '/tmp'",
    "set log_query_path = '/tmp/log'",
    'set global threads = 1',
    'set session errors_as_json = false',
    'reset threads',
    'reset allowed_paths',
    'reset TimeZone',
    "pragma enable_profiling = 'json'",
    "pragma profiling_output = '/tmp/profile'",
    'pragma enable_logging',
    'pragma threads = 1',
    "pragma memory_limit = '10GB'",
  ])('%s', async (text) => {
    await expectRefused(statement(text));
  });

  it('two statements at once, in whatever way they are run', async () => {
    await database.run(sql`create table kept as select 1 as a`);
    for (const text of ['select 1; drop table kept', 'select 1;drop table kept;', 'drop table kept; select 1']) {
      await expectRefused(statement(text));
      await expect(database.run(statement(text))).rejects.toBeInstanceOf(EngineError);
      await expect(database.copy(statement(text), at('out/two.csv'), { format: 'csv' })).rejects.toBeInstanceOf(EngineError);
    }
    expect(await database.rows(sql`select a from kept`)).toEqual([{ a: 1 }]);
  });

  it('says what was refused in at most 500 characters', async () => {
    const error = await expectRefused(sql`select * from read_csv(${`/${'x'.repeat(5000)}`})`);
    expect(error.message.length).toBeLessThanOrEqual(500);
    expect(error.message).not.toContain('{"exception_type"');
  });
});

describe('resources', () => {
  it('spills within its folder when the memory is small, and takes the files away', async () => {
    const spool = at('spool/small');
    mkdirSync(spool);
    const small = await open({ memoryLimitBytes: 128 * MB, tempDirectory: spool, allowedDirectories: [at('out')] });
    const seen = new Set<string>();
    const timer = setInterval(() => {
      for (const name of readdirSync(spool)) seen.add(name);
    }, 2);
    // 3 million texts of 100 bytes to sort: more than twice the limit.
    const [row] = await small.rows<{ rows: number; least: string }>(sql`
      select count(*) as "rows",
             min(position) as least
      from (
        select row_number() over (order by text) as position
        from (select md5(i::varchar) || repeat('x', 68) as text from range(3_000_000) as numbers(i)) as texts
      ) as sorted`);
    clearInterval(timer);
    expect(row).toEqual({ rows: 3_000_000, least: 1 });
    expect([...seen].filter((name) => name.startsWith('duckdb_temp')).length).toBeGreaterThan(0);
    small.close();
    expect(readdirSync(spool)).toEqual([]);
  });

  it('is refused more memory than the limit, with an error that says so', async () => {
    const tiny = await open({ memoryLimitBytes: 64 * MB });
    const error = await tiny
      .rows(sql`select list(i) as all_numbers from range(50_000_000) as numbers(i)`)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'EngineError', kind: 'out-of-memory' });
    tiny.close();
  });

  it('has no extension but those that are built in', async () => {
    const loaded = await database.rows<{ name: string; mode: string }>(sql`
      select extension_name as name,
             install_mode as mode
      from duckdb_extensions()
      where loaded or installed
      order by name`);
    expect(loaded.map(({ name }) => name).filter((name) => !BUILT_IN.includes(name))).toEqual([]);
    expect(new Set(loaded.map(({ mode }) => mode))).toEqual(new Set(['STATICALLY_LINKED']));
  });

  it('leaves no file in the working folder', async () => {
    const here = readdirSync('.');
    await database.run(sql`create table numbers as select * from range(100_000)`);
    database.close();
    expect(readdirSync('.')).toEqual(here);
    database = await open();
  });
});
