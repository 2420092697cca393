import { isUtf8 } from 'node:buffer';
import type { TypedColumn } from '../../engine/database.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { fault } from './arrow-fault.js';
import type { ArrowField, ArrowType, TimeUnit } from './arrow-schema.js';
import type { BatchCursor } from './batch-cursor.js';
import { readDecimals } from './decimal-words.js';
import { distinctNames } from './distinct-names.js';

/** How a column of the file is read, and the engine's type for it: the one it gives the same column of a Parquet file. */
export interface ColumnReader {
  readonly type: Sql;
  /** Bytes of a value, when all have as many. */
  readonly width?: number | undefined;
  read(cursor: BatchCursor, dictionaries: Dictionaries): Rows;
}

export interface Rows {
  readonly rows: number;
  readonly column: TypedColumn;
}

/** Values by the id of their dictionary; undefined for empty. */
export type Dictionaries = Map<number, (Uint8Array | undefined)[]>;

/** A type that no column of the engine can hold. */
export class UnreadableType extends Error {}

const MICROSECONDS: Record<TimeUnit, bigint> = { s: 1_000_000n, ms: 1_000n, us: 1n, ns: 1n };
const DAY: Record<TimeUnit, bigint> = { s: 86_400n, ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n };
const NANOSECONDS = 1_000n;
const LARGEST = 2n ** 63n - 1n;
const WHOLE_TYPES: Record<number, Sql> = { 8: sql`tinyint`, 16: sql`smallint`, 32: sql`integer`, 64: sql`bigint` };
const NATURAL_TYPES: Record<number, Sql> = { 8: sql`utinyint`, 16: sql`usmallint`, 32: sql`uinteger`, 64: sql`ubigint` };
const MOST_DIGITS = 38;
const VIEW_BYTES = 16;
const INLINE_BYTES = 12;

/** The reader of a field. Throws UnreadableType. */
export function columnReader(field: ArrowField): ColumnReader {
  return field.dictionary === undefined ? valueReader(field) : dictionaryReader(field, field.dictionary.id, field.dictionary.index);
}

/** The reader of the values themselves, of a dictionary's those in it. */
export function valueReader({ type, children }: ArrowField): ColumnReader {
  switch (type.kind) {
    case 'null':
      return { type: sql`varchar`, read: (cursor) => ({ rows: cursor.field(false).rows, column: { kind: 'empty' } }) };
    case 'bool':
      return converted(sql`boolean`, 1, (cursor, rows) => unpackBits(cursor.bytesFor(Math.ceil(rows / 8), 1), rows));
    case 'int':
      return fixed((type.isSigned ? WHOLE_TYPES : NATURAL_TYPES)[type.bits] ?? unreadable(type), type.bits / 8);
    case 'float':
      if (type.bits !== 16) return fixed(type.bits === 32 ? sql`float` : sql`double`, type.bits / 8);
      return converted(sql`float`, 4, (cursor, rows) => Float32Array.from(cursor.numbers(Uint16Array, rows), fromHalf));
    case 'decimal':
      return decimalReader(type);
    case 'date':
      // Some writers keep the time of day in a date of milliseconds.
      return type.unit === 'day' ? fixed(sql`date`, 4) : timestampReader('ms', sql`timestamp`);
    case 'time':
      return timeReader(type.unit);
    case 'timestamp':
      return timestampReader(type.unit, type.isInstant ? sql`timestamptz` : sql`timestamp`);
    case 'duration':
      return fixed(sql`bigint`, 8);
    case 'uuid':
      return converted(sql`uuid`, 16, (cursor, rows) => uuidWords(cursor.bytesFor(rows, 16), rows));
    case 'fixed-bytes':
      return type.bytes > 0 ? fixedBytesReader(type.bytes) : unreadable(type);
    case 'bytes':
      return bytesReader(type);
    case 'struct':
      return structReader(children);
    case 'list':
    case 'fixed-list':
      return listReader(type, children[0] ?? fault('a list in its schema has no items'));
    case 'map':
      return mapReader(children[0]?.children ?? []);
    case 'other':
      return unreadable(type);
  }
}

function unreadable(type: ArrowType): never {
  throw new UnreadableType(type.kind === 'other' ? type.name : type.kind);
}

