import { type DuckDBAppender, DuckDBDataChunk } from '@duckdb/node-api';
import bindings, { type Vector } from '@duckdb/node-bindings';
import type { TypedColumn, TypedRows } from './database.js';

const WORD_BITS = 64;
/** Offset and length of a list, 64 bits each. */
const LIST_ENTRY_WORDS = 2;

/** Appends rows chunk by chunk. Numbers are copied as blocks of memory, so each column must hold what its rows need: it is checked first. */
export function appendRows(appender: DuckDBAppender, { rows, columns }: TypedRows): void {
  if (columns.length !== appender.columnCount) throw new RangeError(`${columns.length} columns for ${appender.columnCount}`);
  for (const column of columns) checkLength(column, rows);
  const types = columns.map((_, index) => appender.columnType(index).toLogicalType().logical_type);
  const chunk = new DuckDBDataChunk(bindings.create_data_chunk(types));
  const most = bindings.vector_size();
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    chunk.reset();
    chunk.rowCount = count;
    for (const [index, column] of columns.entries())
      write(bindings.data_chunk_get_vector(chunk.chunk, index), column, from, count, undefined);
    appender.appendDataChunk(chunk);
  }
}

function checkLength(column: TypedColumn, rows: number): void {
  if (column.kind === 'empty') return;
  if (column.present !== undefined && 8 * column.present.byteLength < rows) throw new RangeError('too few bits');
  if (column.kind === 'fixed' && column.bytes.byteLength < rows * column.width) throw new RangeError('too few bytes');
  if (column.kind === 'struct') for (const field of column.fields) checkLength(field, rows);
  if (column.kind === 'list') {
    if (rows > 0 && column.ends.length <= rows) throw new RangeError('too few lists');
    checkLength(column.items, column.ends[rows] ?? 0);
  }
}

/** Writes rows of a column; a part of a row that is null itself must be null as well. */
function write(vector: Vector, column: TypedColumn, from: number, count: number, within: Uint8Array | undefined): void {
  const present = column.kind === 'empty' ? new Uint8Array(validityBytes(count)) : presentRows(column.present, from, count, within);
  if (present !== undefined) {
    bindings.vector_ensure_validity_writable(vector);
    bindings.copy_data_to_vector_validity(vector, 0, present.buffer as ArrayBuffer, 0, present.byteLength);
  }
  if (column.kind === 'fixed') {
    const { bytes, width } = column;
    bindings.copy_data_to_vector(vector, 0, bytes.buffer as ArrayBuffer, bytes.byteOffset + from * width, count * width);
  } else if (column.kind === 'bytes') {
    for (let row = 0; row < count; row++) {
      if (present === undefined || isSet(present, row)) bindings.vector_assign_string_element_len(vector, row, column.at(from + row));
    }
  } else if (column.kind === 'struct') {
    for (const [index, field] of column.fields.entries())
      write(bindings.struct_vector_get_child(vector, index), field, from, count, present);
  } else if (column.kind === 'list') writeLists(vector, column, from, count);
}

function writeLists(vector: Vector, { ends, items }: TypedColumn & { kind: 'list' }, from: number, count: number): void {
  const first = ends[from] ?? 0;
  const entries = new BigUint64Array(LIST_ENTRY_WORDS * count);
  for (let row = 0; row < count; row++) {
    const begin = ends[from + row] ?? 0;
    entries[LIST_ENTRY_WORDS * row] = BigInt(begin - first);
    entries[LIST_ENTRY_WORDS * row + 1] = BigInt((ends[from + row + 1] ?? 0) - begin);
  }
  const itemCount = (ends[from + count] ?? 0) - first;
  bindings.copy_data_to_vector(vector, 0, entries.buffer, 0, entries.byteLength);
  bindings.list_vector_reserve(vector, itemCount);
  bindings.list_vector_set_size(vector, itemCount);
  write(bindings.list_vector_get_child(vector), items, first, itemCount, undefined);
}

/** The bits of some rows from the first one on, as the engine wants them: whole words, set beyond the end. Undefined: all are set. */
function presentRows(bits: Uint8Array | undefined, from: number, count: number, within: Uint8Array | undefined): Uint8Array | undefined {
  if (bits === undefined) return within;
  const rows = new Uint8Array(validityBytes(count)).fill(0xff);
  const shift = from & 7;
  const begin = from >> 3;
  let areAllSet = true;
  for (let byte = 0; 8 * byte < count; byte++) {
    const low = (bits[begin + byte] ?? 0xff) >> shift;
    const high = shift === 0 ? 0 : (bits[begin + byte + 1] ?? 0xff) << (8 - shift);
    const beyond = count - 8 * byte < 8 ? (0xff << (count - 8 * byte)) & 0xff : 0;
    const value = (((low | high) & 0xff) | beyond) & (within?.[byte] ?? 0xff);
    rows[byte] = value;
    areAllSet &&= value === 0xff;
  }
  return areAllSet ? undefined : rows;
}

function validityBytes(count: number): number {
  return Math.ceil(count / WORD_BITS) * 8;
}

function isSet(bits: Uint8Array, row: number): boolean {
  return ((bits[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}
