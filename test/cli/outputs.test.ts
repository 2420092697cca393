import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { sql } from '../../src/sql/sql.js';
import { csvText, messyEvents, messyOrders, type Table } from '../support/messy-export.js';
import { filesBelow, setBelow } from '../support/output-files.js';
import { type RunResult, runCli } from '../support/run-cli.js';

const STATUSES = ['active', 'at_risk', 'churned', 'dormant', 'loyal', 'never_active', 'new', 'occasional', 'reactivated'];
const RFM_SEGMENTS =
  'about_to_sleep at_risk_customers cant_lose champions hibernating lost loyal_customers needs_attention new_customers potential_loyalists promising prospects'.split(
    ' ',
  );
/** PRODUCT §7, in its order. */
const MEMBER_COLUMNS =
  'user_id,status,status_reason,status_group,rfm_segment,rfm_score,recency_score,frequency_score,monetary_score,recency_days,frequency,monetary,value_tier,buyer_type,orders,paying,visitor,first_seen,last_seen,idle_days,tenure_days,active_days,events,usual_interval_days,dormant_after_days,churned_after_days';
const DEFAULT_FILES = [
  '.gitignore',
  'manifest.json',
  'members.csv',
  'rfm/',
  ...RFM_SEGMENTS.map((name) => `rfm/${name}.csv`),
  'status/',
  ...STATUSES.map((name) => `status/${name}.csv`),
  'summary.json',
];