/** Values that lie in the file as the engine keeps them. */
function fixed(type: Sql, width: number): ColumnReader {
  return converted(type, width, (cursor, rows) => cursor.bytesFor(rows, width));
}

function converted(
  type: Sql,
  width: number,
  convert: (cursor: BatchCursor, rows: number, present: Uint8Array | undefined) => ArrayBufferView,
): ColumnReader {
  return {
    type,
    width,
    read(cursor) {
      const { rows, present } = cursor.field();
      const { buffer, byteOffset, byteLength } = convert(cursor, rows, present);
      return { rows, column: { kind: 'fixed', width, bytes: new Uint8Array(buffer, byteOffset, byteLength), present } };
    },
  };
}

function unpackBits(bits: Uint8Array, rows: number): Uint8Array {
  const bytes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) bytes[row] = ((bits[row >> 3] ?? 0) >> (row & 7)) & 1;
  return bytes;
}

/** IEEE 754 of 16 bits. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function decimalReader(type: ArrowType & { kind: 'decimal' }): ColumnReader {
  const { digits, scale, bits } = type;
  if (digits < 1 || digits > MOST_DIGITS || scale < 0 || scale > digits || ![32, 64, 128, 256].includes(bits)) return unreadable(type);
  const bytes = digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16;
  return converted(sql`decimal(${digits}, ${scale})`, bytes, (cursor, rows, present) =>
    readDecimals(cursor.bytesFor(rows, bits / 8), { rows, present, bits, digits, bytes }),
  );
}

function timeReader(unit: TimeUnit): ColumnReader {
  return converted(unit === 'ns' ? sql`time_ns` : sql`time`, 8, (cursor, rows, present) => {
    const isWide = unit === 'us' || unit === 'ns';
    const times = isWide ? cursor.numbers(BigInt64Array, rows) : BigInt64Array.from(cursor.numbers(Int32Array, rows), BigInt);
    for (let row = 0; row < rows; row++) {
      const time = times[row] ?? 0n;
      if ((time < 0n || time > DAY[unit]) && isPresent(present, row)) fault('a time of day is none');
    }
    return isWide ? times : times.map((time) => time * MICROSECONDS[unit]);
  });
}

/** Times of microseconds: finer ones lose what is finer, coarser ones that no longer fit are infinite, which is no time. */
function timestampReader(unit: TimeUnit, type: Sql): ColumnReader {
  if (unit === 'us') return fixed(type, 8);
  return converted(type, 8, (cursor, rows) => {
    const times = cursor.numbers(BigInt64Array, rows);
    if (unit === 'ns') return times.map((time) => (time < 0n ? (time - NANOSECONDS + 1n) / NANOSECONDS : time / NANOSECONDS));
    const most = LARGEST / MICROSECONDS[unit];
    return times.map((time) => (time > most || time < -most ? LARGEST : time * MICROSECONDS[unit]));
  });
}

/** The engine keeps them last byte first, with the first bit turned. */
function uuidWords(bytes: Uint8Array, rows: number): Uint8Array {
  const words = new Uint8Array(16 * rows);
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < 16; place++) words[16 * row + 15 - place] = bytes[16 * row + place] ?? 0;
    words[16 * row + 15] = (words[16 * row + 15] ?? 0) ^ 0x80;
  }
  return words;
}

function fixedBytesReader(width: number): ColumnReader {
  return {
    type: sql`blob`,
    read(cursor) {
      const { rows, present } = cursor.field();
      const bytes = cursor.bytesFor(rows, width);
      return { rows, column: { kind: 'bytes', present, at: (row) => bytes.subarray(row * width, (row + 1) * width) } };
    },
  };
}

function bytesReader({ isText, layout }: ArrowType & { kind: 'bytes' }): ColumnReader {
  return {
    type: isText ? sql`varchar` : sql`blob`,
    read(cursor) {
      const { rows, present } = cursor.field();
      const at = layout === 'views' ? viewsOf(cursor, rows, present) : slicesOf(cursor, rows, layout, isText);
      if (isText && !at.isChecked) {
        for (let row = 0; row < rows; row++) if (isPresent(present, row) && !isUtf8(at.slice(row))) fault('a text is not UTF-8');
      }
      return { rows, column: { kind: 'bytes', present, at: at.slice } };
    },
  };
}

