import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Database, TypedRows } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { shellWord } from '../../errors/shell-word.js';
import { hashFile } from '../../files/hash-file.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import { ArrowCut, ArrowFault, fault } from '../arrow/arrow-fault.js';
import { type ArrowLayout, FILE_MARK, findMessages, readBatches } from '../arrow/arrow-messages.js';
import type { ArrowField } from '../arrow/arrow-schema.js';
import { BatchCursor, type Unpack } from '../arrow/batch-cursor.js';
import { type ColumnReader, columnReader, type Dictionaries, UnreadableType, valueReader, valuesOf } from '../arrow/column-reader.js';
import { distinctNames } from '../arrow/distinct-names.js';
import { unpackLz4 } from '../arrow/lz4-frame.js';
import type { InputFile } from '../sources.js';
import type { TextOptions } from '../text/plain-text.js';
import { type ScriptCopy, scriptCopy } from '../text/script-copy.js';
import { globLiteral } from './glob-literal.js';
import type { ReadableFile, Reader, SourceOptions } from './reader.js';
import { PATH, PATH_NAME, typedColumns } from './typed-columns.js';
import { type NumberedRows, rejectedRows, sampleRows } from './typed-rows.js';

interface ArrowFile extends ReadableFile {
  /** The engine's table of the rows of all files of this layout. */
  readonly table: string;
  /** Tells the rows of the file from those of the others. */
  readonly number: number;
  /** Of its first row in the table, from 0. */
  readonly firstRow: number;
}

const NUMBER_NAME = 'number of the file';
const NUMBER = ident(NUMBER_NAME);
const ROW_NAME = 'row of the file';
const ROW = ident(ROW_NAME);
/** The beginning of a message, and so of a stream. */
const CONTINUATION = '\xff\xff\xff\xff';
/** Feather before Arrow had a format of files. */
const OLD_FEATHER = 'FEA1';

let lastNumber = 0;

/** Arrow IPC files (Feather), and streams: the engine does not read them, so their batches are put into a table of it. */
export const arrowReader: Reader<ArrowFile> = {
  format: 'arrow',
  title: 'Arrow',
  endings: ['.arrow', '.arrows', '.ipc', '.feather'],
  isText: false,
  promisedBy: ['.arrow', '.arrows', '.ipc', '.feather'],
  recognises: ({ bytes }) => [FILE_MARK, CONTINUATION, OLD_FEATHER].some((mark) => bytes.toString('latin1', 0, mark.length) === mark),
  refuseCut: () => undefined,
  prepare: prepareArrowFile,
  source: arrowSource,
  openHead: async (database, file, limit) => (columns) => sampleRows(database, numberedRows(file), columns, limit),
  findRejects: (database, file, question) => rejectedRows(database, numberedRows(file), question),
  refuseDamaged: async () => undefined,
};

