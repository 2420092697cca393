import { fault } from './arrow-fault.js';
import type { FlatTable } from './flat-table.js';

/** One column, or a part of a nested one, as the schema describes it (https://arrow.apache.org/docs/format/Columnar.html). */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  readonly children: readonly ArrowField[];
  /** Values are the places of those in a dictionary. */
  readonly dictionary: { readonly id: number; readonly index: ArrowType & { kind: 'int' } } | undefined;
}

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

export type ArrowType =
  | { readonly kind: 'null' | 'bool' | 'struct' | 'map' | 'uuid' }
  | { readonly kind: 'int'; readonly bits: number; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly bits: number }
  | { readonly kind: 'decimal'; readonly bits: number; readonly digits: number; readonly scale: number }
  | { readonly kind: 'date'; readonly unit: 'day' | 'ms' }
  | { readonly kind: 'time' | 'duration'; readonly unit: TimeUnit; readonly bits: number }
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly isInstant: boolean }
  | { readonly kind: 'bytes'; readonly isText: boolean; readonly layout: 'offsets' | 'long-offsets' | 'views' }
  | { readonly kind: 'fixed-bytes'; readonly bytes: number }
  | { readonly kind: 'list'; readonly offsetBytes: 4 | 8 }
  | { readonly kind: 'fixed-list'; readonly items: number }
  | { readonly kind: 'other'; readonly name: string };

const UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
const FLOAT_BITS = [16, 32, 64];
const DEEPEST = 32;
const UUID_NAME = 'arrow.uuid';
const UUID_BYTES = 16;
const BIG_ENDIAN = 1;
const OTHERS = new Map([
  [11, 'interval'],
  [14, 'union'],
  [22, 'run-end encoded'],
  [25, 'list view'],
  [26, 'large list view'],
]);

/** The fields of a `Schema` table. Faults: big-endian, or what no schema can be. */
export function fieldsOf(schema: FlatTable): ArrowField[] {
  if (schema.short(0) === BIG_ENDIAN) fault('its numbers are big-endian');
  // A sound field takes some bytes: more fields than bytes are the same ones over and over.
  let most = schema.byteLength;
  const fieldOf = (table: FlatTable, depth: number): ArrowField => {
    most -= 1;
    if (depth > DEEPEST || most < 0) fault('its schema has no end');
    const dictionary = table.table(4);
    const index = dictionary?.table(1);
    return {
      name: table.text(0) ?? '',
      type: typeOf(table),
      children: table.tables(5).map((child) => fieldOf(child, depth + 1)),
      dictionary:
        dictionary === undefined
          ? undefined
          : { id: dictionary.long(0), index: index === undefined ? { kind: 'int', bits: 32, isSigned: true } : intType(index) },
    };
  };
  return schema.tables(1).map((field) => fieldOf(field, 1));
}

/** Type numbers and the places of their fields are those of Arrow's Schema.fbs. */
function typeOf(field: FlatTable): ArrowType {
  const number = field.byte(2);
  const details = field.table(3);
  const unitAt = (place: number): TimeUnit => UNITS[details?.short(place, 1) ?? 1] ?? fault('its schema has an unknown unit of time');
  switch (number) {
    case 1:
      return { kind: 'null' };
    case 2:
      return details === undefined ? fault('its schema lacks the width of a number') : intType(details);
    case 3:
      return { kind: 'float', bits: FLOAT_BITS[details?.short(0) ?? 0] ?? fault('its schema has an unknown kind of number') };
    case 4:
    case 5:
      return { kind: 'bytes', isText: number === 5, layout: 'offsets' };
    case 6:
      return { kind: 'bool' };
    case 7:
      return { kind: 'decimal', digits: details?.int(0) ?? 0, scale: details?.int(1) ?? 0, bits: details?.int(2, 128) ?? 128 };
    case 8:
      return { kind: 'date', unit: details?.short(0, 1) === 0 ? 'day' : 'ms' };
    case 9:
      return { kind: 'time', unit: unitAt(0), bits: details?.int(1, 32) ?? 32 };
    case 10:
      return {
        kind: 'timestamp',
        unit: UNITS[details?.short(0) ?? 0] ?? fault('its schema has an unknown unit of time'),
        isInstant: (details?.text(1) ?? '') !== '',
      };
    case 12:
      return { kind: 'list', offsetBytes: 4 };
    case 13:
      return { kind: 'struct' };
    case 15: {
      const bytes = details?.int(0) ?? 0;
      return bytes === UUID_BYTES && extensionOf(field) === UUID_NAME ? { kind: 'uuid' } : { kind: 'fixed-bytes', bytes };
    }
    case 16:
      return { kind: 'fixed-list', items: details?.int(0) ?? 0 };
    case 17:
      return { kind: 'map' };
    case 18:
      return { kind: 'duration', unit: unitAt(0), bits: 64 };
    case 19:
    case 20:
      return { kind: 'bytes', isText: number === 20, layout: 'long-offsets' };
    case 21:
      return { kind: 'list', offsetBytes: 8 };
    case 23:
    case 24:
      return { kind: 'bytes', isText: number === 24, layout: 'views' };
    default:
      return { kind: 'other', name: OTHERS.get(number) ?? `number ${number}` };
  }
}

function intType(table: FlatTable): ArrowType & { kind: 'int' } {
  const bits = table.int(0);
  if (![8, 16, 32, 64].includes(bits)) fault(`its schema has a whole number of ${bits} bits`);
  return { kind: 'int', bits, isSigned: table.byte(1) !== 0 };
}

function extensionOf(field: FlatTable): string | undefined {
  return field
    .tables(6)
    .find((entry) => entry.text(0) === 'ARROW:extension:name')
    ?.text(1);
}