let folder: string;
let place: string;
let cases = 0;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-outputs-')));
  writeFileSync(join(folder, 'orders.csv'), csvText(messyOrders(5, 600)));
  writeFileSync(join(folder, 'events.csv'), csvText(messyEvents(6, 900)));
  writeFileSync(join(folder, 'one.csv'), 'user_id,timestamp,event\nu1,2024-05-01T10:00:00Z,view\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Every test stands in a new folder beside the inputs. */
beforeEach(() => {
  cases += 1;
  place = join(folder, `case-${cases}`);
  mkdirSync(place);
});

/** Without the proof, which is in no file but the summary. */
function run(...argv: string[]): Promise<RunResult> {
  return runCli(['classify', ...argv], { cwd: place, env: { SEGMENT_PROOF: 'false' } });
}

async function ok(...argv: string[]): Promise<RunResult> {
  const result = await run(...argv);
  expect({ exitCode: result.exitCode, stderr: result.exitCode === 0 ? '' : result.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return result;
}

const read = (name: string): string => readFileSync(join(place, 'segments', name), 'utf8');
const header = (name: string): string => read(name).split('\n')[0] ?? '';
const rows = (name: string): Record<string, string>[] => parse(read(name), { columns: true });

describe('the files', () => {
  it('are those of the contract, one a segment also where nobody is in it', async () => {
    const { stdout } = await ok('../one.csv');
    expect(Object.keys(filesBelow(join(place, 'segments')))).toEqual(DEFAULT_FILES);
    expect(read('.gitignore')).toBe('*\n');
    expect(header('members.csv')).toBe(MEMBER_COLUMNS);
    expect(read('status/loyal.csv')).toBe('user_id,status_reason\n');
    expect(read('rfm/champions.csv')).toBe('user_id,rfm_score,recency_score,frequency_score,monetary_score\n');
    // One user, one visit: seen on few days; no order anywhere, so activity is scored, equal values get R5 and F1 (PRODUCT §4).
    expect(read('status/occasional.csv')).toBe('user_id,status_reason\nu1,few_days\n');
    expect(read('rfm/new_customers.csv')).toBe('user_id,rfm_score,recency_score,frequency_score,monetary_score\nu1,51,5,1,\n');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('23 files in segments');
  });

  it('hold every user once in each way of segmenting, and manifest and summary count them alike', async () => {
    await ok('../events.csv', '--files', 'all');
    const members = rows('members.csv');
    const summary = JSON.parse(read('summary.json')) as { users: number; segmentations: Record<string, Record<string, { users: number }>> };
    const manifest = JSON.parse(read('manifest.json')) as { outputs: { name: string; rows: number | null }[] };
    expect(summary.users).toBe(members.length);
    const columns = {
      status: 'status',
      rfm: 'rfm_segment',
      value_tier: 'value_tier',
      buyer_type: 'buyer_type',
      paying: 'paying',
      visitor: 'visitor',
    };
    expect(Object.keys(summary.segmentations).sort()).toEqual(Object.keys(columns).sort());
    for (const [name, column] of Object.entries(columns)) {
      for (const file of readdirSync(join(place, 'segments', name))) {
        const segment = file.replace('.csv', '');
        const wanted = members.filter((member) => member[column] === segment).map((member) => member['user_id']);
        expect(rows(`${name}/${file}`).map((row) => row['user_id'])).toEqual(wanted);
        expect(summary.segmentations[name]?.[segment]?.users).toBe(wanted.length);
        expect(manifest.outputs.find((output) => output.name === `${name}/${file}`)?.rows).toBe(wanted.length);
      }
    }
    expect(header('visitor/new.csv')).toBe('user_id');
    expect(manifest.outputs.map((output) => output.name).sort()).toEqual(
      Object.keys(filesBelow(join(place, 'segments')))
        .filter((name) => !name.endsWith('/') && name !== '.gitignore' && name !== 'manifest.json')
        .sort(),
    );
  });

  it('of segments are full with --segment-files full, and absent with none', async () => {
    await ok('../orders.csv', '--segment-files', 'full', '--keep', 'country');
    expect(header('members.csv')).toBe(`${MEMBER_COLUMNS},country`);
    expect(header('status/active.csv')).toBe(`${MEMBER_COLUMNS},country`);
    const active = rows('members.csv').filter((member) => member['status'] === 'active');
    expect(active.length).toBeGreaterThan(0);
    expect(rows('status/active.csv')).toEqual(active);
    await ok('../orders.csv', '--segment-files', 'none');
    expect(Object.keys(filesBelow(join(place, 'segments')))).toEqual(['.gitignore', 'manifest.json', 'members.csv', 'summary.json']);
  });

  it('carry kept columns in the order they were named, with the latest value that is not empty', async () => {
    const table: Table = {
      columns: ['user_id', 'timestamp', 'event', 'plan', 'Home City'],
      rows: [
        ['a', '2024-05-01T10:00:00Z', 'view', 'free', 'Köln'],
        ['a', '2024-05-03T10:00:00Z', 'view', 'pro', ''],
        ['a', '2024-05-04T10:00:00Z', 'view', '', ''],
        // One instant, two values: the greatest, bytewise.
        ['b', '2024-05-02T10:00:00Z', 'view', 'x', 'Z'],
        ['b', '2024-05-02T10:00:00Z', 'view', 'xy', 'a'],
        ['c', '2024-05-02T10:00:00Z', 'view', '', ''],
      ],
    };
    writeFileSync(join(place, 'plans.csv'), csvText(table));
    await ok('plans.csv', '--keep', 'Home City', '--keep', 'plan');
    expect(header('members.csv')).toBe(`${MEMBER_COLUMNS},Home City,plan`);
    expect(rows('members.csv').map((member) => [member['user_id'], member['Home City'], member['plan']])).toEqual([
      ['a', 'Köln', 'pro'],
      ['b', 'a', 'xy'],
      ['c', '', ''],
    ]);
    expect(header('status/occasional.csv')).toBe('user_id,status_reason,Home City,plan');
    expect(header('rfm/lost.csv')).toBe('user_id,rfm_score,recency_score,frequency_score,monetary_score,Home City,plan');
  });

  it('as Parquet have the same values in their own types', async () => {
    await ok('../events.csv', '--out', 'csv', '--keep', 'plan');
    await ok('../events.csv', '--out', 'segments', '--keep', 'plan', '--format', 'parquet');
    expect(Object.keys(filesBelow(join(place, 'segments'))).filter((name) => name.endsWith('.csv'))).toEqual([]);
    const database = await openDuckDb({
      threads: 1,
      memoryLimitBytes: 2 ** 28,
      tempDirectory: folder,
      allowedPaths: [],
      allowedDirectories: [folder],
    });
    try {
      const path = join(place, 'segments', 'members.parquet');
      const described = await database.rows<{ column_name: string; column_type: string }>(
        sql`describe select * from read_parquet(${path})`,
      );
      const types = Object.fromEntries(described.map((column) => [column.column_name, column.column_type]));
      expect(described.map((column) => column.column_name).join(',')).toBe(`${MEMBER_COLUMNS},plan`);
      const texts = 'user_id status status_reason status_group rfm_segment rfm_score value_tier buyer_type paying visitor plan'.split(' ');
      const numbers =
        'recency_score frequency_score monetary_score recency_days frequency orders idle_days tenure_days active_days events'.split(' ');
      expect(texts.map((name) => types[name])).toEqual(texts.map(() => 'VARCHAR'));
      expect(numbers.map((name) => types[name])).toEqual(numbers.map(() => 'BIGINT'));
      expect([types['first_seen'], types['last_seen']]).toEqual(['DATE', 'DATE']);
      expect(types['monetary']).toBe('DECIMAL(38,6)');
      expect([types['usual_interval_days'], types['dormant_after_days'], types['churned_after_days']]).toEqual(
        Array(3).fill('DECIMAL(38,2)'),
      );
      const csv = sql`read_csv(${join(place, 'csv', 'members.csv')}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', nullstr = '')`;
      // Money as CSV drops zeros beyond the second decimal; everything else is the same text.
      const [different] = await database.rows<{ n: number }>(sql`
        select count(*) as n
        from (select columns(* exclude (monetary))::varchar, monetary::decimal(38, 6) as monetary from read_parquet(${path})) as left_rows
        full join (select * replace (monetary::decimal(38, 6) as monetary) from ${csv}) as right_rows using (user_id)
        where left_rows is distinct from right_rows`);
      expect(different?.n).toBe(0);
      const empty = await database.rows(sql`describe select * from read_parquet(${join(place, 'segments', 'rfm', 'lost.parquet')})`);
      expect(empty).toHaveLength(6);
    } finally {
      database.close();
    }
  });

  it('begin with an apostrophe where a spreadsheet would run a formula, with --spreadsheet-safe', async () => {
    const ids = ['=1+1', '+7', '-5', '@x', '\tx', 'plain', "'quoted"];
    const table: Table = { columns: ['user_id', 'timestamp', 'event', 'note'], rows: ids.map((id) => [id, '2024-05-01', 'view', '=A1']) };
    writeFileSync(join(place, 'formulas.csv'), csvText(table));
    await ok('formulas.csv', '--keep', 'note');
    expect(rows('members.csv').map((member) => member['user_id'])).toEqual([...ids].sort());
    await ok('formulas.csv', '--keep', 'note', '--spreadsheet-safe');
    const safe = rows('members.csv');
    expect(safe.map((member) => member['user_id'])).toEqual([...ids].sort().map((id) => (/^[=+\-@\t]/.test(id) ? `'${id}` : id)));
    expect(new Set(safe.map((member) => member['note']))).toEqual(new Set(["'=A1"]));
  });
});

describe('--dry-run', () => {
  it('shows the same summary and writes nothing', async () => {
    const dry = await ok('../orders.csv', '--dry-run');
    expect(readdirSync(place)).toEqual([]);
    const wet = await ok('../orders.csv');
    expect(dry.stdout.replace('Nothing was written.', '')).toBe(wet.stdout.replace('23 files in segments', ''));
  });

  it('leaves an earlier set alone, and does not mind what stands in the folder', async () => {
    await ok('../orders.csv');
    const before = filesBelow(join(place, 'segments'));
    await ok('../one.csv', '--dry-run');
    expect(filesBelow(join(place, 'segments'))).toEqual(before);
    await ok('../one.csv', '--dry-run', '--out', '..');
  });
});

describe('--freeze', () => {
  const scale = (out: string): unknown => {
    const { edges, population_gaps: gaps } = JSON.parse(readFileSync(join(place, out, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    return { edges, gaps };
  };

  it.each(['orders.csv', 'events.csv', 'one.csv'])('of %s on itself changes no byte of the set but the summary', async (file) => {
    await ok(`../${file}`, '--out', 'first');
    const { stdout } = await ok(`../${file}`, '--out', 'second', '--freeze', 'first/manifest.json');
    expect(setBelow(join(place, 'second'))).toEqual(setBelow(join(place, 'first')));
    expect(scale('second')).toEqual(scale('first'));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Frozen, like the edges of RFM: taken from first/manifest.json.');
  });

  it('keeps gaps and edges when the input is another, also with fewer decimals', async () => {
    await ok('../events.csv', '--out', 'first');
    const [head = '', ...lines] = readFileSync(join(folder, 'events.csv'), 'utf8').split('\n');
    // Only amounts of at most two decimals: by itself this input would be counted in four.
    const few = lines.filter((line) => /^[^"\n]*$/.test(line) && !/\.\d{3,}(?!\d*Z)/.test(line)).slice(0, 300);
    writeFileSync(join(place, 'few.csv'), [head, ...few, ''].join('\n'));
    await ok('few.csv', '--out', 'plain', '--max-rejects', '100%');
    await ok('few.csv', '--out', 'frozen', '--max-rejects', '100%', '--freeze', 'first/manifest.json');
    expect(scale('frozen')).toEqual(scale('first'));
    expect(scale('plain')).not.toEqual(scale('first'));
    const summary = JSON.parse(readFileSync(join(place, 'frozen', 'summary.json'), 'utf8')) as { edges: unknown; population_gaps: unknown };
    expect({ edges: summary.edges, gaps: summary.population_gaps }).toEqual(scale('first'));
    expect(readFileSync(join(place, 'frozen', 'members.csv'), 'utf8')).not.toBe(readFileSync(join(place, 'plain', 'members.csv'), 'utf8'));
  });

  it('refuses edges of another kind of scores, and edges that no run writes', async () => {
    await ok('../one.csv', '--out', 'activity');
    const { stderr, exitCode } = await run('../orders.csv', '--freeze', 'activity/manifest.json');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining('--freeze activity/manifest.json: its edges score activity, and this input is scored by orders'),
    });
    expect(existsSync(join(place, 'segments'))).toBe(false);
    await ok('../orders.csv', '--out', 'orders');
    const text = readFileSync(join(place, 'orders', 'manifest.json'), 'utf8');
    const edge = (JSON.parse(text) as { edges: { monetary: string[] } }).edges.monetary[3] ?? '';
    for (const wrong of [`${edge}0000000000001`, `99999999999999999999999999999999999999`]) {
      writeFileSync(join(place, 'edited.json'), text.replace(`"${edge}"`, `"${wrong}"`));
      const result = await run('../orders.csv', '--freeze', 'edited.json');
      expect(result).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining(`--freeze: the edge ${wrong} is none that a run writes`),
      });
    }
    expect(await run('../orders.csv', '--freeze', 'nowhere.json')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('it does not exist'),
    });
  });
});

describe('a folder that is used again', () => {
  it('loses the files of the earlier run that no longer exist, and keeps those of others', async () => {
    await ok('../events.csv', '--files', 'all');
    writeFileSync(join(place, 'segments', 'notes.txt'), 'mine');
    writeFileSync(join(place, 'segments', 'visitor', 'mine.csv'), 'mine');
    writeFileSync(join(place, 'segments', '.gitignore'), 'mine\n');
    await ok('../events.csv', '--format', 'parquet');
    expect(Object.keys(filesBelow(join(place, 'segments')))).toEqual([
      '.gitignore',
      'manifest.json',
      'members.parquet',
      'notes.txt',
      'rfm/',
      ...RFM_SEGMENTS.map((name) => `rfm/${name}.parquet`),
      'status/',
      ...STATUSES.map((name) => `status/${name}.parquet`),
      'summary.json',
      'visitor/',
      'visitor/mine.csv',
    ]);
    expect([read('notes.txt'), read('visitor/mine.csv'), read('.gitignore')]).toEqual(['mine', 'mine', 'mine\n']);
    expect(await verifyOutputs(join(place, 'segments'))).toEqual([]);
  });

  it('is the same to the byte when the input is the same', async () => {
    await ok('../events.csv');
    const before = setBelow(join(place, 'segments'));
    await ok('../events.csv');
    expect(setBelow(join(place, 'segments'))).toEqual(before);
  });

  it('is refused when it is not ours, unless --force says so', async () => {
    mkdirSync(join(place, 'segments'));
    writeFileSync(join(place, 'segments', 'thesis.tex'), 'mine');
    const refused = await run('../orders.csv');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('[output-not-empty]') });
    expect(readdirSync(join(place, 'segments'))).toEqual(['thesis.tex']);
    await ok('../orders.csv', '--force');
    expect(Object.keys(filesBelow(join(place, 'segments')))).toEqual([...DEFAULT_FILES, 'thesis.tex']);
    await ok('../orders.csv');
    expect(read('thesis.tex')).toBe('mine');
  });

  it('keeps every byte when the next run is refused', async () => {
    await ok('../orders.csv');
    writeFileSync(join(place, 'broken.csv'), 'user_id,timestamp\nu1,"2024-01-01\nu2,2024-01-02\n');
    const before = filesBelow(join(place, 'segments'));
    for (const [why, argv, code] of [
      ['an input that holds nobody before the as-of day', ['../orders.csv', '--as-of', '2001-01-01'], 3],
      ['a file that cannot be read', ['broken.csv'], 3],
      ['a flag that makes no sense', ['../orders.csv', '--lookback', 'never'], 2],
      ['an unknown column', ['../orders.csv', '--user-column', 'nobody'], 3],
    ] as const) {
      const { stdout, stderr, exitCode } = await run(...argv);
      expect({ stdout, exitCode }, why).toEqual({ stdout: '', exitCode: code });
      expect(stderr, why).toMatch(/^error: .*\[[a-z-]+\]\n/);
      expect(filesBelow(join(place, 'segments')), why).toEqual(before);
    }
  });

  it('is refused inside the input, and so is an input inside it', async () => {
    mkdirSync(join(place, 'exports'));
    writeFileSync(join(place, 'exports', 'day.csv'), readFileSync(join(folder, 'orders.csv')));
    expect(await run('exports', '--out', 'exports/segments')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[output-inside-input]'),
    });
    expect(await run('exports', '--out', 'exports')).toMatchObject({ exitCode: 2 });
    expect(await run('exports/*.csv', '--out', 'exports')).toMatchObject({ exitCode: 2 });
    symlinkSync('exports', join(place, 'link'));
    expect(await run('exports', '--out', 'link/segments')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[output-inside-input]'),
    });
    expect(readdirSync(join(place, 'exports'))).toEqual(['day.csv']);
    await ok('exports', '--out', 'segments');
    expect(await run('segments/members.csv', '--out', 'segments')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[input-inside-output]'),
    });
  });

  it('is refused when a link in the input leads to it', async () => {
    await ok('../orders.csv');
    mkdirSync(join(place, 'exports'));
    symlinkSync('../segments', join(place, 'exports', 'link'));
    const before = filesBelow(join(place, 'segments'));
    expect(await run('exports', '--max-rejects', '100%')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[input-inside-output]'),
    });
    expect(filesBelow(join(place, 'segments'))).toEqual(before);
  });

  it('holds the published files alone: no temporary folder', async () => {
    await ok('../orders.csv');
    symlinkSync('segments', join(place, 'link'));
    for (const temp of ['segments', 'segments/status', './link/rfm']) {
      expect(await run('../orders.csv', '--temp-dir', temp)).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: `error: --temp-dir ${temp} lies in --out segments, which holds the published files alone. [temp-in-output]\nhint: name a folder outside of it with --temp-dir.\n`,
      });
    }
    await ok('../orders.csv', '--temp-dir', '.');
    await ok('../orders.csv', '--temp-dir', 'segments', '--dry-run');
  });

  it('is refused with 4 while another run writes there', async () => {
    await ok('../orders.csv');
    const before = filesBelow(join(place, 'segments'));
    const lock = {
      segment: 'owner',
      pid: process.ppid,
      host: (await import('node:os')).hostname(),
      boot_id: null,
      started: null,
      token: 'x',
    };
    writeFileSync(join(place, 'segments', '.segment.lock'), `${JSON.stringify(lock)}\n`);
    const { stderr, exitCode } = await run('../orders.csv');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: `error: --out segments: another run is writing there (process ${process.ppid}). [output-locked]\nhint: wait until it is done, or name another folder with --out.\n`,
    });
    rmSync(join(place, 'segments', '.segment.lock'));
    expect(filesBelow(join(place, 'segments'))).toEqual(before);
  });
});

