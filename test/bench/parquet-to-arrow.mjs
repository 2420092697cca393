// Copies a Parquet file of the demo as an Arrow file with the same types, a batch of 65,536 rows at most.
// node parquet-to-arrow.mjs FILE COPY
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  DateDay,
  Decimal,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

const [file, copy] = process.argv.slice(2);
const BATCH_ROWS = 65_536;

/** What a type of the engine becomes, and a value of it. */
function arrowType(type) {
  const [, digits, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (digits !== undefined) {
    const words = ({ value }) => new Uint32Array(BigInt64Array.of(BigInt.asIntN(64, value), value >> 64n).buffer);
    return { type: new Decimal(Number(scale), Number(digits)), write: words };
  }
  if (type.startsWith('TIMESTAMP')) return { type: new TimestampMicrosecond(/ZONE/.test(type) ? 'UTC' : null), micros: true };
  if (type === 'DATE') return { type: new DateDay(), write: ({ days }) => new Date(days * 86_400_000) };
  if (type === 'BIGINT') return { type: new Int64(), write: (value) => value };
  if (type === 'DOUBLE') return { type: new Float64(), write: (value) => value };
  return { type: new Utf8(), write: String };
}

function column({ type, write, micros }, values) {
  if (micros !== true) {
    return vectorFromArray(
      values.map((value) => (value === null ? null : write(value))),
      type,
    ).data[0];
  }
  const data = BigInt64Array.from(values, (value) => value?.micros ?? 0n);
  return makeData({ type, length: values.length, nullCount: 0, data });
}

const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '1' })).connect();
const result = await connection.stream(`from read_parquet('${file.replaceAll("'", "''")}')`);
const types = result.columnTypes().map((type) => arrowType(String(type)));
const schema = new Schema(types.map(({ type }, index) => new Field(result.columnName(index), type, true)));
const writer = new RecordBatchFileWriter();

async function* parts() {
  writer.reset(undefined, schema);
  let columns = types.map(() => []);
  const endBatch = () => {
    const length = columns[0].length;
    const children = columns.map((values, index) => column(types[index], values));
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })));
    columns = types.map(() => []);
  };
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const [index, values] of columns.entries()) values.push(...chunk.getColumnValues(index));
    if (columns[0].length >= BATCH_ROWS) endBatch();
  }
  if (columns[0].length > 0) endBatch();
  writer.finish();
  yield writer.toUint8Array(true);
}

await pipeline(parts, createWriteStream(copy));
