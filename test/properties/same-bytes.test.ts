import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import type { Sql } from '../../src/sql/sql.js';
import { arrowBytes } from '../support/arrow-file.js';
import {
  csvText,
  dealt,
  EVENT_TYPES,
  jsonlText,
  LOCAL_TYPES,
  manyUsers,
  messyEvents,
  messyLocalTimes,
  messyOrders,
  messyVisits,
  ORDER_TYPES,
  shuffled,
  type Table,
  VISIT_TYPES,
  writeParquet,
} from '../support/messy-export.js';
import { setBelow } from '../support/output-files.js';
import { runCli } from '../support/run-cli.js';

interface Shape {
  readonly table: Table;
  readonly types: Readonly<Record<string, Sql>>;
  readonly flags: readonly string[];
  /** Whether files of another format are also read beside CSV. */
  readonly isMixed?: boolean;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'events with repeated ids': {
    table: messyEvents(1, 4000),
    types: EVENT_TYPES,
    flags: ['--files', 'all', '--keep', 'plan,is_trial', '--risk-event', 'payment_failed'],
    isMixed: true,
  },
  'an order export': { table: messyOrders(2, 3000), types: ORDER_TYPES, flags: ['--keep', 'country', '--segment-files', 'full'] },
  'visits without money': { table: messyVisits(3, 3000), types: VISIT_TYPES, flags: ['--segment-files', 'none', '--no-proof'] },
  'local times around clock changes': {
    table: messyLocalTimes(4, 3000),
    types: LOCAL_TYPES,
    flags: ['--timezone', 'America/New_York', '--segment-files', 'none', '--no-proof'],
    isMixed: true,
  },
};

let folder: string;
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'segment-bytes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly out: string;
  /** Every file but the manifest and the summary, by name. */
  readonly files: Record<string, string>;
  readonly summary: Record<string, unknown>;
  readonly manifest: { settings_hash: string; edges: unknown; population_gaps: unknown; outputs: { name: string }[] };
}

async function classify(inputs: readonly string[], flags: readonly string[] = []): Promise<Run> {
  runs += 1;
  const out = join(folder, `out-${runs}`);
  const argv = ['classify', ...inputs, '--out', out, '--max-rejects', '100%', ...flags];
  const { stderr, exitCode } = await runCli(argv, { now: new Date('2026-07-01T00:00:00Z') });
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(await verifyOutputs(out)).toEqual([]);
  const { 'summary.json': summary = '', ...files } = setBelow(out);
  return { out, files, summary: comparable(JSON.parse(summary)), manifest: JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) };
}

/** Without what may differ: rejects, columns, preset, and warnings that name files. */
function comparable(summary: { warnings: { code: string }[] } & Record<string, unknown>): Record<string, unknown> {
  const { rejects: _rejects, columns: _columns, preset: _preset, warnings, ...rest } = summary;
  return { ...rest, warnings: warnings.filter(({ code }) => code !== 'mixed_line_endings' && code !== 'float_ids') };
}

