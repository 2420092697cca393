import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import type { OutputFolder } from '../../src/membership/publish/output-folder.js';
import { type MembershipFileOptions, writeMembershipFiles } from '../../src/membership/write-members.js';
import { sql } from '../../src/sql/sql.js';
import { DRAFT, makePlace, open, snapshot } from './publish/output-sets.js';
import { canMountSmallDisk, withSmallDisk } from './publish/small-disk.js';

const PAYLOADS = '../shared/corpora/csv-injection-payloads';

let place: ReturnType<typeof makePlace>;
let folder: OutputFolder;
let database: Database;
beforeEach(async () => {
  place = makePlace();
  folder = await open(join(place.path, 'segments'));
  database = await openWith();
});
afterEach(async () => {
  database.close();
  await folder.discard();
  place.remove();
});

function openWith(threads = 2, memoryLimitBytes = 1e9): Promise<Database> {
  return openDuckDb({
    threads,
    memoryLimitBytes,
    tempDirectory: place.path,
    allowedPaths: [],
    allowedDirectories: [folder.stagingDirectory],
  });
}

function options(change: Partial<MembershipFileOptions> = {}): MembershipFileOptions {
  return {
    format: 'csv',
    segmentFiles: 'ids',
    segmentations: [{ name: 'status', column: 'status', segments: ['new', 'active', 'loyal'], idColumns: ['user_id', 'status_reason'] }],
    memberColumns: ['user_id', 'status', 'status_reason', 'monetary'],
    keepColumns: [],
    spreadsheetSafe: false,
    ...change,
  };
}

async function makeMembers(): Promise<void> {
  await database.run(
    sql`create table members (user_id varchar, status varchar, status_reason varchar, monetary decimal(38, 4), plan varchar, first_seen date)`,
  );
  await database.run(sql`insert into members values
    ('007', 'new', 'first_seen', 12.5, 'pro', date '2026-06-29'),
    ('7', 'active', 'active', 0, null, date '2026-01-02'),
    ('Zoe', 'new', 'first_seen', null, '', null),
    ('ann', 'active', 'active', 1.2345, 'a,b', date '2026-01-02')`);
}

function read(name: string): string {
  return readFileSync(folder.stagedPath(name), 'utf8');
}