interface Slices {
  /** Whether every text is known to be UTF-8. */
  readonly isChecked: boolean;
  readonly slice: (row: number) => Uint8Array;
}

function slicesOf(cursor: BatchCursor, rows: number, layout: 'offsets' | 'long-offsets', isText: boolean): Slices {
  const offsets = readOffsets(cursor, rows, layout === 'offsets' ? 4 : 8);
  const bytes = cursor.bytes();
  const end = offsets[rows] ?? 0;
  if (end > bytes.length) fault('an offset leads out of its buffer');
  return {
    isChecked: isText && isTextThroughout(bytes, offsets, rows),
    slice: (row) => bytes.subarray(offsets[row], offsets[row + 1]),
  };
}

/** Whether all is UTF-8 and no text begins within a character. */
function isTextThroughout(bytes: Uint8Array, offsets: ArrayLike<number>, rows: number): boolean {
  const end = offsets[rows] ?? 0;
  if (!isUtf8(bytes.subarray(offsets[0], end))) return false;
  for (let row = 1; row < rows; row++) {
    const begin = offsets[row] ?? 0;
    if (begin < end && ((bytes[begin] ?? 0) & 0xc0) === 0x80) return false;
  }
  return true;
}

/** Offsets that never go back: one more than there are rows. */
function readOffsets(cursor: BatchCursor, rows: number, width: 4 | 8): ArrayLike<number> {
  if (rows === 0) {
    cursor.bytes();
    return [0];
  }
  const offsets = width === 4 ? cursor.numbers(Int32Array, rows + 1) : Float64Array.from(cursor.numbers(BigInt64Array, rows + 1), Number);
  let before = 0;
  for (let row = 0; row <= rows; row++) {
    const offset = offsets[row] ?? 0;
    if (offset < before) fault('its offsets are not in order');
    before = offset;
  }
  return offsets;
}

/** Views: a length, then the bytes if they are few, otherwise where they lie. */
function viewsOf(cursor: BatchCursor, rows: number, present: Uint8Array | undefined): Slices {
  const views = cursor.bytesFor(rows, VIEW_BYTES);
  const buffers = cursor.viewBuffers();
  const view = new DataView(views.buffer, views.byteOffset, views.byteLength);
  const slice = (row: number): Uint8Array => {
    const at = row * VIEW_BYTES;
    const length = view.getInt32(at, true);
    if (length <= INLINE_BYTES) return views.subarray(at + 4, at + 4 + length);
    const begin = view.getInt32(at + 12, true);
    return buffers[view.getInt32(at + 8, true)]?.subarray(begin, begin + length) ?? new Uint8Array();
  };
  for (let row = 0; row < rows; row++) {
    const length = view.getInt32(row * VIEW_BYTES, true);
    const isInside = length <= INLINE_BYTES || view.getInt32(row * VIEW_BYTES + 12, true) >= 0;
    if (isPresent(present, row) && (length < 0 || !isInside || slice(row).length !== length)) fault('an offset leads out of its buffer');
  }
  return { isChecked: false, slice };
}

function structReader(children: readonly ArrowField[]): ColumnReader {
  if (children.length === 0) return unreadable({ kind: 'struct' });
  const readers = children.map(columnReader);
  const names = distinctNames(children.map(({ name }) => name));
  return {
    type: sql`struct(${join(readers.map(({ type }, index) => sql`${ident(names[index] ?? '')} ${type}`))})`,
    read(cursor, dictionaries) {
      const { rows, present } = cursor.field();
      const fields = readers.map((reader) => {
        const part = reader.read(cursor, dictionaries);
        if (part.rows !== rows) fault('the parts of a column are not equally long');
        return part.column;
      });
      return { rows, column: { kind: 'struct', fields, present } };
    },
  };
}

function listReader(type: ArrowType & { kind: 'list' | 'fixed-list' }, item: ArrowField): ColumnReader {
  if (type.kind === 'fixed-list' && type.items < 1) return unreadable(type);
  const reader = columnReader(item);
  return {
    type: sql`${reader.type}[]`,
    read(cursor, dictionaries) {
      const { rows, present } = cursor.field();
      const ends =
        type.kind === 'list'
          ? readOffsets(cursor, rows, type.offsetBytes)
          : Float64Array.from({ length: rows + 1 }, (_, row) => row * type.items);
      const items = reader.read(cursor, dictionaries);
      if (items.rows < (ends[rows] ?? 0)) fault('a list has fewer items than it says');
      return { rows, column: { kind: 'list', ends, items: items.column, present } };
    },
  };
}