describe('odd paths', () => {
  it.each([
    'with a blank',
    "it's",
    'say "x"',
    'a[1]b',
    '{a,b}',
    'what?',
    'star*',
    'new\nline',
    'ünïcödé 数据',
    '%41 $HOME `x`',
    '#1;drop',
    'back\\slash',
    '-dash',
    '$1 :name',
  ])('%j as an input, a folder of inputs, --out, --temp-dir and --rejects', async (name) => {
    const table: Table = {
      columns: ['user_id', 'timestamp', 'event'],
      rows: [
        ['a', '2024-05-01', 'view'],
        ['b', '2024-05-02', 'view'],
        ['c', 'never', 'view'],
      ],
    };
    mkdirSync(join(place, name));
    mkdirSync(join(place, `${name} tmp`));
    writeFileSync(join(place, name, `${name}.csv`), csvText(table));
    // An argument that begins with a dash would be taken for a flag; mixed line ends are read from a spooled copy.
    const input = `./${name}/${name}.csv`;
    const places = ['--out', `./${name} out`, '--temp-dir', `./${name} tmp`, '--rejects', `./${name} rejects`];
    const { stdout } = await ok(input, ...places, ...(name.includes("'") ? [] : ['--segment-files', 'none']));
    expect(stdout).toContain('2 users');
    expect(rows(`../${name} out/members.csv`).map((row) => row['user_id'])).toEqual(['a', 'b']);
    expect(readFileSync(join(place, `${name} rejects`), 'utf8').split('\n')[0]).toBe('file,line,reason');
    expect(readdirSync(join(place, `${name} tmp`))).toEqual([]);
    const json = JSON.parse((await ok(`./${name}`, '--dry-run', '--json')).stdout) as { rejects: { file: string; line: number }[] };
    expect(json.rejects).toEqual([{ file: expect.stringContaining(name), line: 4, reason: expect.any(String) }]);
  });

  it('that match nothing as a pattern are still taken as written', async () => {
    writeFileSync(join(place, 'a[1].csv'), csvText({ columns: ['user_id', 'timestamp'], rows: [['bracket', '2024-05-01']] }));
    writeFileSync(join(place, 'a1.csv'), csvText({ columns: ['user_id', 'timestamp'], rows: [['plain', '2024-05-01']] }));
    await ok('a[1].csv');
    expect(rows('members.csv').map((row) => row['user_id'])).toEqual(['bracket']);
    await ok('*.csv');
    expect(rows('members.csv').map((row) => row['user_id'])).toEqual(['bracket', 'plain']);
  });
});