describe('the files', () => {
  it('are members and one file a segment, also for the empty ones', async () => {
    await makeMembers();
    const files = await writeMembershipFiles(database, folder, options({ keepColumns: ['plan'] }));
    expect(files).toEqual([
      { name: 'members.csv', rows: 4 },
      { name: 'status/new.csv', rows: 2 },
      { name: 'status/active.csv', rows: 2 },
      { name: 'status/loyal.csv', rows: 0 },
    ]);
    expect(read('members.csv')).toBe(
      'user_id,status,status_reason,monetary,plan\n007,new,first_seen,12.50,pro\n7,active,active,0.00,\nZoe,new,first_seen,,""\nann,active,active,1.2345,"a,b"\n',
    );
    expect(read('status/new.csv')).toBe('user_id,status_reason,plan\n007,first_seen,pro\nZoe,first_seen,""\n');
    expect(read('status/loyal.csv')).toBe('user_id,status_reason,plan\n');
  });

  it('hold all columns of members, or are none, as asked', async () => {
    await makeMembers();
    await writeMembershipFiles(database, folder, options({ segmentFiles: 'full', memberColumns: ['user_id', 'monetary', 'first_seen'] }));
    expect(read('status/active.csv')).toBe('user_id,monetary,first_seen\n7,0.00,2026-01-02\nann,1.2345,2026-01-02\n');
    const files = await writeMembershipFiles(database, folder, options({ segmentFiles: 'none' }));
    expect(files.map((file) => file.name)).toEqual(['members.csv']);
  });

  it('of Parquet keep the types', async () => {
    await makeMembers();
    const files = await writeMembershipFiles(
      database,
      folder,
      options({ format: 'parquet', spreadsheetSafe: true, memberColumns: ['user_id', 'monetary', 'first_seen'] }),
    );
    expect(files.map((file) => `${file.name} ${file.rows}`)).toEqual([
      'members.parquet 4',
      'status/new.parquet 2',
      'status/active.parquet 2',
      'status/loyal.parquet 0',
    ]);
    const path = folder.stagedPath('members.parquet');
    expect(await database.rows(sql`select column_type from (describe select * from read_parquet(${path}))`)).toEqual([
      { column_type: 'VARCHAR' },
      { column_type: 'DECIMAL(38,4)' },
      { column_type: 'DATE' },
    ]);
    const [row] = await database.rows<{ n: number }>(
      sql`select count(*) as n from read_parquet(${folder.stagedPath('status/loyal.parquet')})`,
    );
    expect(row?.n).toBe(0);
  });

  it('of segments with any name are told apart and stay in the folder', async () => {
    const segments = ['A', 'a', '../../x', 'CON', 'x\ny', '日本', ''];
    await database.run(
      sql`create table members as select 'u' || i as user_id, s as plan from (select unnest(${sql`[${sql`'A'`}, 'a', '../../x', 'CON', ${'x\ny'}, '日本', '']`}) as s, unnest(range(7)) as i) order by user_id`,
    );
    const files = await writeMembershipFiles(
      database,
      folder,
      options({
        memberColumns: ['user_id', 'plan'],
        segmentations: [{ name: 'property:plan', column: 'plan', segments, idColumns: ['user_id'] }],
      }),
    );
    expect(files.slice(1).map((file) => file.rows)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    await folder.publish(files, DRAFT);
    expect(Object.keys(snapshot(join(place.path, 'segments'))).filter((name) => name.startsWith('property'))).toHaveLength(8);
    expect(readdirSync(place.path)).toEqual(['segments']);
  });
});

describe('CSV', () => {
  const HOSTILE = [
    ' ann',
    '"',
    '""',
    '#x',
    "'",
    '-',
    '007',
    '1e5',
    '=1+1',
    'NULL',
    'a\nb',
    'a\r\nb',
    'a\rb',
    'a b ',
    'a"b',
    'a#b',
    'a,b',
    'a;b',
    'a\\b',
    'null',
    '\t',
    '\u0000z',
    '\u00a0x',
    '\u2028',
    '\uFEFFx',
    '\\N',
    '\\',
    '日本',
    '𝒳',
  ];

  it('gives every id back byte for byte', async () => {
    await database.run(sql`create table members (user_id varchar, status varchar, status_reason varchar, monetary decimal(38, 4))`);
    const ids = HOSTILE.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    for (const id of ids) await database.run(sql`insert into members values (${id}, 'new', ${id}, 1)`);
    await writeMembershipFiles(database, folder, options());
    const rows = parse(read('members.csv'), { columns: true }) as { user_id: string; status_reason: string }[];
    expect(rows.map((row) => row.user_id)).toEqual(ids);
    expect(rows.map((row) => row.status_reason)).toEqual(ids);
    expect((parse(read('status/new.csv')) as string[][]).slice(1).map((row) => row[0])).toEqual(ids);
  });

  it('quotes only delimiters, quotes, line ends, the comment sign and empty texts', async () => {
    await database.run(sql`create table members (user_id varchar, status varchar, status_reason varchar, monetary decimal(38, 4))`);
    for (const id of HOSTILE) await database.run(sql`insert into members values (${id}, 'new', ${''}, null)`);
    await writeMembershipFiles(database, folder, options());
    const text = read('status/new.csv');
    for (const id of HOSTILE.filter((value) => !/[",\r\n#]/.test(value))) expect(text).toContain(`\n${id},""\n`);
    expect(text).toContain('\n"a""b",""\n');
  });

  // Written: at least 2 decimals, zeros beyond dropped. 10^14 is the first whole amount that 18 digits with 4 decimals do not hold.
  const AMOUNTS: readonly (readonly [string, string])[] = [
    ['1', '1.00'],
    ['1.5', '1.50'],
    ['1.25', '1.25'],
    ['1.23', '1.23'],
    ['1.234', '1.234'],
    ['1.2345', '1.2345'],
    ['10', '10.00'],
    ['100.1', '100.10'],
    ['-0.5', '-0.50'],
    ['-0.0001', '-0.0001'],
    ['0', '0.00'],
    ['0.001', '0.001'],
    ['-1000', '-1000.00'],
    ['99999999999999.9999', '99999999999999.9999'],
  ];

  it.each([
    ['narrow', []],
    [
      'wide',
      [
        ['100000000000000', '100000000000000.00'],
        ['-9999999999999999999999999999999999.9', '-9999999999999999999999999999999999.90'],
      ],
    ],
  ] as const)('writes %s money', async (_, more) => {
    const amounts = [...AMOUNTS, ...more];
    await database.run(sql`create table members (user_id varchar, status varchar, status_reason varchar, monetary decimal(38, 4))`);
    for (const [value] of amounts) await database.run(sql`insert into members values ('u', 'new', 'r', ${value}::decimal(38, 4))`);
    await writeMembershipFiles(database, folder, options({ memberColumns: ['monetary'], segmentFiles: 'full' }));
    expect(read('members.csv').split('\n').slice(1, -1)).toEqual(amounts.map(([, text]) => text));
    expect(read('status/new.csv')).toBe(read('members.csv'));
  });

  it('writes money of any scale', async () => {
    await database.run(sql`create table members as select 7::decimal(38, 0) as a, ${`1${'0'.repeat(37)}`}::decimal(38, 0) as b, 7.5::decimal(38, 1) as c, 7.5::decimal(10, 1) as d,
      '1.0000000001'::decimal(38, 10) as e, '123456789012345678.5'::decimal(38, 10) as f, '0.000000000012'::decimal(38, 12) as g, 7.25::decimal(4, 2) as h, null::decimal(38, 4) as i, 7.5::decimal(18, 12) as j`);
    await writeMembershipFiles(database, folder, options({ memberColumns: [...'abcdefghij'], segmentations: [] }));
    expect(read('members.csv')).toBe(
      `a,b,c,d,e,f,g,h,i,j\n7.00,1${'0'.repeat(37)}.00,7.50,7.50,1.0000000001,123456789012345678.50,0.000000000012,7.25,,7.50\n`,
    );
  });

  it('writes headings of any text, and whole numbers as they are', async () => {
    await database.run(sql`create table members as select 'u' as user_id, 5::bigint as orders, 'x' as "a ""b"", c", 'y' as "=cmd"`);
    await writeMembershipFiles(
      database,
      folder,
      options({ memberColumns: ['user_id', 'orders'], keepColumns: ['a "b", c', '=cmd'], segmentations: [] }),
    );
    expect(read('members.csv')).toBe('user_id,orders,"a ""b"", c",=cmd\nu,5,x,y\n');
  });
});

describe('--spreadsheet-safe', () => {
  it('puts a quote before texts that a spreadsheet would compute, in cells and headings, not before numbers', async () => {
    const texts = ['=1+1', '+49 30', '-5', '@SUM(A1)', '\tx', '\rx', '＝1', '＋1', '－1', '＠x', 'a=b', "'=1", '', '5'];
    await database.run(sql`create table members (user_id varchar, monetary decimal(38, 4), "=plan" varchar, status varchar)`);
    for (const text of texts) await database.run(sql`insert into members values (${text}, -5, ${text}, 'new')`);
    const safe = { spreadsheetSafe: true, memberColumns: ['user_id', 'monetary'], keepColumns: ['=plan'], segmentFiles: 'full' as const };
    await writeMembershipFiles(database, folder, options(safe));
    const expected = texts.map((text, index) => (index < 10 ? `'${text}` : text));
    const rows = parse(read('members.csv')) as string[][];
    expect(rows[0]).toEqual(['user_id', 'monetary', "'=plan"]);
    expect(rows.slice(1)).toEqual(expected.map((text) => [text, '-5.00', text]));
    expect(read('status/new.csv')).toBe(read('members.csv'));
  });

  it.skipIf(!existsSync(PAYLOADS))(`leaves no cell that begins a formula (${PAYLOADS})`, async () => {
    const lines = readdirSync(join(PAYLOADS, 'Intruder'))
      .flatMap((name) => readFileSync(join(PAYLOADS, 'Intruder', name), 'utf8').split('\n'))
      .filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(4);
    await database.run(sql`create table members (user_id varchar, status varchar)`);
    for (const line of lines) await database.run(sql`insert into members values (${line}, 'new')`);
    await writeMembershipFiles(database, folder, options({ spreadsheetSafe: true, memberColumns: ['user_id'], segmentations: [] }));
    const cells = (parse(read('members.csv')) as string[][]).flat();
    expect(cells.length).toBe(lines.length + 1);
    for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
  });
});

describe('the order of rows', () => {
  it.each([
    [2, 1e9],
    [4, 1e9],
    [4, 64e6],
  ])('is that of the table with %i threads and %i bytes', async (threads, memory) => {
    database.close();
    database = await openWith(threads, memory);
    // Three row groups of the engine, so that several threads write at once.
    await database.run(sql`create table members as select
        hash(i)::varchar as user_id,
        ['new', 'active', 'loyal'][(hash(i, 1) % 3 + 1)::integer] as status,
        'reason' as status_reason,
        (i % 1000)::decimal(38, 4) as monetary
      from range(250000) numbers(i)
      order by user_id`);
    const files = await writeMembershipFiles(database, folder, options());
    expect(files[0]?.rows).toBe(250_000);
    for (const { name } of files) {
      const ids = read(name)
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0] ?? '');
      const isSorted = ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id);
      expect(isSorted, name).toBe(true);
    }
  });
});

describe('hostile folders', () => {
  it.each(['with \'quotes\' and "more"', 'we[1]rd*?.{a,b}', 'line\nbreak', 'ünïcödé 日本語', '%s $(x) ; -- '])(
    "%j take the engine's files",
    async (name) => {
      const hostile = await open(join(place.path, name));
      database.close();
      database = await openDuckDb({
        memoryLimitBytes: 1e9,
        tempDirectory: place.path,
        allowedPaths: [],
        allowedDirectories: [hostile.stagingDirectory],
      });
      await makeMembers();
      await hostile.publish(await writeMembershipFiles(database, hostile, options()), DRAFT);
      expect(Object.keys(snapshot(join(place.path, name)))).toEqual([
        '.gitignore',
        'manifest.json',
        'members.csv',
        'status/',
        'status/active.csv',
        'status/loyal.csv',
        'status/new.csv',
      ]);
    },
  );
});

describe('failing', () => {
  it('names the file when the folder is gone', async () => {
    await makeMembers();
    const path = folder.stagedPath('members.csv');
    rmSync(folder.stagingDirectory, { recursive: true });
    const gone: OutputFolder = { ...folder, directory: folder.directory, stagedPath: () => path };
    await expect(writeMembershipFiles(database, gone, options())).rejects.toMatchObject({
      code: 'output-failed',
      message: expect.stringMatching(/segments\/members\.csv could not be written: no such file or directory/) as string,
    });
  });

  it.skipIf(!canMountSmallDisk())('names the file when the disk is full (needs the right to mount a small tmpfs)', async () => {
    const disk = join(place.path, 'disk');
    await withSmallDisk(disk, '600k', async () => {
      const full = await open(join(disk, 'segments'));
      database.close();
      database = await openDuckDb({
        memoryLimitBytes: 1e9,
        tempDirectory: place.path,
        allowedPaths: [],
        allowedDirectories: [full.stagingDirectory],
      });
      await database.run(sql`create table members as select 'user number ' || i as user_id, 'new' as status, 'r' as status_reason, 1::decimal(38, 4) as monetary
        from range(40000) numbers(i) order by user_id`);
      await expect(writeMembershipFiles(database, full, options())).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining('segments/members.csv') as string,
      });
      await full.discard();
      expect(readdirSync(disk)).toEqual([]);
    });
  });
});
