import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RecordBatch, RecordBatchReader, tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPTIONS } from '../../../src/config/options.js';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import type { OutputFolder } from '../../../src/membership/publish/output-folder.js';
import { type MembershipFileOptions, writeMembershipFiles } from '../../../src/membership/write-members.js';
import { type MemberFormat, WRITERS } from '../../../src/membership/writers/index.js';
import { sql } from '../../../src/sql/sql.js';
import { makePlace, open } from '../publish/output-sets.js';
import { canMountSmallDisk, withSmallDisk } from '../publish/small-disk.js';

const COLUMNS = ['user_id', 'status', 'monetary', 'whole_money', 'orders', 'first_seen', 'say "hi", é'];
const FORMATS = Object.keys(WRITERS) as MemberFormat[];

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

function openWith(threads = 2): Promise<Database> {
  return openDuckDb({
    threads,
    memoryLimitBytes: 1e9,
    tempDirectory: place.path,
    allowedPaths: [],
    allowedDirectories: [folder.stagingDirectory],
  });
}

function write(format: MemberFormat, change: Partial<MembershipFileOptions> = {}): ReturnType<typeof writeMembershipFiles> {
  return writeMembershipFiles(database, folder, {
    format,
    segmentFiles: 'full',
    segmentations: [{ name: 'status', column: 'status', segments: ['new', 'active', 'lost'], idColumns: ['user_id'] }],
    memberColumns: COLUMNS,
    keepColumns: [],
    spreadsheetSafe: false,
    ...change,
  });
}

/** Users whose values try every corner: signs, empty and missing texts, days before 1970, numbers no double holds. */
async function makeMembers(): Promise<void> {
  await database.run(sql`create table members (user_id varchar, status varchar, monetary decimal(38, 6), whole_money decimal(38, 0),
    orders bigint, first_seen date, "say ""hi"", é" varchar)`);
  await database.run(sql`insert into members values
    ('', 'new', 12.5, 7, 0, date '1969-12-31', ''),
    (${'\u0000\u0001 "\\/\n\r\t\u2028\u007f'}, 'new', -0.000001, -7, -1, date '0001-01-01', null),
    ('007', 'active', 0, null, 9007199254740993, date '2024-02-29', '=1+1'),
    ('1e5', 'active', '99999999999999999999999999999999.999999', '99999999999999999999999999999999999999', 9223372036854775807, date '9999-12-31', 'null'),
    ('NULL', 'new', '-99999999999999999999999999999999.999999', '-99999999999999999999999999999999999999', ${-(2n ** 63n)}, date '1970-01-01', '{"a":1}'),
    ('a', 'active', null, null, null, null, null),
    (${`é日本𝒳${'x'.repeat(70_000)}`}, 'new', 18446744073709.551616, 18446744073709551616, 1, date '2026-06-30', ${"'"})`);
}

function path(name: string): string {
  return folder.stagedPath(name);
}

/** The rows of a file as the texts that stand in the CSV; null where there is no value. */
const READERS: Readonly<Record<MemberFormat, (file: string) => Promise<(string | null)[][]>>> = {
  // csv-parse does not tell "" from nothing; the engine does.
  csv: async (file) =>
    (
      await database.rows<
        Record<string, string | null>
      >(sql`from read_csv(${file}, all_varchar = true, header = true, delim = ',', quote = '"',
      escape = '"', nullstr = '', allow_quoted_nulls = false, max_line_size = 1000000, strict_mode = true)`)
    ).map((row) => Object.values(row)),
  parquet: async (file) =>
    (await database.rows<Record<string, string | number | bigint | null>>(sql`from read_parquet(${file})`)).map((row) =>
      Object.entries(row).map(([name, value]) => (value === null ? null : csvText(name, String(value)))),
    ),
  arrow: async (file) => {
    const table = tableFromIPC(readFileSync(file));
    return Array.from({ length: table.numRows }, (_, row) =>
      table.schema.fields.map(({ name }, index) => {
        const value: unknown = table.getChildAt(index)?.get(row);
        return value === null || value === undefined ? null : csvText(name, arrowText(name, value));
      }),
    );
  },
  jsonl: async (file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => jsonCells(line)),
};

