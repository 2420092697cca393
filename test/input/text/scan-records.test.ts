import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { type ScannedRecord, scanRecords } from '../../../src/input/text/scan-records.js';
import type { TextFile } from '../../../src/input/text/text-file.js';
import { type Sql, sql } from '../../../src/sql/sql.js';
import { corpusPath, hasCorpora } from '../../support/shared-corpora.js';
import { prepare, prepareExisting, useFolder } from '../../support/text-files.js';

const folder = useFolder();

async function scan(file: TextFile, chunkBytes?: number): Promise<ScannedRecord[]> {
  const records: ScannedRecord[] = [];
  for await (const batch of scanRecords(file, chunkBytes)) {
    expect(batch.length).toBeLessThanOrEqual(2048);
    records.push(...batch);
  }
  return records;
}

it('leaves the header out, wherever it stands, and names physical lines', async () => {
  const file = await prepare(folder, '\ufeff\n  \n"id\nno",name\n1,a\n\n2\n"3\n",c\n4,d,e\n5,f\n');
  expect(file).toMatchObject({ header: ['id\nno', 'name'], headerLine: 3, blankLinesBeforeHeader: 2 });
  const records = await scan(file);
  expect(records).toEqual(await scan(file, 4));
  expect(records.map(({ line, fields, problem }) => [line, fields[0], problem])).toEqual([
    [5, '1', undefined],
    [7, '2', 'too-few-fields'],
    [8, '3\n', undefined],
    [10, '4', 'too-many-fields'],
    [11, '5', undefined],
  ]);
});

