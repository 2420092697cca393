import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { READERS } from '../../../src/input/readers/index.js';
import { findColumn, type ReadableFile, type ReadColumn } from '../../../src/input/readers/reader.js';
import { findInputFiles } from '../../../src/input/sources.js';
import { textOfColumn } from '../../../src/input/text-of-column.js';
import { decideTimeFormat } from '../../../src/input/time-format.js';
import { join as joinSql, sql } from '../../../src/sql/sql.js';
import { loadZoneOffsets } from '../../../src/time/zone-offsets.js';
import { WRITERS, writeFormat } from '../../support/formats.js';
import type { Table } from '../../support/messy-export.js';
import { useFolder } from '../../support/text-files.js';

const folder = useFolder();

const TABLE: Table = {
  columns: ['user_id', 'when', 'what', 'Größe "in" €'],
  rows: [
    ['007', '2024-01-01 10:00:00', 'a, "b"', '1e5'],
    ['12345678901234567890', '2024-01-02T10:00:00Z', 'line\nbreak', ''],
    [' é', 'yesterday', '', '1.50'],
    ['', 'yesterday', 'x', 'y'],
  ],
};

const PLAIN: Table = {
  columns: ['user_id', 'when'],
  rows: ['u1', 'u2', 'u3', 'u4', 'u5'].map((user) => [user, '2024-01-01 10:00:00']),
};

it('every format can be written by tests', () => {
  expect(READERS.map(({ format }) => format).sort()).toEqual(Object.keys(WRITERS).sort());
});

it('formats, titles and endings are told apart; CSV comes last, as it takes anything', () => {
  for (const values of [
    READERS.map(({ format }) => format),
    READERS.map(({ title }) => title),
    READERS.flatMap(({ endings }) => endings),
  ]) {
    expect(new Set(values).size).toBe(values.length);
  }
  expect(READERS.at(-1)?.format).toBe('csv');
});

describe.each(READERS.map((reader) => [reader.format, reader] as const))('%s', (format, reader) => {
  const [ending = ''] = reader.endings;

  async function withFile<T>(name: string, work: (file: ReadableFile, database: Database) => Promise<T>): Promise<T> {
    const [source] = await findInputFiles([name], folder.path);
    if (source === undefined) throw new Error('no file found');
    const database = await openDuckDb({
      memoryLimitBytes: 2 ** 28,
      tempDirectory: folder.spool,
      allowedPaths: [source.path],
      allowedDirectories: [folder.spool],
    });
    try {
      return await work(await reader.prepare(database, source, { maxExpand: 200, spoolDirectory: folder.spool }), database);
    } finally {
      database.close();
    }
  }

  it('is recognised by its content under any name, and found in folders by its endings', async () => {
    await mkdir(join(folder.path, format));
    for (const one of reader.endings) await writeFormat(format, TABLE, join(folder.path, format, `a${one.toUpperCase()}`), folder.spool);
    const found = await findInputFiles([format], folder.path);
    expect(found.map((file) => file.format)).toEqual(reader.endings.map(() => format));
    await writeFormat(format, TABLE, join(folder.path, `${format}.data`), folder.spool);
    expect(await findInputFiles([`${format}.data`], folder.path)).toMatchObject([{ format }]);
  });

  it('a name that promises it is refused with other content', async () => {
    for (const one of reader.endings) {
      const path = join(folder.path, `other${one}`);
      await writeFile(path, 'id,at\n1,2024-01-01\n');
      if (reader.promisedBy.includes(one))
        await expect(findInputFiles([path], folder.path)).rejects.toMatchObject({ code: 'not-as-named' });
      else expect(await findInputFiles([path], folder.path)).toMatchObject([{ format: 'csv' }]);
    }
  });

  it('gives its columns, its bytes’ hash and its values as they were written', async () => {
    const bytes = await writeFormat(format, TABLE, join(folder.path, `values${ending}`), folder.spool);
    await withFile(`values${ending}`, async (file, database) => {
      expect(file.columns.map(({ name }) => name).sort()).toEqual([...TABLE.columns].sort());
      expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const values = joinSql(
        TABLE.columns.map((name, index) => sql`coalesce(${textOfColumn(columnOf(file, name))}, '') as ${NAMES[index] ?? sql``}`),
      );
      const rows = await database.rows<Record<string, string>>(sql`
        select ${values} from ${reader.source([file], file.columns, { hasNamedPaths: false, isWhole: false })} as read_rows order by a, b, c, d`);
      const expected = [...TABLE.rows].sort(([left = ''], [right = '']) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(rows.map((row) => Object.values(row))).toEqual(expected);
      expect(file.records).toBe(TABLE.rows.length);
    });
  });

  it('gives its first records in their order', async () => {
    await writeFormat(format, TABLE, join(folder.path, `head${ending}`), folder.spool);
    await withFile(`head${ending}`, async (file, database) => {
      const head = await reader.openHead(database, file, 3);
      const columns = ['what', 'user_id'].map((name) => columnOf(file, name));
      expect(await head(columns)).toEqual([
        ['a, "b"', 'line\nbreak', ''],
        ['007', '12345678901234567890', ' é'],
      ]);
      expect(await head([])).toEqual([]);
    });
  });

  it('tells where a record stands whose time cannot be read, but not of one without a user', async () => {
    await writeFormat(format, TABLE, join(folder.path, `rejects${ending}`), folder.spool);
    await withFile(`rejects${ending}`, async (file, database) => {
      const timeColumn = columnOf(file, 'when');
      const userColumn = columnOf(file, 'user_id');
      const context = { file: '', column: 'when', command: '' };
      const time = decideTimeFormat(['2024-01-01 10:00:00'], { format: undefined }, context);
      const found = [];
      const question = { timeColumn, userColumn, time, zone: loadZoneOffsets('UTC') };
      for await (const batch of reader.findRejects(database, file, question)) found.push(...batch);
      expect(found).toEqual([{ line: expect.any(Number), reason: 'unreadable_time' }]);
      const text = reader.isText ? (await WRITERS[format]?.(TABLE, folder.spool))?.toString('utf8') : undefined;
      const line = text === undefined ? 3 : text.slice(0, text.indexOf(' é')).split('\n').length;
      expect(found[0]?.line).toBe(line);
    });
  });

  it('a file that was cut off is refused, or every record begun in it is counted, and a row unless it is the last', async () => {
    const bytes = await writeFormat(format, PLAIN, join(folder.path, `whole${ending}`), folder.spool);
    const linesBefore = lineCount(bytes) - PLAIN.rows.length;
    for (let length = 30; length < bytes.length; length += 7) {
      const cut = bytes.subarray(0, length);
      await writeFile(join(folder.path, `cut${ending}`), cut);
      const outcome = await withFile(`cut${ending}`, async (file, database) => {
        const [read] = await database.rows<{ rows: number }>(
          sql`select count(*) as rows from ${reader.source([file], file.columns, { hasNamedPaths: false, isWhole: false })} as read_rows`,
        );
        return { records: file.records, others: file.records - (read?.rows ?? 0) };
      }).catch((error: unknown) => error);
      if (!reader.isText || outcome instanceof Error) expect(outcome).toMatchObject({ kind: 'input' });
      else {
        expect(outcome).toMatchObject({ records: lineCount(cut) - linesBefore });
        expect([0, 1]).toContain((outcome as { others: number }).others);
      }
    }
  });
});

function columnOf(file: ReadableFile, name: string): ReadColumn {
  const column = findColumn(file.columns, name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return column;
}

function lineCount(bytes: Buffer): number {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '').length;
}

const NAMES = [sql`a`, sql`b`, sql`c`, sql`d`];