/** Money with at least 2 decimals, zeros beyond dropped. */
function csvText(name: string, text: string): string {
  if (name === 'whole_money') return `${text}.00`;
  return name === 'monetary' ? text.replace(/(\.\d\d\d*?)0*$/, '$1') : text;
}

function arrowText(name: string, value: unknown): string {
  if (value instanceof Uint32Array) {
    const words = [...value].map(BigInt);
    const unsigned = words.reduce((sum, word, index) => sum | (word << BigInt(32 * index)), 0n);
    const number = BigInt.asIntN(128, unsigned);
    const scale = name === 'monetary' ? 6 : 0;
    const digits = (number < 0n ? -number : number).toString().padStart(scale + 1, '0');
    const cut = digits.length - scale;
    return `${number < 0n ? '-' : ''}${digits.slice(0, cut)}${scale === 0 ? '' : `.${digits.slice(cut)}`}`;
  }
  if (name !== 'first_seen') return String(value);
  return new Date(Number(value)).toISOString().slice(0, 10);
}

/** The cells of a line, numbers as the text that stands there. */
function jsonCells(line: string): (string | null)[] {
  const quoted = line.replace(/(?<!\\)":(-?\d+(?:\.\d+)?)(?=[,}])/g, '":"$1"');
  return Object.values(JSON.parse(quoted) as Record<string, string | null>);
}

describe('every format', () => {
  it('is one that --format takes', () => {
    expect(OPTIONS.format.value.choices).toEqual(FORMATS);
  });

  it.each(FORMATS)('%s holds the same cells as the CSV', async (format) => {
    await makeMembers();
    const asCsv = await write('csv');
    const written = await write(format, { spreadsheetSafe: format !== 'csv' });
    expect(written).toEqual(asCsv.map(({ name, rows }) => ({ name: name.replace('.csv', `.${format}`), rows })));
    expect(written.map(({ rows }) => rows)).toEqual([7, 4, 3, 0]);
    for (const [index, { name }] of written.entries()) {
      const expected = await READERS.csv(path(asCsv[index]?.name ?? ''));
      expect(expected).toHaveLength(asCsv[index]?.rows ?? -1);
      expect(await READERS[format](path(name)), name).toEqual(expected);
    }
  });

  // Several batches, and segments whose rows lie all over the table.
  it.each(FORMATS)('%s has the same bytes at any number of threads', async (format) => {
    const hashes: Record<string, string>[] = [];
    for (const threads of [1, 2, 4]) {
      database.close();
      database = await openWith(threads);
      await database.run(sql`create table members as select printf('%07d', i) as user_id, ['new', 'active', 'lost'][(hash(i) % 3 + 1)::integer] as status,
        (i % 977)::decimal(38, 6) as monetary from range(140000) numbers(i) order by user_id`);
      const written = await write(format, { memberColumns: ['user_id', 'status', 'monetary'] });
      expect(written[0]?.rows).toBe(140_000);
      hashes.push(
        Object.fromEntries(
          written.map(({ name }) => [
            name,
            createHash('sha256')
              .update(readFileSync(path(name)))
              .digest('hex'),
          ]),
        ),
      );
      for (const { name } of written) rmSync(path(name));
    }
    expect(hashes[1]).toEqual(hashes[0]);
    expect(hashes[2]).toEqual(hashes[0]);
  });

  it.each(FORMATS)('%s has a file for a segment that nobody is in, with the columns where the format has any', async (format) => {
    await makeMembers();
    await write(format, { segmentFiles: 'ids' });
    const file = path(`status/lost.${format}`);
    if (format === 'jsonl') expect(readFileSync(file, 'utf8')).toBe('');
    else expect(await headings(format, file)).toEqual(['user_id']);
  });

  it.each(FORMATS)('%s names the file when it cannot be written', async (format) => {
    await makeMembers();
    const gone: OutputFolder = { ...folder, directory: folder.directory, stagedPath: (name) => join(folder.stagingDirectory, 'no', name) };
    await expect(
      writeMembershipFiles(database, gone, {
        format,
        segmentFiles: 'none',
        segmentations: [],
        memberColumns: ['user_id'],
        keepColumns: [],
        spreadsheetSafe: false,
      }),
    ).rejects.toMatchObject({ code: 'output-failed', message: expect.stringContaining(`segments/members.${format}`) as string });
  });

  it.skipIf(!canMountSmallDisk()).each(FORMATS)(
    '%s names the file when the disk is full (needs the right to mount a small tmpfs)',
    async (format) => {
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
        await database.run(sql`create table members as select md5(i::varchar) as user_id from range(200000) numbers(i) order by user_id`);
        await expect(
          writeMembershipFiles(database, full, {
            format,
            segmentFiles: 'none',
            segmentations: [],
            memberColumns: ['user_id'],
            keepColumns: [],
            spreadsheetSafe: false,
          }),
        ).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining(`segments/members.${format}`) as string });
        await full.discard();
      });
    },
  );
});

