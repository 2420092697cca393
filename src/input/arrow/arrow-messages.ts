import type { FileHandle } from 'node:fs/promises';
import { ArrowCut, fault } from './arrow-fault.js';
import { type ArrowField, fieldsOf } from './arrow-schema.js';
import { FlatTable } from './flat-table.js';

/** What describes the values of a batch: their lengths, and where their buffers lie in the body. */
export interface BatchHeader {
  readonly rows: number;
  /** Length and number of nulls of each field, nested ones after what holds them. */
  readonly nodes: readonly (readonly number[])[];
  /** Offset and length in the body. */
  readonly buffers: readonly (readonly number[])[];
  readonly codec: 'lz4' | 'zstd' | undefined;
  readonly viewBuffers: readonly number[];
}

export interface ArrowBatch {
  readonly header: BatchHeader;
  /** Set for the values of a dictionary. */
  readonly dictionary: { readonly id: number; readonly isDelta: boolean } | undefined;
  readonly body: Uint8Array;
}

/** A file or stream whose parts were found, with its schema. */
export interface ArrowLayout {
  readonly isStream: boolean;
  readonly fields: readonly ArrowField[];
  readonly parts: readonly Part[];
  readonly rows: number;
  /** Where the last message is over at the latest. */
  readonly end: number;
}

/** Where a batch lies. */
interface Part {
  readonly at: number;
  readonly isDictionary: boolean;
}

export const FILE_MARK = 'ARROW1';
/** Before the length of each message, since Arrow 0.15. */
const CONTINUATION = 0xffffffff;
/** The mark and two bytes that fill up eight. */
const FILE_HEAD_BYTES = 8;
/** The length of the footer and the mark. */
const FILE_TAIL_BYTES = 4 + FILE_MARK.length;
/** The system takes no more at once. */
const READ_BYTES = 2 ** 30;
const WORD_BYTES = 4;
const LONG_BYTES = 8;
const STRUCT_BYTES = 16;
const BLOCK_BYTES = 24;
/** The oldest version of the metadata: Arrow 0.8. */
const OLDEST_VERSION = 3;
const SCHEMA = 1;
const DICTIONARY = 2;
const BATCH = 3;
const CODECS = ['lz4', 'zstd'] as const;

/**
 * Finds every message of an Arrow file or stream, from its beginning to its end, reading their metadata only. A cut: the file ends within
 * one. Faults: lengths that no such file has, bytes after the end, a footer that tells of other parts.
 */
export async function findMessages(file: FileHandle, size: number): Promise<ArrowLayout> {
  const isStream = (await readExactly(file, 0, Math.min(size, FILE_MARK.length))).toString('latin1') !== FILE_MARK;
  const footer = isStream ? undefined : await readFooter(file, size);
  const end = footer?.at ?? size;
  let at = isStream ? 0 : FILE_HEAD_BYTES;
  // Some writers of files tell their schema in the footer only.
  let fields = footer?.fields;
  let rows = 0;
  const parts: Part[] = [];
  while (at < end) {
    const message = await readMessage(file, at, end);
    if (message.isEnd) {
      if (isStream && message.next !== end) fault('other bytes follow its end');
      break;
    }
    const { type, content, next } = message;
    if (type === SCHEMA && parts.length === 0) fields ??= fieldsOf(content);
    else if (fields === undefined || (type !== BATCH && type !== DICTIONARY)) fault('its messages are not in order');
    else {
      const batch = batchOf(message);
      parts.push({ at, isDictionary: batch.dictionary !== undefined });
      if (batch.dictionary === undefined) rows += batch.header.rows;
    }
    at = next;
  }
  if (fields === undefined) throw new ArrowCut();
  if (footer !== undefined) checkFooter(footer, parts);
  // A file may tell of dictionaries wherever it likes; a stream only before they are used.
  const ordered = isStream
    ? parts
    : [...parts.filter(({ isDictionary }) => isDictionary), ...parts.filter(({ isDictionary }) => !isDictionary)];
  return { isStream, fields, parts: ordered, rows, end };
}

/** The batches of a file one by one: only one is in memory. */
export async function* readBatches(file: FileHandle, { parts, end }: ArrowLayout): AsyncGenerator<ArrowBatch> {
  for (const { at } of parts) {
    const message = await readMessage(file, at, end);
    if (message.isEnd) throw new ArrowCut();
    yield { ...batchOf(message), body: await readExactly(file, message.bodyAt, message.bodyBytes) };
  }
}

type Message =
  | { readonly isEnd: true; readonly next: number }
  | {
      readonly isEnd: false;
      readonly type: number;
      readonly content: FlatTable;
      readonly bodyAt: number;
      readonly bodyBytes: number;
      readonly next: number;
    };

