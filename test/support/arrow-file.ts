import * as arrow from 'apache-arrow';
import type { Sql } from '../../src/sql/sql.js';
import type { Table } from './messy-export.js';

export interface ArrowOptions {
  readonly types?: Readonly<Record<string, Sql>>;
  readonly isStream?: boolean;
  /** Rows of a batch at most. */
  readonly batchRows?: number;
}

/** A table as an Arrow file: '' as null, columns of the types named, the others as text in one of Arrow's layouts each. What does not fit its type becomes null. */
export function arrowBytes(table: Table, { types = {}, isStream = false, batchRows = 700 }: ArrowOptions = {}): Buffer {
  const kindOf = (name: string, index: number): string => types[name]?.compile().text ?? TEXT_LAYOUTS[index % TEXT_LAYOUTS.length] ?? '';
  const textsOf = (index: number): string[] => table.rows.map((row) => row[index] ?? '');
  const columns = table.columns.map((name, index) => typedVector(textsOf(index), kindOf(name, index)));
  const fields = columns.map(
    ({ type }, index) =>
      new arrow.Field(
        table.columns[index] ?? '',
        type,
        true,
        new Map(arrow.DataType.isFixedSizeBinary(type) ? [['ARROW:extension:name', 'arrow.uuid']] : []),
      ),
  );
  const schema = new arrow.Schema(fields);
  const writer = isStream ? new arrow.RecordBatchStreamWriter() : new arrow.RecordBatchFileWriter();
  writer.reset(undefined, schema);
  for (let from = 0; from < table.rows.length; from += batchRows) {
    const length = Math.min(batchRows, table.rows.length - from);
    // The package writes a slice of views with the wrong ones: those are made anew.
    const children = columns.map((column, index) =>
      arrow.DataType.isUtf8View(column.type)
        ? (typedVector(textsOf(index).slice(from, from + length), 'view').data[0] as arrow.Data)
        : (column.data[0] as arrow.Data).slice(from, length),
    );
    writer.write(new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children })));
  }
  writer.finish();
  return Buffer.from(writer.toUint8Array(true));
}

const TEXT_LAYOUTS = ['utf8', 'dictionary', 'large', 'view'];

function typedVector(texts: readonly string[], type: string): arrow.Vector {
  const [, digits, scale] = /^decimal\((\d+), (\d+)\)$/.exec(type) ?? [];
  if (digits !== undefined) {
    const words = texts.map((text) => decimalWords(text, Number(digits), Number(scale)));
    return arrow.vectorFromArray(words, new arrow.Decimal(Number(scale), Number(digits)));
  }
  const filled = texts.map((text) => (text === '' ? null : text));
  switch (type) {
    case 'bigint':
      return arrow.vectorFromArray(
        filled.map((text) => (text === null ? null : BigInt(text))),
        new arrow.Int64(),
      );
    case 'boolean':
      return arrow.vectorFromArray(
        filled.map((text) => (text === null ? null : text === 'true')),
        new arrow.Bool(),
      );
    case 'uuid':
      return arrow.vectorFromArray(
        filled.map((text) => (text === null ? null : Buffer.from(text.replaceAll('-', ''), 'hex'))),
        new arrow.FixedSizeBinary(16),
      );
    case 'timestamp':
      return arrow.vectorFromArray(
        filled.map((text) => (text === null ? null : Date.parse(`${text.replace(' ', 'T')}Z`))),
        new arrow.TimestampMicrosecond(),
      );
    case 'dictionary':
      return arrow.vectorFromArray(filled, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()));
    case 'large':
      return arrow.vectorFromArray(filled, new arrow.LargeUtf8());
    case 'view':
      return arrow.vectorFromArray(filled, new arrow.Utf8View());
    default:
      return arrow.vectorFromArray(filled, new arrow.Utf8());
  }
}

/** 128 bits, the low ones first; null for what is no number of so many digits. */
function decimalWords(text: string, digits: number, scale: number): Uint32Array | null {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '' || fraction.length > scale || whole.length > digits - scale) return null;
  const value = BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
  return new Uint32Array(BigInt64Array.of(BigInt.asIntN(64, value), value >> 64n).buffer);
}