async function headings(format: MemberFormat, file: string): Promise<string[]> {
  if (format === 'csv') return (parse(readFileSync(file)) as string[][])[0] ?? [];
  if (format === 'arrow') return tableFromIPC(readFileSync(file)).schema.fields.map(({ name }) => name);
  const described = await database.rows<{ column_name: string }>(
    sql`select column_name from (describe select * from read_parquet(${file}))`,
  );
  return described.map((column) => column.column_name);
}

describe('JSON Lines', () => {
  it('are one object a line, in the order of the columns, numbers as in the CSV', async () => {
    await database.run(sql`create table members as select * from (values
      ('a"b', 'new', 12.5::decimal(38, 4), 3::bigint, date '2026-06-29', ''),
      ('c', 'new', null, null, null, null)) as rows(user_id, status, monetary, orders, first_seen, "pl""an")`);
    await write('jsonl', { memberColumns: ['user_id', 'monetary', 'orders', 'first_seen'], keepColumns: ['pl"an'], segmentations: [] });
    expect(readFileSync(path('members.jsonl'), 'utf8')).toBe(
      '{"user_id":"a\\"b","monetary":12.50,"orders":3,"first_seen":"2026-06-29","pl\\"an":""}\n' +
        '{"user_id":"c","monetary":null,"orders":null,"first_seen":null,"pl\\"an":null}\n',
    );
  });
});

describe('Arrow', () => {
  it('has the types of members', async () => {
    await makeMembers();
    await write('arrow');
    const bytes = readFileSync(path('members.arrow'));
    expect([bytes.subarray(0, 6).toString(), bytes.subarray(-6).toString()]).toEqual(['ARROW1', 'ARROW1']);
    const { schema } = tableFromIPC(bytes);
    expect(schema.fields.map(({ type, nullable }) => `${type} ${nullable}`)).toEqual([
      'Utf8 true',
      'Utf8 true',
      'Decimal[38e+6] true',
      'Decimal[38e0] true',
      'Int64 true',
      'Date32<DAY> true',
      'Utf8 true',
    ]);
  });

  it('ends a batch after 65536 rows, and earlier when its text grows large', async () => {
    await database.run(
      sql`create table members as select printf('%07d', i) as user_id, 'new' as status from range(150000) numbers(i) order by user_id`,
    );
    await write('arrow', { memberColumns: ['user_id'], segmentations: [] });
    expect(batchRows('members.arrow')).toEqual([65_536, 65_536, 150_000 - 2 * 65_536]);
    // 70,000 bytes a user: 959 users pass 2^26 bytes, and the text is looked at after every 64 users: 15 × 64 = 960.
    await database.run(sql`create or replace table members as select printf('%04d', i) || repeat('x', 69996) as user_id, 'new' as status
      from range(1000) numbers(i) order by user_id`);
    rmSync(path('members.arrow'));
    await write('arrow', { memberColumns: ['user_id'], segmentations: [] });
    expect(batchRows('members.arrow')).toEqual([960, 40]);
  });

  it('never writes over a file', async () => {
    await makeMembers();
    writeFileSync(path('members.arrow'), 'mine');
    await expect(write('arrow', { segmentations: [] })).rejects.toMatchObject({ code: 'output-failed' });
    expect(readFileSync(path('members.arrow'), 'utf8')).toBe('mine');
  });
});

function batchRows(name: string): number[] {
  const batches: RecordBatch[] = [...RecordBatchReader.from(readFileSync(path(name)))];
  return batches.map((batch) => batch.numRows);
}