/** Reads an Arrow file from its first to its last batch. Errors: `arrow-unreadable`, `arrow-cut`, `arrow-type`, `arrow-expands`, `old-feather`. */
async function prepareArrowFile(database: Database, source: InputFile, { maxExpand, signal }: TextOptions): Promise<ArrowFile> {
  const sha256 = await hashFile(source.path, signal);
  const file = await open(source.path, 'r');
  try {
    if (await isOldFeather(file)) fail('old-feather', { file: source.name });
    const layout = await findMessages(file, source.size);
    const { fields } = layout;
    const readers = fields.map((field) => readerOf(field));
    const names = distinctNames(
      fields.map(({ name }) => name),
      [NUMBER_NAME, ROW_NAME, PATH_NAME],
    );
    const key = JSON.stringify([[...source.partitions], names, readers.map(({ type }) => type.withLiterals().compile().text)]);
    const table = `arrow ${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
    const types = readers.map(({ type }, index) => sql`${ident(names[index] ?? '')} ${type}`);
    await database.run(sql`create temp table if not exists ${ident(table)} (${join([...types, sql`${NUMBER} integer`])})`.withLiterals());
    const [counted] = await database.rows<{ rows: number }>(sql`select count(*) as rows from ${ident(table)}`);
    lastNumber += 1;
    const number = lastNumber;
    const budget = new Budget(source, maxExpand);
    await database.append(table, typedRows(file, layout, readers, number, budget, signal));
    return {
      source,
      sha256,
      columns: await typedColumns(
        database,
        arrowRows(table, [{ number, source }]),
        fields.map(({ name }) => name),
        source,
      ),
      records: layout.rows,
      hasPieces: false,
      layout: key,
      isReject: undefined,
      hasMixedLineEndings: false,
      scriptCopy: parquetCopy(source, layout),
      table,
      number,
      firstRow: counted?.rows ?? 0,
    };
  } catch (error) {
    if (error instanceof ArrowCut) return fail('arrow-cut', { file: source.name }, { cause: error });
    if (error instanceof ArrowFault) return fail('arrow-unreadable', { file: source.name, why: error.message }, { cause: error });
    if (error instanceof RangeError) return fail('arrow-unreadable', { file: source.name, why: rangeReason(error) }, { cause: error });
    throw error;
  } finally {
    await file.close();
  }

  function readerOf(field: ArrowField): ColumnReader {
    try {
      return columnReader(field);
    } catch (error) {
      if (!(error instanceof UnreadableType)) throw error;
      return fail('arrow-type', { file: source.name, column: field.name, type: error.message });
    }
  }
}

function rangeReason(error: RangeError): string {
  return /allocation failed|array length/i.test(error.message)
    ? 'one of its batches does not fit into memory'
    : 'its metadata leads out of itself';
}

async function isOldFeather(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(OLD_FEATHER.length), 0, OLD_FEATHER.length, 0);
  return buffer.toString('latin1', 0, bytesRead) === OLD_FEATHER;
}

/** How much compressed buffers may hold together. */
class Budget {
  readonly #source: InputFile;
  readonly #maxExpand: number;
  #bytes = 0;

  constructor(source: InputFile, maxExpand: number) {
    this.#source = source;
    this.#maxExpand = maxExpand;
  }

  take(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxExpand * this.#source.size) fail('arrow-expands', { file: this.#source.name, times: this.#maxExpand });
  }
}

/** The rows of the batches, with the number of the file. */
async function* typedRows(
  file: FileHandle,
  layout: ArrowLayout,
  readers: readonly ColumnReader[],
  number: number,
  budget: Budget,
  signal: AbortSignal | undefined,
): AsyncGenerator<TypedRows> {
  const { fields } = layout;
  if (layout.rows > 0 && fields.every(({ type }) => type.kind === 'null')) fault('none of its columns can hold a value');
  const dictionaryFields = new Map(
    allFields(fields).flatMap((field) => (field.dictionary === undefined ? [] : [[field.dictionary.id, field] as const])),
  );
  const dictionaries: Dictionaries = new Map();
  for await (const batch of readBatches(file, layout)) {
    signal?.throwIfAborted();
    const cursor = new BatchCursor(batch, await unpackerOf(batch.header.codec), (bytes) => budget.take(bytes));
    if (batch.dictionary !== undefined) {
      const { id, isDelta } = batch.dictionary;
      const field = dictionaryFields.get(id) ?? fault('it has a dictionary that no column uses');
      const values = valuesOf(valueReader(field).read(cursor, dictionaries));
      dictionaries.set(id, isDelta ? [...(dictionaries.get(id) ?? []), ...values] : values);
      cursor.end();
      continue;
    }
    const { rows } = batch.header;
    const columns = readers.map((reader) => {
      const read = reader.read(cursor, dictionaries);
      if (read.rows !== rows) fault('its columns are not equally long');
      return read.column;
    });
    cursor.end();
    const numbers = new Int32Array(rows).fill(number);
    yield { rows, columns: [...columns, { kind: 'fixed', width: 4, bytes: new Uint8Array(numbers.buffer), present: undefined }] };
  }
}

/** The decoder of zstd is loaded when there is some. */
async function unpackerOf(codec: 'lz4' | 'zstd' | undefined): Promise<Unpack> {
  return codec === 'zstd' ? (await import('../arrow/zstd-buffer.js')).unpackZstd : unpackLz4;
}

function allFields(fields: readonly ArrowField[]): ArrowField[] {
  return fields.flatMap((field) => [field, ...allFields(field.children)]);
}

function arrowSource(files: readonly ArrowFile[], _columns: unknown, { hasNamedPaths }: SourceOptions): Sql {
  const [first] = files;
  if (first === undefined) throw new RangeError('no file to read');
  return hasNamedPaths ? copiedRows(files) : arrowRows(first.table, files);
}

/** The rows of files in their table, and the path of each row's file where partitions are to be read from it. */
function arrowRows(table: string, files: readonly Pick<ArrowFile, 'number' | 'source'>[]): Sql {
  const numbers = files.map(({ number }) => sql`${number}`);
  const paths = files.map(({ source }) => source.path);
  const path = files.some(({ source }) => source.partitions.size > 0)
    ? sql`,
               ${list(paths)}[list_position(${list(numbers)}, ${NUMBER})] as ${PATH}`
    : sql``;
  return sql`(
        select *${path}
        from ${ident(table)}
        where ${NUMBER} in (${join(numbers)})
      )`;
}

/** The same rows in the copies that a printed script reads. */
function copiedRows(files: readonly ArrowFile[]): Sql {
  const path = files.some(({ source }) => source.partitions.size > 0)
    ? sql`,
        filename = ${PATH_NAME}`
    : sql``;
  return sql`read_parquet(
        ${list(files.map(({ source, scriptCopy: copy }) => globLiteral(copy?.path ?? source.path)))},
        hive_partitioning = false${path}
      )`;
}

function numberedRows(file: ArrowFile): NumberedRows {
  return {
    table: sql`(select *, rowid - ${file.firstRow} + 1 as ${ROW} from ${ident(file.table)} where ${NUMBER} = ${file.number}) as read_rows`,
    row: ROW,
  };
}

/** DuckDB reads no Arrow by itself: the file as Parquet, by way of pyarrow. */
function parquetCopy(source: InputFile, { isStream }: ArrowLayout): ScriptCopy {
  // What was piped in, or lies in an archive, must be a file first.
  const taken = scriptCopy(source, 'utf-8', { hasOtherRecordEnds: false });
  const path = taken?.path ?? source.path;
  const copy = `${path}.parquet`;
  const part = isStream ? 'ipc' : 'feather';
  const read = isStream ? 'pyarrow.ipc.open_stream(open(i, "rb")).read_all()' : 'pyarrow.feather.read_table(i)';
  const program = `import sys, pyarrow.${part}, pyarrow.parquet; _, i, o = sys.argv; pyarrow.parquet.write_table(${read}, o)`;
  const make = `python3 -c '${program}' ${shellWord(path)} ${shellWord(copy)}`;
  return { path: copy, command: taken === undefined ? make : `${taken.command} && ${make}` };
}
