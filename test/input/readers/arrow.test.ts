import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Row } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { SegmentError } from '../../../src/errors/segment-error.js';
import { arrowReader } from '../../../src/input/readers/arrow.js';
import { findColumn, type ReadableFile } from '../../../src/input/readers/reader.js';
import { findInputFiles } from '../../../src/input/sources.js';
import { textOfColumn } from '../../../src/input/text-of-column.js';
import { ident, join as joinSql, sql } from '../../../src/sql/sql.js';
import { arrowBytes } from '../../support/arrow-file.js';
import { ARROW_CASES, CASES } from '../../support/arrow-fixtures.js';
import { failureOf, useFolder } from '../../support/text-files.js';

const folder = useFolder();
let database: Database;
beforeAll(async () => {
  database = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 2 ** 29,
    tempDirectory: folder.spool,
    allowedPaths: [],
    allowedDirectories: [folder.path],
  });
});
afterAll(() => database.close());

let written = 0;
async function prepare(bytes: Uint8Array, maxExpand = 200): Promise<ReadableFile> {
  written += 1;
  const path = join(folder.path, `${written}.data`);
  writeFileSync(path, bytes);
  try {
    const [source] = await findInputFiles([path], folder.path);
    if (source === undefined) throw new Error('no file found');
    return await arrowReader.prepare(database, source, { maxExpand, spoolDirectory: folder.spool });
  } finally {
    rmSync(path);
  }
}

function refusal(bytes: Uint8Array, maxExpand?: number): Promise<SegmentError> {
  return failureOf(() => prepare(bytes, maxExpand));
}

const SOURCE_OPTIONS = { hasNamedPaths: false, isWhole: false };

/** Columns of all rows as text, in the order of the file. */
async function texts(file: ReadableFile, names: readonly string[]): Promise<(string | null)[][]> {
  const values = names.map((name, index) => {
    const column = findColumn(file.columns, name);
    if (column === undefined) throw new Error(`no column ${name}`);
    return sql`${column.isNested ? sql`${column.value}::varchar` : textOfColumn(column)} as ${ident(`c${index}`)}`;
  });
  const rows = await database.rows<Row>(
    sql`select ${joinSql(values)} from ${arrowReader.source([file as never], file.columns, SOURCE_OPTIONS)} as read_rows`,
  );
  return rows.map((row) => Object.values(row) as (string | null)[]);
}

function ipc(columns: Record<string, arrow.Vector>, kind: 'file' | 'stream' = 'file'): Uint8Array {
  return arrow.tableToIPC(new arrow.Table(columns), kind);
}

/** One column of a type, read as text. */
async function column(values: readonly unknown[], type: unknown, kind: 'file' | 'stream' = 'file'): Promise<(string | null)[]> {
  const file = await prepare(ipc({ x: arrow.vectorFromArray(values as never, type as arrow.Utf8) }, kind));
  return (await texts(file, ['x'])).map(([text]) => text ?? null);
}

const field = (name: string, type: arrow.DataType): arrow.Field => new arrow.Field(name, type, true);

