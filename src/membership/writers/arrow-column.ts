import type * as ApacheArrow from 'apache-arrow';
import type { ColumnValue } from '../../engine/database.js';

/** Rows of a batch at most; a whole number of bytes of the bitmap of values. */
export const BATCH_ROWS = 65_536;

/** One column of a batch that is being filled. */
export interface ArrowColumn {
  readonly type: ApacheArrow.DataType;
  /** Takes values `from` to before `to` of a chunk as the rows that begin at `row`. */
  add(values: readonly ColumnValue[], from: number, to: number, row: number): void;
  /** Bytes of text taken so far; 0 for other types. */
  textBytes(): number;
  /** The first rows as Arrow has them; the column then is empty again. */
  take(rows: number): ApacheArrow.Data;
}

type Arrow = typeof ApacheArrow;
type Bitmap = { readonly nullCount: number; readonly nullBitmap: Uint8Array };

/** What a type of column keeps beside the bitmap of its values. */
interface Cells<T extends ApacheArrow.DataType> {
  readonly type: T;
  set(row: number, value: ColumnValue): void;
  textBytes?(): number;
  take(rows: number, bitmap: Bitmap): ApacheArrow.Data<T>;
}

/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const UNIT_BYTES = 3;
const WORD_BITS = 64n;

/** An empty column for a type of the engine: VARCHAR, DATE, BIGINT, BOOLEAN or DECIMAL of 19 digits and more. */
export function arrowColumn(apache: Arrow, type: string): ArrowColumn {
  const [, digits, decimals] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? [];
  if (digits !== undefined) return withBitmap(decimalCells(apache, Number(digits), Number(decimals)));
  if (type === 'VARCHAR') return withBitmap(textCells(apache));
  if (type === 'DATE') return withBitmap(dayCells(apache));
  if (type === 'BIGINT') return withBitmap(wholeCells(apache));
  if (type === 'BOOLEAN') return withBitmap(truthCells(apache));
  throw new RangeError(`no Arrow type for ${type}`);
}

function withBitmap<T extends ApacheArrow.DataType>(cells: Cells<T>): ArrowColumn {
  const bits = new Uint8Array(BATCH_ROWS / 8);
  let nullCount = 0;
  return {
    type: cells.type,
    add(values, from, to, first) {
      for (let index = from, row = first; index < to; index++, row++) {
        const value = values[index] ?? null;
        if (value === null) nullCount += 1;
        else bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
        cells.set(row, value);
      }
    },
    textBytes: () => cells.textBytes?.() ?? 0,
    take(rows) {
      const data = cells.take(rows, { nullCount, nullBitmap: bits.slice(0, Math.ceil(rows / 8)) });
      bits.fill(0);
      nullCount = 0;
      return data;
    },
  };
}

function wholeCells(apache: Arrow): Cells<ApacheArrow.Int64> {
  const type = new apache.Int64();
  const cells = new BigInt64Array(BATCH_ROWS);
  return {
    type,
    set(row, value) {
      cells[row] = (value ?? 0n) as bigint;
    },
    take: (rows, bitmap) => apache.makeData({ type, length: rows, data: cells.slice(0, rows), ...bitmap }),
  };
}

/** A bit a value, the lowest first. */
function truthCells(apache: Arrow): Cells<ApacheArrow.Bool> {
  const type = new apache.Bool();
  const cells = new Uint8Array(BATCH_ROWS / 8);
  return {
    type,
    set(row, value) {
      const bit = 1 << (row & 7);
      cells[row >> 3] = value === true ? (cells[row >> 3] ?? 0) | bit : (cells[row >> 3] ?? 0) & ~bit;
    },
    take: (rows, bitmap) => apache.makeData({ type, length: rows, data: cells.slice(0, Math.ceil(rows / 8)), ...bitmap }),
  };
}

function dayCells(apache: Arrow): Cells<ApacheArrow.DateDay> {
  const type = new apache.DateDay();
  const cells = new Int32Array(BATCH_ROWS);
  return {
    type,
    set(row, value) {
      cells[row] = (value ?? 0) as number;
    },
    take: (rows, bitmap) => apache.makeData({ type, length: rows, data: cells.slice(0, rows), ...bitmap }),
  };
}

/** 128 bits a value, the low word first. */
function decimalCells(apache: Arrow, digits: number, decimals: number): Cells<ApacheArrow.Decimal> {
  const type = new apache.Decimal(decimals, digits);
  const words = new BigInt64Array(2 * BATCH_ROWS);
  return {
    type,
    set(row, value) {
      const number = (value ?? 0n) as bigint;
      words[2 * row] = number;
      words[2 * row + 1] = number >> WORD_BITS;
    },
    take: (rows, bitmap) => apache.makeData({ type, length: rows, data: new Uint32Array(words.slice(0, 2 * rows).buffer), ...bitmap }),
  };
}

function textCells(apache: Arrow): Cells<ApacheArrow.Utf8> {
  const type = new apache.Utf8();
  const ends = new Int32Array(BATCH_ROWS + 1);
  let bytes = Buffer.allocUnsafe(2 ** 16);
  let used = 0;
  return {
    type,
    set(row, value) {
      const text = (value ?? '') as string;
      const most = used + text.length * UNIT_BYTES;
      if (most > bytes.length) {
        const wider = Buffer.allocUnsafe(Math.max(most, 2 * bytes.length));
        bytes.copy(wider, 0, 0, used);
        bytes = wider;
      }
      used += bytes.write(text, used, 'utf8');
      ends[row + 1] = used;
    },
    textBytes: () => used,
    take(rows, bitmap) {
      const data = apache.makeData({
        type,
        length: rows,
        valueOffsets: ends.slice(0, rows + 1),
        data: new Uint8Array(bytes.subarray(0, used)),
        ...bitmap,
      });
      used = 0;
      return data;
    },
  };
}
