import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join as joinPath, sep } from 'node:path';
import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { hashFile } from '../../files/hash-file.js';
import { ident, list, type Sql, sql } from '../../sql/sql.js';
import { isReadFailure } from '../read-failure.js';
import type { InputFile } from '../sources.js';
import type { TextOptions } from '../text/plain-text.js';
import { scriptCopy } from '../text/script-copy.js';
import { globLiteral } from './glob-literal.js';
import type { ReadableFile, Reader } from './reader.js';
import { PATH_NAME, typedColumns } from './typed-columns.js';
import { type NumberedRows, rejectedRows, sampleRows } from './typed-rows.js';

const MARK = 'PAR1';
/** Two marks and the length of the footer between them. */
const LEAST_BYTES = 12;

/** Parquet, read by the engine where it stands. */
export const parquetReader: Reader = {
  format: 'parquet',
  title: 'Parquet',
  endings: ['.parquet'],
  isText: false,
  promisedBy: ['.parquet'],
  recognises: ({ bytes }) => bytes.toString('latin1', 0, MARK.length) === MARK,
  refuseCut({ name, size }, tail) {
    if (size < LEAST_BYTES || !tail.toString('latin1').endsWith(MARK)) fail('parquet-cut', { file: name });
  },
  prepare: prepareParquetFile,
  source: (files, _columns, { hasNamedPaths }) =>
    parquetSource(
      files.map(({ source, scriptCopy: copy }) => (hasNamedPaths && copy !== undefined ? { ...source, path: copy.path } : source)),
    ),
  openHead: async (database, file, limit) => (columns) => sampleRows(database, numberedRows(file), columns, limit),
  findRejects: (database, file, question) => rejectedRows(database, numberedRows(file), question),
  async refuseDamaged(database, source) {
    try {
      await database.rows(sql`select bit_xor(hash(read_rows)) as hashes from ${parquetSource([source])} as read_rows`);
    } catch (error) {
      if (isReadFailure(error)) fail('parquet-unreadable', { file: source.name, why: error.message }, { cause: error });
      throw error;
    }
  },
};

/** The schema of a Parquet file, partition folders included as text columns. Error: `parquet-unreadable`. */
async function prepareParquetFile(
  database: Database,
  file: InputFile,
  { signal, head, spoolDirectory }: TextOptions,
): Promise<ReadableFile> {
  const sha256 = head === undefined ? await hashFile(file.path, signal) : '';
  try {
    const isBeginning = head !== undefined && (await countRows(database, file)) > head.rows;
    const names = await columnNames(database, file);
    const source = isBeginning ? await copyBeginning(database, file, head.rows, spoolDirectory) : file;
    const columns = await typedColumns(database, parquetSource([source]), names, source);
    return {
      source,
      sha256,
      isBeginning,
      columns,
      records: await countRows(database, source),
      hasPieces: false,
      layout: JSON.stringify([[...source.partitions], columns.map(({ name, type }) => [name, type])]),
      isReject: undefined,
      hasMixedLineEndings: false,
      scriptCopy: scriptCopy(source, 'utf-8', { hasOtherRecordEnds: false }),
    };
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    return fail('parquet-unreadable', { file: file.name, why: error.message }, { cause: error });
  }
}

/** The first rows as a file of their own, below folders of the same names: they may say what its partitions are. */
async function copyBeginning(database: Database, file: InputFile, rows: number, spoolDirectory: string): Promise<InputFile> {
  const folders = Math.max(0, ...file.partitions.values());
  const path = joinPath(spoolDirectory, randomUUID(), ...file.path.split(sep).slice(-folders - 1, -1), 'beginning.parquet');
  await mkdir(dirname(path), { recursive: true });
  await database.copy(sql`select * from read_parquet(${globLiteral(file.path)}, hive_partitioning = false) limit ${rows}`, path, {
    format: 'parquet',
  });
  return { ...file, path };
}

/** As they stand in the file: the engine tells columns apart that differ in case only by names of its own. */
async function columnNames(database: Database, source: InputFile): Promise<string[]> {
  const nodes = await database.rows<{ name: string; children: number | null }>(
    sql`select name, num_children as children from parquet_schema(${globLiteral(source.path)})`,
  );
  const names: string[] = [];
  let at = 1;
  const pass = (): void => {
    let children = nodes[at++]?.children ?? 0;
    for (; children > 0; children -= 1) pass();
  };
  while (at < nodes.length) {
    names.push(nodes[at]?.name ?? '');
    pass();
  }
  return names;
}

async function countRows(database: Database, source: InputFile): Promise<number> {
  const [counted] = await database.rows<{ records: number }>(sql`select count(*) as records from ${parquetSource([source])}`);
  return counted?.records ?? 0;
}

/** Reads Parquet files of one schema, and the path of each row's file where partitions are to be read from it. */
function parquetSource(files: readonly InputFile[]): Sql {
  const path = files.some(({ partitions }) => partitions.size > 0)
    ? sql`
        filename = ${PATH_NAME},`
    : sql``;
  return sql`read_parquet(
        ${list(files.map((file) => globLiteral(file.path)))},${path}
        hive_partitioning = false
      )`;
}

const ROW_NUMBER = 'file_row_number';

function numberedRows(file: ReadableFile): NumberedRows {
  const isTaken = file.columns.some(({ name }) => name.toLowerCase() === ROW_NUMBER);
  // A column of that name hides the engine's own number; a window without order keeps that of the file.
  const row = isTaken ? sql`row_number() over ()` : sql`${ident(ROW_NUMBER)} + 1`;
  return { table: parquetSource([file.source]), row };
}
