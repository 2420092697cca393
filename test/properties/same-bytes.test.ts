import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import type { Sql } from '../../src/sql/sql.js';
import {
  csvText,
  dealt,
  EVENT_TYPES,
  LOCAL_TYPES,
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
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'events with repeated ids': { table: messyEvents(1, 4000), types: EVENT_TYPES, flags: ['--files', 'all', '--keep', 'plan,is_trial', '--risk-event', 'payment_failed'] },
  'an order export': { table: messyOrders(2, 3000), types: ORDER_TYPES, flags: ['--keep', 'country', '--segment-files', 'full'] },
  'visits without money': { table: messyVisits(3, 3000), types: VISIT_TYPES, flags: ['--files', 'all'] },
  'local times around clock changes': { table: messyLocalTimes(4, 3000), types: LOCAL_TYPES, flags: ['--timezone', 'America/New_York'] },
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
  expect(run.manifest.outputs.filter(({ name }) => name !== 'summary.json')).toEqual(base.manifest.outputs.filter(({ name }) => name !== 'summary.json'));
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

describe.each(Object.entries(SHAPES))('%s: the same bytes', (name, { table, types, flags }) => {
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

  it.each([11, 12])('in another row order (seed %i)', async (seed) => {
    expectSame(await classify([write(`${slug}-shuffled.csv`, csvText(shuffled(table, seed)))], flags), base);
  });

  it.each([2, 7])('in %i files with columns in other orders', async (parts) => {
    expectSame(await classify(writeParts(`${slug}-${parts}`, dealt(shuffled(table, parts), parts)), [...flags, '--threads', '2']), base);
  });

  it('as typed Parquet, in one file, in three, and one of them as CSV', async () => {
    // What does not fit a type of Parquet cannot be in it: those rows are compared without.
    const kept = { ...table, rows: table.rows.filter((row) => row.every((cell, index) => isOfType(cell, table.columns[index] ?? ''))) };
    const text = await classify([write(`${slug}-fitting.csv`, csvText(kept))], flags);
    const whole = join(folder, `${slug}.parquet`);
    await writeParquet(whole, kept, types);
    expectSame(await classify([whole], flags), text);
    const parts = dealt(shuffled(kept, 5), 3);
    const paths: string[] = [];
    for (const [index, part] of parts.entries()) {
      const at = join(folder, `${slug}-part-${index}.${index === 1 ? 'csv' : 'parquet'}`);
      if (index === 1) writeFileSync(at, csvText(part));
      else await writeParquet(at, part, types);
      paths.push(at);
    }
    expectSame(await classify(paths, [...flags, '--threads', '4']), text);
  });

  it('with 2 and 4 threads, little and much memory', async () => {
    expectSame(await classify([path], [...flags, '--threads', '2', '--memory-limit', '256MB']), base);
    expectSame(await classify([path], [...flags, '--threads', '4', '--memory-limit', '2GB']), base);
  });

  it('with CRLF, as gzip, as TSV with a byte order mark', async () => {
    expectSame(await classify([write(`${slug}-crlf.csv`, csvText(table, '\r\n'))], flags), base);
    expectSame(await classify([write(`${slug}.csv.gz`, gzipSync(csvText(table)))], flags), base);
    expectSame(await classify([write(`${slug}.tsv`, `\uFEFF${csvText(table, '\n', '\t')}`)], flags), base);
  });

  it('with another place for temporary files, and whatever is shown', async () => {
    const place = join(folder, `${slug} temporary`);
    mkdirSync(place);
    expectSame(await classify([path], [...flags, '--temp-dir', place, '--progress', 'plain', '--no-color', '--quiet']), base);
    expectSame(await classify([path], [...flags, '--json', '--rejects', join(place, 'rejects.csv'), '--max-expand', '300']), base);
  });
});

/** Whether the texts of these columns survive the types they have in Parquet. */
function isOfType(cell: string, column: string): boolean {
  if (column === 'revenue' && cell === 'oops') return false;
  return true;
}

describe('the hash of the settings', () => {
  let path: string;
  let base: Run;
  beforeAll(async () => {
    path = write('hash.csv', csvText(messyOrders(9, 400)));
    base = await classify([path]);
  });

  it.each([
    [['--lookback', '90']],
    [['--lookback', 'all']],
    [['--scoring', 'quantile']],
    [['--as-of', '2024-11-01']],
    [['--timezone', 'Asia/Tokyo']],
    [['--set', 'new.days=20']],
    [['--keep', 'country']],
    [['--files', 'all']],
    [['--segment-files', 'none']],
    [['--format', 'parquet']],
    [['--spreadsheet-safe']],
    [['--order-column', 'none']],
    [['--churn-event', 'gone']],
    [['--value-column', 'none']],
    [['--decimal', '.']],
  ])('is another with %j', async (flags) => {
    expect((await classify([path], flags)).manifest.settings_hash).not.toBe(base.manifest.settings_hash);
  });

  it('tells what was frozen, not from which path', async () => {
    const frozen = await classify([path], ['--freeze', join(base.out, 'manifest.json')]);
    expect(frozen.manifest.settings_hash).not.toBe(base.manifest.settings_hash);
    const copy = write('copied-manifest.json', readFileSync(join(base.out, 'manifest.json')));
    expect((await classify([path], ['--freeze', copy])).manifest.settings_hash).toBe(frozen.manifest.settings_hash);
    const other = await classify([path], ['--as-of', '2024-10-01']);
    const fromOther = await classify([path], ['--freeze', join(other.out, 'manifest.json')]);
    expect(fromOther.manifest.settings_hash).not.toBe(frozen.manifest.settings_hash);
  });
});