function expectSame(run: Run, base: Run): void {
  expect(Object.keys(run.files)).toEqual(Object.keys(base.files));
  const different = Object.keys(base.files).filter((name) => run.files[name] !== base.files[name]);
  expect(different).toEqual([]);
  expect(run.summary).toEqual(base.summary);
  expect(run.manifest.edges).toEqual(base.manifest.edges);
  expect(run.manifest.population_gaps).toEqual(base.manifest.population_gaps);
  expect(run.manifest.outputs.filter(({ name }) => name !== 'summary.json')).toEqual(
    base.manifest.outputs.filter(({ name }) => name !== 'summary.json'),
  );
  expect(run.manifest.settings_hash).toBe(base.manifest.settings_hash);
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function writeParts(name: string, tables: readonly Table[]): string[] {
  return tables.map((table, index) => write(`${name}-${index}.csv`, csvText(table)));
}

describe.each(Object.entries(SHAPES))('%s: the same bytes', (name, { table, types, flags, isMixed }) => {
  let base: Run;
  let path: string;
  const slug = name.replaceAll(' ', '-');
  beforeAll(async () => {
    path = write(`${slug}.csv`, csvText(table));
    base = await classify([path], [...flags, '--threads', '1']);
  });

  it('holds what it should: several statuses, every row accounted for', () => {
    const { users, rows } = base.summary as { users: number; rows: Record<string, number> };
    expect(users).toBeGreaterThan(80);
    expect(rows['total']).toBe(table.rows.length);
    const statuses = new Set(base.files['members.csv']?.split('\n').map((line) => line.split(',')[1]));
    expect(statuses.size).toBeGreaterThan(3);
  });

  it('in another row order', async () => {
    expectSame(await classify([write(`${slug}-shuffled.csv`, csvText(shuffled(table, 11)))], flags), base);
  });

  it('in 7 files with columns in other orders', async () => {
    expectSame(await classify(writeParts(slug, dealt(shuffled(table, 7), 7)), [...flags, '--threads', '2']), base);
  });

  it('as typed Parquet, and with a part of it as CSV', async () => {
    // What does not fit a type of Parquet cannot be in it: those rows are compared without.
    const fitting = { ...table, rows: table.rows.filter((row) => !row.includes('oops')) };
    const text = fitting.rows.length === table.rows.length ? base : await classify([write(`${slug}-fitting.csv`, csvText(fitting))], flags);
    const [left, right] = dealt(shuffled(fitting, 5), 2);
    if (left === undefined || right === undefined) throw new Error('two parts');
    await writeParquet(join(folder, `${slug}.parquet`), left, types);
    await writeParquet(join(folder, `${slug}-right.parquet`), right, types);
    expectSame(await classify([join(folder, `${slug}.parquet`), join(folder, `${slug}-right.parquet`)], flags), text);
    if (isMixed !== true) return;
    expectSame(await classify([join(folder, `${slug}.parquet`), ...writeParts(`${slug}-right`, [right])], flags), text);
  });

  it('as typed Arrow, a file and a stream, and with a part of it as CSV', async () => {
    const fitting = { ...table, rows: table.rows.filter((row) => !row.includes('oops')) };
    const text = fitting.rows.length === table.rows.length ? base : await classify([write(`${slug}-whole.csv`, csvText(fitting))], flags);
    const [left, right] = dealt(shuffled(fitting, 9), 2);
    if (left === undefined || right === undefined) throw new Error('two parts');
    const file = write(`${slug}.arrow`, arrowBytes(left, { types }));
    const stream = write(`${slug}.arrows`, arrowBytes(right, { types, isStream: true, batchRows: 61 }));
    expectSame(await classify([file, stream], flags), text);
    expectSame(await classify([write(`${slug}.feather`, arrowBytes(table))], flags), base);
    if (isMixed !== true) return;
    expectSame(await classify([file, ...writeParts(`${slug}-beside`, [right])], flags), text);
  });

  it('as JSON Lines, with a part of it as CSV, and as one list', async () => {
    const [left, right] = dealt(shuffled(table, 6), 2);
    if (left === undefined || right === undefined) throw new Error('two parts');
    const lines = write(`${slug}-left.jsonl`, jsonlText(left));
    expectSame(await classify([lines, write(`${slug}-right.ndjson`, jsonlText(right))], flags), base);
    const list = `[${jsonlText(shuffled(table, 8)).trimEnd().replaceAll('\n', ',\r\n')}]`;
    expectSame(await classify([write(`${slug}.json.gz`, gzipSync(list))], flags), base);
    if (isMixed !== true) return;
    expectSame(await classify([lines, ...writeParts(`${slug}-rest`, [right])], flags), base);
  });

  it('with CRLF within gzip', async () => {
    expectSame(await classify([write(`${slug}.csv.gz`, gzipSync(csvText(table, '\r\n')))], flags), base);
  });
});

describe('events: the same bytes', () => {
  const { table, flags } = SHAPES['events with repeated ids'] as Shape;
  let base: Run;
  let path: string;
  beforeAll(async () => {
    path = write('events.csv', csvText(table));
    base = await classify([path], flags);
  });

  it('in files that have only the columns they need', async () => {
    const bare = ['event_id', 'user_id', 'event', 'timestamp', 'is_trial'];
    const isBare = (row: readonly string[]): boolean => row[4] === '' && row[5] === '' && row[6] === '';
    const indexes = bare.map((name) => table.columns.indexOf(name));
    const few: Table = { columns: bare, rows: table.rows.filter(isBare).map((row) => indexes.map((index) => row[index] ?? '')) };
    const rest: Table = { columns: table.columns, rows: table.rows.filter((row) => !isBare(row)) };
    expect(few.rows.length).toBeGreaterThan(100);
    expectSame(await classify(writeParts('sets', [few, rest]), flags), base);
  });

  it('with CR as line end, as TSV with a byte order mark, in UTF-16', async () => {
    expectSame(await classify([write('cr.csv', csvText(table, '\r'))], flags), base);
    expectSame(await classify([write('events.tsv', `\uFEFF${csvText(table, '\n', '\t')}`)], flags), base);
    expectSame(await classify([write('wide.csv', Buffer.from(`\uFEFF${csvText(table)}`, 'utf16le'))], flags), base);
  });

  it('with another place for temporary files, and whatever is shown', async () => {
    const place = join(folder, 'temporary');
    mkdirSync(place);
    expectSame(await classify([path], [...flags, '--temp-dir', place, '--progress', 'plain', '--no-color', '--quiet']), base);
    expectSame(await classify([path], [...flags, '--json', '--rejects', join(place, 'rejects.csv'), '--max-expand', '300']), base);
  });
});

describe('more rows than one thread takes at once: the same bytes', () => {
  const flags = ['--keep', 'plan'];
  let base: Run;
  let path: string;
  beforeAll(async () => {
    path = write('many.csv', csvText(manyUsers(17, 230_000, 180_000)));
    base = await classify([path], [...flags, '--threads', '1', '--memory-limit', '2GB']);
  });

  it('with 4 threads and little memory', async () => {
    expectSame(await classify([path], [...flags, '--threads', '4', '--memory-limit', '256MB']), base);
  });

  it('and the members stand in the bytewise order of their ids', () => {
    const ids = (base.files['members.csv'] ?? '')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.slice(0, line.indexOf(',')));
    expect(ids.length).toBeGreaterThan(122_880);
    expect(ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id)).toBe(true);
  });
});