async function readMessage(file: FileHandle, at: number, end: number): Promise<Message> {
  const head = await readExactly(file, at, Math.min(LONG_BYTES, end - at));
  if (head.length < WORD_BYTES) throw new ArrowCut();
  const prefixBytes = head.readUInt32LE(0) === CONTINUATION ? LONG_BYTES : WORD_BYTES;
  if (head.length < prefixBytes) throw new ArrowCut();
  const length = head.readInt32LE(prefixBytes - WORD_BYTES);
  const metadataAt = at + prefixBytes;
  if (length === 0) return { isEnd: true, next: metadataAt };
  if (length < 0) fault('a message has an impossible length');
  if (metadataAt + length > end) throw new ArrowCut();
  const table = FlatTable.of(await readExactly(file, metadataAt, length));
  if (table.short(0) < OLDEST_VERSION) fault('it was written by Arrow before 0.8');
  const content = table.table(2);
  if (content === undefined) fault('it has an empty message');
  const bodyBytes = table.long(3);
  const bodyAt = metadataAt + length;
  if (bodyBytes < 0) fault('a message has an impossible length');
  if (bodyAt + bodyBytes > end) throw new ArrowCut();
  return { isEnd: false, type: table.byte(1), content, bodyAt, bodyBytes, next: bodyAt + bodyBytes };
}

function batchOf({ type, content, bodyBytes }: Message & { isEnd: false }): Omit<ArrowBatch, 'body'> {
  if (type === BATCH) return { header: batchHeader(content, bodyBytes), dictionary: undefined };
  const data = content.table(1);
  if (data === undefined) fault('a dictionary has no values');
  return { header: batchHeader(data, bodyBytes), dictionary: { id: content.long(0), isDelta: content.byte(2) !== 0 } };
}

function batchHeader(table: FlatTable, bodyBytes: number): BatchHeader {
  const compression = table.table(3);
  const rows = table.long(0);
  const nodes = table.structs(1, STRUCT_BYTES, [0, LONG_BYTES]);
  const buffers = table.structs(2, STRUCT_BYTES, [0, LONG_BYTES]);
  if (rows < 0 || nodes.flat().some((number) => number < 0)) fault('a batch has an impossible length');
  for (const [offset = 0, length = 0] of buffers) {
    if (offset < 0 || length < 0 || offset + length > bodyBytes) fault('a buffer leads out of its batch');
  }
  return {
    rows,
    nodes,
    buffers,
    codec: compression === undefined ? undefined : (CODECS[compression.byte(0)] ?? fault('it is compressed in an unknown way')),
    viewBuffers: table.structs(4, LONG_BYTES, [0]).flat(),
  };
}

interface Footer {
  readonly at: number;
  readonly fields: readonly ArrowField[];
  readonly dictionaries: readonly number[];
  readonly batches: readonly number[];
}

async function readFooter(file: FileHandle, size: number): Promise<Footer> {
  if (size < FILE_HEAD_BYTES + FILE_TAIL_BYTES) throw new ArrowCut();
  const tail = await readExactly(file, size - FILE_TAIL_BYTES, FILE_TAIL_BYTES);
  if (tail.toString('latin1', 4) !== FILE_MARK) throw new ArrowCut();
  const length = tail.readInt32LE(0);
  const at = size - FILE_TAIL_BYTES - length;
  if (length <= 0 || at < FILE_HEAD_BYTES) fault('its footer has an impossible length');
  const table = FlatTable.of(await readExactly(file, at, length));
  const schema = table.table(1);
  if (schema === undefined) fault('its footer has no schema');
  const offsets = (field: number): number[] => table.structs(field, BLOCK_BYTES, [0]).flat();
  return { at, fields: fieldsOf(schema), dictionaries: offsets(2), batches: offsets(3) };
}

/** Both lists of parts must be the same: one that is short would lose rows. */
function checkFooter({ dictionaries, batches }: Footer, parts: readonly Part[]): void {
  const found = (which: boolean): string => String(parts.flatMap(({ at, isDictionary }) => (isDictionary === which ? [at] : [])));
  const told = (offsets: readonly number[]): string => String([...offsets].sort((left, right) => left - right));
  if (found(true) !== told(dictionaries) || found(false) !== told(batches)) fault('its footer tells of other parts than it has');
}

async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  // Its own memory from the first byte on, so that numbers lie where typed arrays want them.
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, READ_BYTES), at + done);
    if (bytesRead === 0) throw new ArrowCut();
    done += bytesRead;
  }
  return bytes;
}