describe('values', () => {
  it.each([
    ['whole numbers of 8 bits', new arrow.Int8(), [-128, null, 127], ['-128', null, '127']],
    ['whole numbers of 16 bits', new arrow.Uint16(), [0, 65_535], ['0', '65535']],
    ['ids of 64 bits', new arrow.Int64(), [9_007_199_254_740_993n, -1n], ['9007199254740993', '-1']],
    ['ids of 64 bits without a sign', new arrow.Uint64(), [18_446_744_073_709_551_615n], ['18446744073709551615']],
    ['floating point', new arrow.Float64(), [0.1, null, 17_850], ['0.1', null, '17850']],
    ['floating point of 32 bits', new arrow.Float32(), [1.5], ['1.5']],
    // 1.5 = 0x3e00, the smallest 2^-24 = 0x0001, 65504 = 0x7bff: the largest.
    ['floating point of 16 bits', new arrow.Float16(), [1.5, -2, 65_504], ['1.5', '-2', '65504']],
    ['truth', new arrow.Bool(), [true, null, false, true, true, false, true, true, false], 'true,,false,true,true,false,true,true,false'],
    ['text, also of several bytes', new arrow.Utf8(), ['007', 'ü€😀', null, '', 'a\0b'], ['007', 'ü€😀', null, null, 'a\0b']],
    ['text with long offsets', new arrow.LargeUtf8(), ['é', null, '1e5'], ['é', null, '1e5']],
    ['text in views', new arrow.Utf8View(), ['twelve bytes', 'thirteen byte', null, ''], ['twelve bytes', 'thirteen byte', null, null]],
    ['bytes: text, and what is none', new arrow.Binary(), [Buffer.from('ü'), Buffer.from([0xff, 0x41]), null], ['ü', '\\xFFA', null]],
    ['bytes of one length', new arrow.FixedSizeBinary(3), [Buffer.from('abc'), null], ['abc', null]],
    ['days', new arrow.DateDay(), [new Date('2024-02-29'), null], ['2024-02-29', null]],
    [
      'dates of milliseconds keep their time',
      new arrow.DateMillisecond(),
      [new Date('2024-02-29T01:02:03.004Z')],
      ['2024-02-29 01:02:03.004'],
    ],
    ['times of seconds', new arrow.TimestampSecond(), [1_709_168_523_000], ['2024-02-29 01:02:03']],
    ['times of milliseconds', new arrow.TimestampMillisecond(), [1_709_168_523_004], ['2024-02-29 01:02:03.004']],
    ['instants of seconds', new arrow.TimestampSecond('UTC'), [1_709_168_523_000], ['2024-02-29 01:02:03+00']],
    ['instants of another zone', new arrow.TimestampMillisecond('Asia/Tokyo'), [1_709_168_523_004], ['2024-02-29 01:02:03.004+00']],
    ['times of day', new arrow.TimeSecond(), [3661, null], ['01:01:01', null]],
    ['times of day of microseconds', new arrow.TimeMicrosecond(), [3_661_000_001n], ['01:01:01.000001']],
    ['durations are their number', new arrow.DurationMillisecond(), [1500n], ['1500']],
    ['lists', new arrow.List(field('item', new arrow.Int32())), [[1, 2], null, [], [3]], '[1, 2],,[],[3]'],
    [
      'lists of one length',
      new arrow.FixedSizeList(2, field('item', new arrow.Int16())),
      [
        [1, 2],
        [3, 4],
      ],
      '[1, 2],[3, 4]',
    ],
  ] as const)('%s', async (_, type, values, expected) => {
    const found = await column(values, type);
    expect(typeof expected === 'string' ? found.map((text) => text ?? '').join() : found).toEqual(expected);
    expect(await column(values, type, 'stream')).toEqual(found);
  });

  it('microseconds and nanoseconds', async () => {
    const micros = arrow.makeData({ type: new arrow.TimestampMicrosecond(), data: BigInt64Array.of(1_709_168_523_000_001n) });
    const nanos = arrow.makeData({ type: new arrow.TimestampNanosecond('UTC'), data: BigInt64Array.of(1_709_168_523_000_001_999n) });
    const before = arrow.makeData({ type: new arrow.TimestampNanosecond('UTC'), data: BigInt64Array.of(-1n) });
    const file = await prepare(
      ipc({ micros: new arrow.Vector([micros]), nanos: new arrow.Vector([nanos]), before: new arrow.Vector([before]) }),
    );
    // An instant of nanoseconds loses what is finer than a microsecond, as of a Parquet file: the microsecond in which it lies.
    expect(await texts(file, ['micros', 'nanos', 'before'])).toEqual([
      ['2024-02-29 01:02:03.000001', '2024-02-29 01:02:03.000001+00', '1969-12-31 23:59:59.999999+00'],
    ]);
  });

  it('decimals of every width, exactly', async () => {
    const whole = 12_345_678_901_234_567_890_123_456_789_012_345_678n;
    for (const [digits, scale, value, text] of [
      [4, 2, -9999n, '-99.99'],
      [9, 0, 999_999_999n, '999999999'],
      [18, 4, -123_456_789_012_345_678n, '-12345678901234.5678'],
      [38, 2, whole, '123456789012345678901234567890123456.78'],
    ] as const) {
      const data = new Uint32Array(BigInt64Array.of(BigInt.asIntN(64, value), value >> 64n).buffer);
      const vector = new arrow.Vector([arrow.makeData({ type: new arrow.Decimal(scale, digits), data })]);
      const file = await prepare(ipc({ x: vector }));
      expect(file.columns[0]?.type).toBe(`DECIMAL(${digits},${scale})`);
      expect(
        await database.rows(
          sql`select ${file.columns[0]?.value ?? sql``}::varchar as x from ${arrowReader.source([file as never], [], SOURCE_OPTIONS)}`,
        ),
      ).toEqual([{ x: text }]);
    }
  });

  it('structs and maps by their dotted names, empty where what holds them is', async () => {
    const struct = new arrow.Struct([field('plan', new arrow.Utf8()), field('deep', new arrow.Struct([field('n', new arrow.Int32())]))]);
    const entries = new arrow.Struct<{ key: arrow.Utf8; value: arrow.Utf8 }>([
      new arrow.Field('key', new arrow.Utf8(), false),
      new arrow.Field('value', new arrow.Utf8(), true),
    ]);
    const map = new arrow.Map_(new arrow.Field('entries', entries, false));
    const file = await prepare(
      ipc({
        props: arrow.vectorFromArray([{ plan: 'pro', deep: { n: 7 } }, null, { plan: null, deep: null }], struct),
        tags: arrow.vectorFromArray([new Map([['a', 'x']]), null, new Map([['b', 'y']])], map),
      }),
    );
    expect(file.columns.map(({ isNested }) => isNested)).toEqual([true, true]);
    expect(await texts(file, ['props.plan', 'props.deep.n', 'tags.a'])).toEqual([
      ['pro', '7', 'x'],
      [null, null, null],
      [null, null, null],
    ]);
  });

  it('a dictionary, of text and of numbers', async () => {
    const words = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8());
    const numbers = new arrow.Dictionary(new arrow.Int64(), new arrow.Uint16());
    const file = await prepare(
      ipc({ words: arrow.vectorFromArray(['b', null, 'a', 'b'], words), numbers: arrow.vectorFromArray([5n, 6n, null, 5n], numbers) }),
    );
    expect(await texts(file, ['words', 'numbers'])).toEqual([
      ['b', '5'],
      [null, '6'],
      ['a', null],
      ['b', '5'],
    ]);
  });

  it('a dictionary that another replaces, and one that grows, within a stream', async () => {
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 3);
    const batch = (dictionary: readonly string[], places: readonly number[]): arrow.RecordBatch => {
      const data = arrow.makeData({
        type,
        length: places.length,
        nullCount: 0,
        data: Int32Array.from(places),
        dictionary: arrow.vectorFromArray(dictionary, new arrow.Utf8()),
      });
      return new arrow.RecordBatch(
        new arrow.Schema([field('x', type)]),
        arrow.makeData({ type: new arrow.Struct([field('x', type)]), length: places.length, nullCount: 0, children: [data] }),
      );
    };
    const writer = new arrow.RecordBatchStreamWriter();
    writer.write(batch(['a', 'b'], [0, 1]));
    writer.write(batch(['c', 'd', 'e'], [0, 2]));
    writer.write(batch(['c', 'd', 'e', 'f'], [3, 0]));
    writer.finish();
    const file = await prepare(writer.toUint8Array(true));
    expect((await texts(file, ['x'])).flat()).toEqual(['a', 'b', 'c', 'e', 'f', 'c']);
  });

  it('many batches, more rows than a chunk of the engine, in their order', async () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => [String(row), row % 3 === 0 ? '' : `text ${row}`]);
    const file = await prepare(arrowBytes({ columns: ['a', 'b'], rows }, { batchRows: 3333 }));
    expect(file.records).toBe(10_000);
    expect(await texts(file, ['a', 'b'])).toEqual(rows.map(([a, b]) => [a, b === '' ? null : b]));
  });

  it('a column that can hold nothing, beside another and alone', async () => {
    const nothing = arrow.vectorFromArray([null, null], new arrow.Null());
    const file = await prepare(ipc({ a: arrow.vectorFromArray(['x', 'y'], new arrow.Utf8()), nothing }));
    expect(await texts(file, ['a', 'nothing'])).toEqual([
      ['x', null],
      ['y', null],
    ]);
    expect(await refusal(ipc({ nothing }))).toMatchObject({
      code: 'arrow-unreadable',
      message: expect.stringContaining('none of its columns'),
    });
  });

  it('columns whose names are alike stay apart', async () => {
    const schema = new arrow.Schema(
      ['Plan', 'plan', 'plan', 'number of the file', '', 'a\0b'].map((name) => field(name, new arrow.Utf8())),
    );
    const children = ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => arrow.vectorFromArray([text], new arrow.Utf8()).data[0] as arrow.Data);
    const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length: 1, nullCount: 0, children });
    const file = await prepare(arrow.tableToIPC(new arrow.Table([new arrow.RecordBatch(schema, data)]), 'file'));
    expect(file.columns.map(({ name }) => name)).toEqual(['Plan', 'plan', 'plan', 'number of the file', '', 'a\0b']);
    const values = joinSql(file.columns.map(({ value }, index) => sql`${value} as ${ident(`c${index}`)}`));
    const [row] = await database.rows<Row>(
      sql`select ${values} from ${arrowReader.source([file as never], [], SOURCE_OPTIONS)} as read_rows`,
    );
    expect(Object.values(row ?? {})).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('no rows, and no columns', async () => {
    const none = await prepare(arrowBytes({ columns: ['a'], rows: [] }, { isStream: true }));
    expect([none.records, none.columns.length, await texts(none, ['a'])]).toEqual([0, 1, []]);
    const bare = await prepare(arrow.tableToIPC(new arrow.Table({}), 'file'));
    expect([bare.records, bare.columns]).toEqual([0, []]);
  });
});