function mapReader([key, value]: readonly ArrowField[]): ColumnReader {
  if (key === undefined || value === undefined) fault('a map in its schema has no keys or no values');
  const keys = columnReader(key);
  const values = columnReader(value);
  return {
    type: sql`map(${keys.type}, ${values.type})`,
    read(cursor, dictionaries) {
      const { rows, present } = cursor.field();
      const ends = readOffsets(cursor, rows, 4);
      const entries = cursor.field();
      const parts = [keys.read(cursor, dictionaries), values.read(cursor, dictionaries)] as const;
      if (entries.rows < (ends[rows] ?? 0) || parts.some((part) => part.rows !== entries.rows))
        fault('a list has fewer items than it says');
      const [keyColumn] = parts.map(({ column }) => column);
      if (entries.present !== undefined || keyColumn?.kind === 'empty' || keyColumn?.present !== undefined) fault('a map has an empty key');
      const items: TypedColumn = { kind: 'struct', fields: parts.map(({ column }) => column), present: undefined };
      return { rows, column: { kind: 'list', ends, items, present } };
    },
  };
}

/** The places of values in a dictionary. */
function readPlaces(cursor: BatchCursor, rows: number, { bits, isSigned }: ArrowType & { kind: 'int' }): ArrayLike<number> {
  if (bits === 8) return isSigned ? cursor.numbers(Int8Array, rows) : cursor.numbers(Uint8Array, rows);
  if (bits === 16) return isSigned ? cursor.numbers(Int16Array, rows) : cursor.numbers(Uint16Array, rows);
  if (bits === 32) return isSigned ? cursor.numbers(Int32Array, rows) : cursor.numbers(Uint32Array, rows);
  return Float64Array.from(cursor.numbers(BigInt64Array, rows), Number);
}

function dictionaryReader(field: ArrowField, id: number, index: ArrowType & { kind: 'int' }): ColumnReader {
  const values = valueReader(field);
  const isText = field.type.kind === 'bytes' || field.type.kind === 'fixed-bytes';
  const { width = 0 } = values;
  if (!isText && width === 0) throw new UnreadableType(`dictionary of ${field.type.kind}`);
  return {
    type: values.type,
    read(cursor, dictionaries) {
      const { rows, present } = cursor.field();
      const places = readPlaces(cursor, rows, index);
      const known = dictionaries.get(id) ?? [];
      const isThere = takenRows(places, known, rows, present);
      if (isText) return { rows, column: { kind: 'bytes', present: isThere, at: (row) => known[places[row] ?? 0] ?? new Uint8Array() } };
      const bytes = new Uint8Array(rows * width);
      for (let row = 0; row < rows; row++) {
        const value = isPresent(isThere, row) ? known[places[row] ?? 0] : undefined;
        if (value !== undefined) bytes.set(value, row * width);
      }
      return { rows, column: { kind: 'fixed', width, bytes, present: isThere } };
    },
  };
}

/** The rows whose value is there in the dictionary. Fault: a place that the dictionary does not have. */
function takenRows(
  places: ArrayLike<number>,
  known: readonly (Uint8Array | undefined)[],
  rows: number,
  present: Uint8Array | undefined,
): Uint8Array | undefined {
  const bits = new Uint8Array(Math.ceil(rows / 8));
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    const place = places[row] ?? 0;
    if (!isPresent(present, row)) missing += 1;
    else if (place < 0 || place >= known.length) fault('it names a value that its dictionary does not have');
    else if (known[place] === undefined) missing += 1;
    else bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return missing === 0 ? undefined : bits;
}

/** The values of a dictionary, one by one. */
export function valuesOf({ rows, column }: Rows): (Uint8Array | undefined)[] {
  return Array.from({ length: rows }, (_, row) => {
    if ((column.kind !== 'fixed' && column.kind !== 'bytes') || !isPresent(column.present, row)) return undefined;
    return column.kind === 'bytes' ? column.at(row) : column.bytes.subarray(row * column.width, (row + 1) * column.width);
  });
}

function isPresent(present: Uint8Array | undefined, row: number): boolean {
  return present === undefined || ((present[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}
