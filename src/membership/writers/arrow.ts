import { type FileHandle, open } from 'node:fs/promises';
import type * as ApacheArrow from 'apache-arrow';
import type { ColumnChunk } from '../../engine/database.js';
import { ident, join, sql } from '../../sql/sql.js';
import { PRIVATE_MODE } from '../publish/file-operations.js';
import { type ArrowColumn, arrowColumn, BATCH_ROWS } from './arrow-column.js';
import type { MemberColumn, Writer } from './writer.js';

type Arrow = typeof ApacheArrow;

/** Text of one column at which a batch ends early, so that neither memory nor its 32-bit offsets run out. */
const BATCH_TEXT_BYTES = 2 ** 26;
/** The text is looked at after every so many rows of a batch, wherever the engine's chunks end. */
const STEP_ROWS = 64;

/** An Arrow IPC file (Feather V2), not compressed, in the types of `members`: Utf8, Date32, Int64, Bool and Decimal128. */
export const arrow: Writer = {
  writesMoneyAsText: false,
  needsSortedRows: false,
  selectList: (columns) => join(columns.map(({ name }) => sql`${ident(name)} as ${ident(name)}`)),
  async write(database, query, path, columns) {
    const file = await open(path, 'wx', PRIVATE_MODE);
    try {
      return await writeBatches(await import('apache-arrow'), file, columns, database.chunks(query));
    } finally {
      await file.close();
    }
  },
};

/** Batches end after the same rows however the engine cuts its chunks, so its threads change no byte. */
async function writeBatches(
  apache: Arrow,
  file: FileHandle,
  members: readonly MemberColumn[],
  chunks: AsyncIterable<ColumnChunk>,
): Promise<number> {
  const columns = members.map(({ name, type }) => ({ name, column: arrowColumn(apache, type) }));
  const schema = new apache.Schema(columns.map(({ name, column }) => new apache.Field(name, column.type, true)));
  const out = openParts(apache, schema, file);
  let total = 0;
  let rows = 0;
  const endBatch = async (): Promise<void> => {
    const children = columns.map(({ column }) => column.take(rows));
    const data = apache.makeData({ type: new apache.Struct(schema.fields), length: rows, nullCount: 0, children });
    await out.write(new apache.RecordBatch(schema, data));
    total += rows;
    rows = 0;
  };

  for await (const chunk of chunks) {
    const length = chunk[0]?.length ?? 0;
    for (let from = 0; from < length; ) {
      const to = Math.min(length, from + STEP_ROWS - (rows % STEP_ROWS));
      for (const [index, { column }] of columns.entries()) column.add(chunk[index] ?? [], from, to, rows);
      rows += to - from;
      from = to;
      if (rows % STEP_ROWS === 0 && (rows === BATCH_ROWS || columns.some(({ column }) => isFull(column)))) await endBatch();
    }
  }
  if (rows > 0) await endBatch();
  await out.end();
  return total;
}

function isFull(column: ArrowColumn): boolean {
  return column.textBytes() >= BATCH_TEXT_BYTES;
}

/** The package's own streams do not wait for the disk: here each batch is on its way there before the next is made. */
function openParts(
  apache: Arrow,
  schema: ApacheArrow.Schema,
  file: FileHandle,
): { write(batch: ApacheArrow.RecordBatch): Promise<void>; end(): Promise<void> } {
  const parts: Uint8Array[] = [];
  class Parts extends apache.AsyncByteQueue {
    override write(bytes: Uint8Array): void {
      parts.push(bytes);
    }
  }
  const flush = async (): Promise<void> => {
    for (const part of parts.splice(0)) await file.writeFile(part);
  };
  const writer = new apache.RecordBatchFileWriter();
  writer.reset(new Parts(), schema);
  return {
    async write(batch) {
      writer.write(batch);
      await flush();
    },
    async end() {
      writer.close();
      await flush();
    },
  };
}