/** Packs a buffer into an LZ4 frame, bytes that repeat as a match of distance 1. */
function lz4Frame(data: Uint8Array): Uint8Array {
  const block: number[] = [];
  const lengthOf = (length: number): number[] =>
    length < 15 ? [] : [...Array<number>(Math.floor((length - 15) / 255)).fill(255), (length - 15) % 255];
  let from = 0;
  const sequence = (to: number, match: number): void => {
    const literals = data.subarray(from, to);
    block.push((Math.min(15, literals.length) << 4) | Math.max(0, Math.min(15, match - 4)), ...lengthOf(literals.length), ...literals);
    if (match > 0) block.push(1, 0, ...lengthOf(match - 4));
    from = to + match;
  };
  for (let at = 1; at < data.length; ) {
    let end = at;
    while (end < data.length && data[end] === data[at - 1]) end += 1;
    if (end - at >= 8) sequence(at, end - at);
    at = end + 1;
  }
  sequence(data.length, 0);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), size, Buffer.from(block), Buffer.alloc(4)]);
}

/** Packs a buffer into a zstd frame: bytes that repeat as blocks of one byte, the others as they are. */
function zstdFrame(data: Uint8Array): Uint8Array {
  const blocks: Buffer[] = [];
  const block = (type: 0 | 1, size: number, content: Uint8Array, isLast: boolean): void => {
    const header = Buffer.alloc(3);
    header.writeUIntLE((size << 3) | (type << 1) | Number(isLast), 0, 3);
    blocks.push(header, Buffer.from(content));
  };
  let from = 0;
  for (let at = 0; at < data.length; ) {
    let end = at + 1;
    while (end < data.length && data[end] === data[at]) end += 1;
    if (end - at >= 8) {
      if (at > from) block(0, at - from, data.subarray(from, at), false);
      block(1, end - at, data.subarray(at, at + 1), false);
      from = end;
    }
    at = end;
  }
  block(0, data.length - from, data.subarray(from), true);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size, ...blocks]);
}