describe('what is printed', () => {
  it('--json is summary.json to the byte, and the warnings go to stderr', async () => {
    const { stdout, stderr } = await ok('../events.csv', '--json');
    expect(stdout).toBe(read('summary.json'));
    const { warnings } = JSON.parse(stdout) as { warnings: { code: string; message: string }[] };
    expect(warnings.length).toBeGreaterThan(2);
    expect(stderr.split('\n').slice(0, -1)).toEqual(warnings.map(({ code, message }) => `warning: ${message} [${code}]`));
    expect((await ok('../events.csv', '--json', '--dry-run')).stdout).toBe(stdout);
  });

  it('--quiet leaves stdout empty and the warnings on stderr', async () => {
    const { stdout, stderr } = await ok('../events.csv', '--quiet');
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^(warning: .* \[[a-z_]+\]\n)+$/);
  });

  it('without either, warnings are part of the summary and stderr is empty', async () => {
    const { stdout, stderr } = await ok('../events.csv');
    expect(stderr).toBe('');
    expect(stdout).toContain('[bad_amounts]');
  });
});

describe('an input that reads on', () => {
  it('a second currency far behind the head of a file is refused, with both named', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, index) =>
        `u${index % 50},2024-05-${String(1 + (index % 28)).padStart(2, '0')},${index % 100},${index % 3 === 0 ? 'USD' : 'usd'}\n`,
    );
    const head = 'user_id,timestamp,amount,currency\n';
    writeFileSync(join(place, 'alike.csv'), head + lines.join(''));
    await ok('alike.csv');
    const before = filesBelow(join(place, 'segments'));
    // Row 20,001 is the first of another currency; a row without an amount does not count.
    writeFileSync(join(place, 'two.csv'), `${head + lines.join('')}u1,2024-05-03,,GBP\nu1,2024-05-03,5,EUR\n`);
    expect(await run('two.csv')).toEqual({
      exitCode: 3,
      stdout: '',
      stderr:
        'error: The column "currency" holds more than one currency: EUR, USD. Their amounts cannot be added. [currencies-in-column]\nhint: count one of them with --currency EUR.\n',
    });
    expect(filesBelow(join(place, 'segments'))).toEqual(before);
    await ok('two.csv', '--currency', 'USD');
    expect(JSON.parse(read('summary.json'))).toMatchObject({
      warnings: expect.arrayContaining([{ code: 'other_currency', message: expect.any(String) }]),
    });
    await ok('two.csv', '--currency-column', 'none');
  });

  it('a second currency only in rows that are not used is none', async () => {
    writeFileSync(
      join(place, 'later.csv'),
      'user_id,timestamp,amount,currency\nu1,2024-05-01,5,EUR\nu1,2024-05-02,6,€\n,2024-05-02,7,USD\nu2,2024-05-09,8,USD\n',
    );
    // The head of the file shows both, which is refused whatever the as-of day.
    expect(await run('later.csv')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[currencies-mixed]') });
    const many = Array.from({ length: 10_001 }, (_, index) => `u${index},2024-05-01,5,${index % 2 === 0 ? 'EUR' : '€'}\n`).join('');
    writeFileSync(join(place, 'later.csv'), `user_id,timestamp,amount,currency\n${many},2024-05-02,7,USD\nu2,2024-05-09,8,USD\n`);
    await ok('later.csv', '--as-of', '2024-05-03');
    expect(await run('later.csv', '--as-of', '2024-05-09')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('EUR, USD') });
  });

  it('files in different currencies are refused as one input', async () => {
    writeFileSync(join(place, 'a.csv'), 'user_id,timestamp,amount\nu1,2024-05-01,5 €\n');
    writeFileSync(join(place, 'b.csv'), 'user_id,timestamp,amount\nu1,2024-05-01,£7\n');
    expect(await run('a.csv', 'b.csv')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/"amount" holds more than one currency: EUR, GBP\./),
    });
    await ok('a.csv', 'b.csv', '--currency', 'EUR');
  });
});
