import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { readerOf } from '../../src/input/readers/index.js';
import { findInputFiles } from '../../src/input/sources.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { corpusPath, hasCorpora } from '../support/shared-corpora.js';
import { spawnCli } from '../support/spawn-cli.js';

const CLASSIFY_MANY = fileURLToPath(new URL('../support/classify-many.ts', import.meta.url));
const HANG_MS = 20_000;
const FILES_PER_CHILD = 12;
const KEPT_COLUMNS = 6;

const folder = makeRunFolder();
afterAll(folder.remove);

function filesOf(part: string, suffix: string): string[] {
  if (!hasCorpora) return [];
  return readdirSync(corpusPath(part))
    .filter((name) => name.endsWith(suffix))
    .sort();
}

/** An end a person can do something with: an answer, or a refusal with its code and, where there is one, the line. */
function expectClearEnd(file: string, { exitCode, stderr }: { exitCode: number; stderr: string }): void {
  expect([0, 2, 3, 4], `${file}: ${stderr}`).toContain(exitCode);
  if (exitCode !== 0) expect(stderr).toMatch(/^error: [\s\S]+ \[[a-z0-9-]+\]\n/);
  expect(Buffer.byteLength(stderr)).toBeLessThan(4096);
}

describe.skipIf(!hasCorpora)('shared/corpora', () => {
  describe.each([
    ['csv-spectrum', 'csv-spectrum/csvs'],
    ['csv-test-data', 'csv-test-data/csv'],
  ])('%s', (_, part) => {
    it.each(filesOf(part, '.csv'))(
      '%s',
      async (name) => {
        const path = corpusPath(`${part}/${name}`);
        expectClearEnd(name, await runCli(['classify', path, '--dry-run']));
        const [first = '', second = first] = (await readFile(path, 'utf8')).split(/\r?\n/, 1)[0]?.split(',') ?? [];
        const flags = ['--user-column', first || 'x', '--time-column', second || 'x', '--time-format', '%d', '--max-rejects', '100%'];
        expectClearEnd(name, await runCli(['classify', path, '--dry-run', ...flags]));
      },
      HANG_MS,
    );
  });

  describe.each(['data', 'bad_data'])('parquet-testing/%s', (part) => {
    const names = filesOf(`parquet-testing/${part}`, '.parquet');
    const batches = Array.from({ length: Math.ceil(names.length / FILES_PER_CHILD) }, (_, index) =>
      names.slice(index * FILES_PER_CHILD, (index + 1) * FILES_PER_CHILD),
    );

    // What the engine does in native code could end its process: each batch has one of its own.
    it.each(batches.map((batch) => [batch[0], batch.at(-1), batch] as const))(
      '%s to %s',
      async (_first, _last, batch) => {
        const lines: { name: string; argv: string[] }[] = [];
        for (const name of batch) {
          const plain = ['classify', corpusPath(`parquet-testing/${part}/${name}`), '--dry-run', '--memory-limit', '512MB'];
          lines.push({ name, argv: plain }, { name, argv: await everyColumn(part, name) });
        }
        const { stdout, exitCode } = await spawnCli([JSON.stringify(lines.map(({ argv }) => argv))], {
          script: CLASSIFY_MANY,
          meanwhile: (child) => setTimeout(() => child.kill('SIGKILL'), HANG_MS * batch.length).unref(),
        });
        const ends = stdout.trim().split('\n');
        expect(exitCode, `ended at ${lines[ends.length]?.name}`).toBe(0);
        expect(ends).toHaveLength(lines.length);
        for (const [index, end] of ends.entries()) expectClearEnd(lines[index]?.name ?? '', JSON.parse(end));
      },
      HANG_MS * FILES_PER_CHILD,
    );
  });
});

/** A run that reads the columns of a file to their end: the time comes from the folder's name. */
async function everyColumn(part: string, name: string): Promise<string[]> {
  const base = join(folder.path, part, name);
  const day = join(base, 'dt=2024-01-01');
  mkdirSync(day, { recursive: true });
  symlinkSync(corpusPath(`parquet-testing/${part}/${name}`), join(day, name));
  const [user, value, ...others] = await columnsOf(base);
  return [
    ...['classify', base, '--dry-run', '--time-column', 'dt', '--max-rejects', '100%', '--memory-limit', '512MB'],
    ...(user === undefined ? [] : ['--user-column', user]),
    ...['--value-column', value ?? 'none', '--event-column', 'none', '--event-id-column', 'none'],
    ...others.slice(0, KEPT_COLUMNS).flatMap((column) => ['--keep', column]),
  ];
}

async function columnsOf(path: string): Promise<string[]> {
  const [file] = await findInputFiles([path], path).catch(() => []);
  if (file === undefined) return [];
  const options = { memoryLimitBytes: 2 ** 28, tempDirectory: folder.path, allowedPaths: [file.path], allowedDirectories: [] };
  const database = await openDuckDb(options);
  try {
    const { columns } = await readerOf(file.format).prepare(database, file, { maxExpand: 200, spoolDirectory: folder.path });
    const single = columns.flatMap((column) => (column.isNested ? (column.leaves ?? []) : [column]));
    return single.map((column) => column.name).filter((column) => column !== 'dt' && !column.includes(','));
  } catch {
    return [];
  } finally {
    database.close();
  }
}