describe('compressed', () => {
  const names = Array.from({ length: 500 }, (_, row) => (row % 5 === 0 ? null : `user ${'.'.repeat(60)}${row}`));
  const vectors = (): Record<string, arrow.Vector> => ({
    name: arrow.vectorFromArray(names, new arrow.Utf8()),
    kind: arrow.vectorFromArray(
      names.map((_, row) => ['a', 'b'][row % 2]),
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()),
    ),
  });
  const packed = (type: arrow.CompressionType, encode: (data: Uint8Array) => Uint8Array): Buffer => {
    const lengths: number[] = [];
    const encodeAndTell = (data: Uint8Array): Uint8Array => {
      const frame = encode(data);
      if (frame.length < data.length) lengths.push(data.length);
      return frame;
    };
    arrow.compressionRegistry.set(type, { encode: encodeAndTell, decode: (data) => data });
    // The registry tries what it is given.
    lengths.length = 0;
    const writer = new arrow.RecordBatchFileWriter({ compressionType: type });
    for (const batch of new arrow.Table(vectors()).batches) writer.write(batch);
    writer.finish();
    const bytes = Buffer.from(writer.toUint8Array(true));
    // The package writes the packed length where that of the unpacked buffer belongs.
    const magic = encode(new Uint8Array(1)).subarray(0, 4);
    let at = 0;
    for (const length of lengths) {
      at = bytes.indexOf(magic, at + 1);
      bytes.writeBigInt64LE(BigInt(length), at - 8);
    }
    return bytes;
  };

  it('with LZ4, as pandas writes Feather', async () => {
    const file = await prepare(packed(arrow.CompressionType.LZ4_FRAME, lz4Frame));
    expect(await texts(file, ['name', 'kind'])).toEqual(names.map((name, row) => [name, ['a', 'b'][row % 2]]));
  });

  it('with zstd', async () => {
    const file = await prepare(packed(arrow.CompressionType.ZSTD, zstdFrame));
    expect(await texts(file, ['name', 'kind'])).toEqual(names.map((name, row) => [name, ['a', 'b'][row % 2]]));
  });

  it('with zstd that is damaged, asks for much memory, or holds more or less than it says: refused', async () => {
    const bytes = packed(arrow.CompressionType.ZSTD, zstdFrame);
    const at = bytes.indexOf(zstdFrame(new Uint8Array()).subarray(0, 4));
    const told = bytes.readBigInt64LE(at - 8);
    for (const [place, byte, words] of [
      [at, 0, 'no zstd frame'],
      // The frame has no single segment: a window of 2^41 bytes.
      [at + 4, 0x80, 'too much memory'],
      [at - 8, Number(told & 0xffn) ^ 1, 'than it says'],
      // Blocks of the type that none has.
      [at + 9, 0x07, 'no sound zstd'],
    ] as const) {
      const changed = Buffer.from(bytes);
      changed[place] = byte;
      if (words === 'too much memory') changed[at + 5] = 0xf8;
      expect(await refusal(changed), words).toMatchObject({ code: 'arrow-unreadable', message: expect.stringContaining(words) });
    }
  });

  it('a buffer that says it holds more than --max-expand allows is refused before it is unpacked', async () => {
    const bytes = packed(arrow.CompressionType.LZ4_FRAME, lz4Frame);
    expect(await refusal(bytes, 0.01)).toMatchObject({ code: 'arrow-expands' });
    const at = bytes.indexOf(Buffer.from([0x04, 0x22, 0x4d, 0x18]));
    bytes.writeBigInt64LE(2n ** 40n, at - 8);
    expect(await refusal(bytes)).toMatchObject({ code: 'arrow-expands' });
    bytes.writeBigInt64LE(-7n, at - 8);
    expect(await refusal(bytes)).toMatchObject({ code: 'arrow-unreadable' });
  });
});