describe('against DuckDB in strict mode', () => {
  let database: Database;
  let temp = '';
  beforeAll(async () => {
    temp = await mkdtemp(join(tmpdir(), 'segment-engine-'));
    database = await openDuckDb({
      memoryLimitBytes: 512 * 1024 * 1024,
      tempDirectory: temp,
      allowedPaths: [],
      allowedDirectories: [`${folder.path}/`, `${folder.spool}/`],
      threads: 1,
    });
  });
  afterAll(async () => {
    database.close();
    await rm(temp, { recursive: true, force: true });
  });

  /** What DuckDB reads as two text columns, and the records it rejects. */
  async function engineReading(file: TextFile): Promise<{ rows: string[][]; rejects: { line: number; byte: number }[] }> {
    const read = (errors: Sql): Promise<{ a: string; b: string }[]> =>
      database.rows<{ a: string; b: string }>(sql`
      select coalesce(a, '') as a,
             coalesce(b, '') as b
      from read_csv(${file.readPath}, columns = {a: 'VARCHAR', b: 'VARCHAR'}, header = true, skip = ${file.blankLinesBeforeHeader},
        auto_detect = false, delim = ${file.delimiter}, quote = '"', escape = '"', strict_mode = true, null_padding = false, ${errors})`);
    const rows = await read(sql`store_rejects = true`);
    expect(await read(sql`ignore_errors = true, parallel = false`)).toEqual(rows);
    const rejects = await database.rows<{ line: number; byte: number }>(sql`
      select line, min(line_byte_position) as byte from reject_errors group by line order by line`);
    await database.run(sql`drop table if exists reject_errors`);
    await database.run(sql`drop table if exists reject_scans`);
    return { rows: rows.map(({ a, b }) => [a, b]), rejects };
  }

  /** Ours, in the engine's terms. */
  async function ourReading(file: TextFile): Promise<{ rows: string[][]; rejects: number[] }> {
    const rows: string[][] = [];
    const rejects: number[] = [];
    for await (const batch of scanRecords(file)) {
      for (const { fields, problem, line } of batch) {
        if (problem === undefined || problem === 'nul-byte') rows.push([...fields]);
        else rejects.push(line);
      }
    }
    expect(file.records).toBe(rows.length + rejects.length);
    return { rows, rejects };
  }

  it.each([
    ['blank lines', 'a,b\n1,2\n\n3,4\n\n\n5,6\n\n'],
    ['short and long records', 'a,b\n1\n1,2,3\n1,2,\n1,2,,\n1,2,""\n1,2,,3\n  \n3,4'],
    ['blanks around quotes', 'a,b\n1, "x"\n 1 ,"x" \n"x" "z",2\n1,  "x"\n'],
    ['text after quotes', 'a,b\n"x"y,2\n"x"y,"2\n3"\n"1"\t,x\n3,4\n'],
    ['quotes in the middle', 'a,b\n1,x"y"z\n3"",4"\n'],
    ['quoted line ends of every kind', 'a,b\n1,"x\r\ny"\n2,"x\ry"\n"3\n",4\n5\n'],
    ['CRLF with quoted line ends', 'a,b\r\n1,"x\ny"\r\n2\r\n\r\n3,"x\ry"\r\n'],
    ['mixed ends, spooled', 'a,b\r\n1,"x\r\ny"\n2\r3,4\r\n'],
    ['a header over two lines after blank ones', '\n  \n"a\nx",b\n1,2\n3\n'],
    ['a byte order mark', '\ufeff"a,x",b\n1,2\n3\n'],
    ['NUL', 'a,b\n1,x\0y\n3\n'],
    ['no line end at the end', 'a,b\n1,2\n3,"4"'],
    ['too long', `a,b\n1,2\n3,${'x'.repeat(1_999_997)}\n3,${'x'.repeat(1_999_998)}\n"4","${'y\n'.repeat(1_100_000)}"\n5,6\n`],
    ['too long, CRLF', `a,b\r\n1,2\r\n3,${'x'.repeat(1_999_996)}\r\n3,${'x'.repeat(1_999_997)}\r\n5,6\r\n`],
    ['semicolons', 'a;b\n1,5;"x;y"\n2;3;4\n'],
    ['several bytes', 'a||b\n1||2\n1|||2\n"1||2"||3\n1||2||3\n', '||'],
    ['a delimiter beyond ASCII', 'a§b\n1§"2§3"\né§\n', '§'],
  ])('%s', async (_, text, delimiter?: string) => {
    const file = await prepare(folder, text, { delimiter: delimiter ?? (text.includes(';b') ? ';' : ',') });
    const ours = await ourReading(file);
    const engine = await engineReading(file);
    expect(ours.rows).toEqual(engine.rows);
    expect(ours.rejects).toEqual(
      engine.rejects.map(({ byte }) => physicalLine(file.isSpooled ? text.replace(/\r(?!\ny)\n?/g, '\n') : text, byte)),
    );
  });

  it('agrees on random text', async () => {
    const end = fc.constantFrom('\n', '\r\n');
    const token = fc.constantFrom('a', 'é', '"', '"', '""', ',', ',', ' ', 'END', 'END', ';', '\t', 'x y', '"b"');
    await fc.assert(
      fc.asyncProperty(end, fc.array(token, { minLength: 1, maxLength: 20 }), fc.boolean(), async (lineEnd, tokens, closes) => {
        const text = `a,b${lineEnd}${tokens.join('').replaceAll('END', lineEnd)}${closes ? lineEnd : ''}`;
        const file = await prepare(folder, text, { delimiter: ',' }).catch((error: SegmentError) => error);
        // Refused at once: the head is the whole file.
        if (file instanceof SegmentError) {
          expect(file.code).toBe('unterminated-quote');
          return;
        }
        const ours = await ourReading(file);
        const engine = await engineReading(file);
        expect({ rows: ours.rows, rejects: ours.rejects.length }).toEqual({ rows: engine.rows, rejects: engine.rejects.length });
      }),
      { seed: 20261122, numRuns: 150 },
    );
  });

  it.skipIf(!hasCorpora)('shared/corpora/bad-inputs: ragged, embedded newlines, a huge field', async () => {
    const ragged = await scan(await prepareExisting(folder, corpusPath('bad-inputs/ragged.csv')));
    expect(ragged.filter(({ problem }) => problem !== undefined).map(({ line, problem }) => [line, problem])).toEqual([
      [3, 'too-few-fields'],
      [4, 'too-many-fields'],
    ]);
    const embedded = await scan(await prepareExisting(folder, corpusPath('bad-inputs/embedded-newlines.csv')));
    expect(embedded.map(({ line, fields }) => [line, fields[1]])).toEqual([
      [2, 'line one\nline two'],
      [4, 'crlf\r\ninside'],
      [6, 'say "hi", ok'],
      [7, 'plain'],
    ]);
    const huge = await scan(await prepareExisting(folder, corpusPath('bad-inputs/huge-field.csv')));
    expect(huge.map(({ line, problem }) => [line, problem])).toEqual([
      [2, undefined],
      [3, 'line-too-long'],
      [4, undefined],
    ]);
    const nul = await scan(await prepareExisting(folder, corpusPath('bad-inputs/nul-bytes.csv')));
    expect(nul.map(({ fields, problem }) => [fields[1], problem])).toEqual([
      ['a\0b', 'nul-byte'],
      ['b', undefined],
    ]);
  });
});

/** The physical line on which the record stands that DuckDB places at a byte, from 1; it may point at the line end before. */
function physicalLine(text: string, byte: number): number {
  const bytes = Buffer.from(text);
  let at = byte - 1;
  while (bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
  return bytes
    .subarray(0, at)
    .toString()
    .split(/\r\n|\n|\r/).length;
}