describe('a segment of more users than one row group of Parquet holds: the same bytes', () => {
  let path: string;
  beforeAll(() => {
    // Three of four only looked: 123,750 users in one segment, with the buyers between them.
    const rows = Array.from({ length: 165_000 }, (_, user) => [
      `u${user}`,
      user % 4 === 0 ? 'purchase' : 'view',
      `2024-05-0${1 + (user % 7)}`,
    ]);
    path = write('one-segment.csv', csvText({ columns: ['user_id', 'event', 'date'], rows }));
  });

  it.each(['parquet', 'arrow'])('as %s', async (format) => {
    const flags = ['--format', format, '--no-proof'];
    const one = await classify([path], [...flags, '--threads', '1', '--memory-limit', '2GB']);
    expectSame(await classify([path], [...flags, '--threads', '4', '--memory-limit', '256MB']), one);
  });
});

describe('the hash of the settings', () => {
  let path: string;
  let base: Run;
  beforeAll(async () => {
    path = write('hash.csv', csvText(messyOrders(9, 400)));
    base = await classified();
  });

  const classified = (flags: readonly string[] = []): Promise<Run> => classify([path], ['--no-proof', '--segment-files', 'none', ...flags]);

  it.each([
    [['--lookback', 'all']],
    [['--as-of', '2024-11-01']],
    [['--timezone', 'Asia/Tokyo']],
    [['--set', 'new.days=20']],
    [['--keep', 'country']],
    [['--segment-files', 'full']],
    [['--format', 'parquet']],
    [['--format', 'jsonl']],
    [['--order-column', 'none']],
    [['--churn-event', 'gone']],
  ])('is another with %j', async (flags) => {
    expect((await classified(flags)).manifest.settings_hash).not.toBe(base.manifest.settings_hash);
  });

  it('tells what was frozen, not from which path', async () => {
    const frozen = await classified(['--freeze', join(base.out, 'manifest.json')]);
    expect(frozen.manifest.settings_hash).not.toBe(base.manifest.settings_hash);
    const copy = write('copied-manifest.json', readFileSync(join(base.out, 'manifest.json')));
    expect((await classified(['--freeze', copy])).manifest.settings_hash).toBe(frozen.manifest.settings_hash);
    const other = await classified(['--as-of', '2024-10-01']);
    const fromOther = await classified(['--freeze', join(other.out, 'manifest.json')]);
    expect(fromOther.manifest.settings_hash).not.toBe(frozen.manifest.settings_hash);
  });
});