describe('a file that is not whole or not sound', () => {
  const TABLE = {
    columns: ['user_id', 'what'],
    rows: Array.from({ length: 16 }, (_, row) => [`u${row % 7}`, row % 2 === 0 ? 'view' : '']),
  };
  const forms = [
    ['file', arrowBytes(TABLE, { batchRows: 10 })],
    ['stream', arrowBytes(TABLE, { batchRows: 10, isStream: true })],
  ] as const;

  it('a file that is cut anywhere is refused', async () => {
    const [[, bytes]] = forms;
    for (let length = 6; length < bytes.length; length++) {
      expect(['arrow-cut', 'arrow-unreadable'], `at ${length}`).toContain((await refusal(bytes.subarray(0, length))).code);
    }
  });

  it('a stream that is cut within a message is refused; between two messages it is one without the mark of its end', async () => {
    const [, [, bytes]] = forms;
    const counts: number[] = [];
    for (let length = 4; length < bytes.length; length++) {
      try {
        counts.push((await prepare(bytes.subarray(0, length))).records);
      } catch (error) {
        expect(error).toMatchObject({ code: 'arrow-cut' });
      }
    }
    // After the schema, the dictionary, and each of the batches of 10 and 6 rows, which are followed by the mark of eight bytes.
    expect(counts).toEqual([0, 0, 10, 16]);
  });

  it.each(forms)('%s: any byte that is another gives an answer or a refusal, at once', async (_, bytes) => {
    for (let at = 6; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ ([0xff, 0x01, 0x80, 0x10][at % 4] ?? 1);
      try {
        expect((await prepare(changed)).records).toBeLessThanOrEqual(16);
      } catch (error) {
        if (!(error instanceof SegmentError)) throw new Error(`at ${at}: ${String(error)}`, { cause: error });
        expect(error.kind, error.message).toBe('input');
      }
    }
  });

  it('more after the end of a stream, as when two were joined, is refused', async () => {
    const stream = arrowBytes(TABLE, { isStream: true });
    expect(await refusal(Buffer.concat([stream, stream]))).toMatchObject({
      code: 'arrow-unreadable',
      message: expect.stringContaining('other bytes follow'),
    });
  });

  it('a footer that tells of fewer batches than there are is refused', async () => {
    const one = arrowBytes(TABLE, { batchRows: 16 });
    const two = arrowBytes(TABLE, { batchRows: 8 });
    const footerOf = (bytes: Buffer): number => bytes.length - 10 - bytes.readInt32LE(bytes.length - 10);
    const joined = Buffer.concat([two.subarray(0, footerOf(two)), one.subarray(footerOf(one))]);
    expect(await refusal(joined)).toMatchObject({ code: 'arrow-unreadable', message: expect.stringContaining('footer') });
  });

  it('lengths that lie need no memory', async () => {
    for (const [, bytes] of forms) {
      for (const length of [0x7fffffff, 0x7ffffff0, -1]) {
        const changed = Buffer.from(bytes);
        // The first message of a file follows its mark; its length follows the mark of a message.
        changed.writeInt32LE(length, bytes.subarray(0, 6).toString() === 'ARROW1' ? 12 : 4);
        expect(['arrow-cut', 'arrow-unreadable']).toContain((await refusal(changed)).code);
      }
    }
  });

  it('Feather of version 1 is refused with what writes version 2', async () => {
    expect(await refusal(Buffer.from('FEA1 and what was in it FEA1'))).toMatchObject({
      code: 'old-feather',
      hint: expect.stringContaining('to_feather'),
    });
  });

  it('a type that no column can hold is named with its column', async () => {
    const vector = arrow.vectorFromArray([new Int32Array([1, 2])], new arrow.IntervalDayTime());
    expect(await refusal(ipc({ a: arrow.vectorFromArray([1]), wait: vector }))).toMatchObject({
      code: 'arrow-type',
      message: expect.stringMatching(/"wait".*interval/),
    });
  });

  it('text that is no UTF-8 is refused', async () => {
    const data = arrow.makeData({
      type: new arrow.Utf8(),
      length: 2,
      nullCount: 0,
      valueOffsets: Int32Array.of(0, 1, 2),
      data: Buffer.from('é'),
    });
    expect(await refusal(ipc({ x: new arrow.Vector([data]) }))).toMatchObject({
      code: 'arrow-unreadable',
      message: expect.stringContaining('UTF-8'),
    });
  });
});

it.each(Object.entries(ARROW_CASES))('the input of the case %s is what was written for it', (name, content) => {
  expect(readFileSync(join(CASES, name)).equals(Buffer.from(content))).toBe(true);
});
