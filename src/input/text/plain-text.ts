import { createHash } from 'node:crypto';
import { fail } from '../../errors/segment-error.js';
import { hashFile } from '../../files/hash-file.js';
import { readChunks } from '../../files/read-chunks.js';
import { withOpenFile } from '../../files/with-open-file.js';
import type { InputFile } from '../sources.js';
import { beginningOf, type HeadBound } from './beginning.js';
import type { BlankSeparated } from './blank-separated.js';
import { decodeFile } from './decode-file.js';
import { type Encoding, encodingOfMark, guessUtf16, parseEncoding } from './encoding.js';
import { gunzipFile } from './gunzip-file.js';
import { physicalLineAt } from './physical-line.js';
import { withoutMark } from './read-text-chunks.js';
import type { Spool } from './spool.js';
import { TextPass } from './text-pass.js';
import { unzstdFile } from './unzstd-file.js';

export interface TextOptions {
  /** The encoding a user named; a byte order mark wins, without either it is UTF-8. */
  readonly encoding?: string | undefined;
  /** One to four bytes of text, or `tab` or `\t`. */
  readonly delimiter?: string | undefined;
  /** How many times its size a packed file may hold. */
  readonly maxExpand: number;
  /** An existing private folder for copies. */
  readonly spoolDirectory: string;
  /** For records without a header whose fields are separated by blanks: the names of the columns, for each number of fields. */
  readonly blankSeparated?: BlankSeparated | undefined;
  /** Where the beginning of the file will do, how much of it is read. */
  readonly head?: HeadBound | undefined;
  /** Stops the reading; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Bytes. DuckDB drops CSV records longer than its buffer (32 MB) without a reject: lines that come near are refused here. */
export const LINE_LIMIT = 16 * 1024 * 1024;
const HEAD_BYTES = 4096;

/** UTF-8 bytes on disk, and what the pass over them told. */
export interface PlainText {
  /** The file itself, or its copy unpacked and in UTF-8. */
  readonly path: string;
  readonly encoding: string;
  readonly pass: TextPass;
  /** Whether a byte order mark stands before the text. */
  readonly hasMark: boolean;
  /** Of the file's own bytes, hex; empty for a beginning. */
  readonly sha256: string;
  /** Whether only the beginning was read; its last record may be incomplete. */
  readonly isBeginning: boolean;
}

interface Unpacked {
  readonly path: string;
  readonly pass: TextPass;
}

/**
 * Reads a text file from its first to its last byte, or its beginning; what is packed or in another encoding is copied.
 * Errors: `encoding`, those of `gunzipFile` and `unzstdFile`, `bad-option-value`, `disk-full`.
 */
export async function readPlainText(file: InputFile, spool: Spool, options: TextOptions): Promise<PlainText> {
  const { signal } = options;
  const named = options.encoding === undefined ? undefined : parseEncoding(options.encoding);
  const begun = options.head === undefined ? undefined : await copyBeginning(file, options.head, named, spool, options.maxExpand);
  if (begun !== undefined) {
    const text = await readText(file, begun, named, spool, () => signal?.throwIfAborted());
    return { ...text, sha256: '', isBeginning: true };
  }
  const hash = createHash('sha256');
  const unpacked = file.compression === 'none' ? undefined : await unpack(file, file.compression, options.maxExpand, spool);
  const text = await readText(file, unpacked, named, spool, (bytes) => {
    signal?.throwIfAborted();
    hash.update(bytes);
  });
  return { ...text, sha256: unpacked === undefined ? hash.digest('hex') : await hashFile(file.path, signal), isBeginning: false };
}

/** The whole lines of the beginning; undefined when the file is not longer. */
async function copyBeginning(
  file: InputFile,
  { bytes }: HeadBound,
  named: Encoding | undefined,
  spool: Spool,
  maxExpand: number,
): Promise<Unpacked | undefined> {
  const pieces = file.compression === 'none' ? readChunks(file.path) : unpacked(file, file.compression, maxExpand);
  const beginning = await beginningOf(pieces, bytes, (head) => {
    const name = (encodingOfMark(head) ?? named)?.name ?? '';
    return { unit: name.startsWith('utf-16') ? 2 : 1, isLittleEndian: name === 'utf-16le' };
  });
  if (beginning === undefined) return undefined;
  const pass = new TextPass(LINE_LIMIT);
  const path = await spool.copy(passing(onePiece(beginning), pass));
  return { path, pass };
}

async function* onePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function unpack(file: InputFile, compression: 'gzip' | 'zstd', maxExpand: number, spool: Spool): Promise<Unpacked> {
  const pass = new TextPass(LINE_LIMIT);
  const path = await spool.copy(passing(unpacked(file, compression, maxExpand), pass));
  return { path, pass };
}

function unpacked(file: InputFile, compression: 'gzip' | 'zstd', maxExpand: number): AsyncIterable<Buffer> {
  // A packed file within an archive may have been packed again for it.
  const size = Math.min(file.size, file.origin?.member?.packedSize ?? file.size);
  return { gzip: gunzipFile, zstd: unzstdFile }[compression]({ ...file, size }, maxExpand);
}

async function readText(
  file: InputFile,
  unpacked: Unpacked | undefined,
  named: Encoding | undefined,
  spool: Spool,
  onRaw: (bytes: Buffer) => void,
): Promise<Omit<PlainText, 'sha256' | 'isBeginning'>> {
  const path = unpacked?.path ?? file.path;
  const head = await readBeginning(path);
  const encoding = encodingOfMark(head) ?? named ?? parseEncoding('utf-8');
  if (encoding.open !== undefined) {
    const pass = new TextPass(LINE_LIMIT);
    const decoded = await spool.copy(passing(decodeFile(path, file.name, encoding, onRaw), pass));
    return { path: decoded, encoding: encoding.name, pass, hasMark: false };
  }
  refuseUtf16(file, head);
  const pass = unpacked?.pass ?? (await passOver(path, onRaw));
  if (pass.invalidAt !== undefined) {
    fail('encoding', { file: file.name, line: await physicalLineAt(path, pass.invalidAt), encoding: 'utf-8' });
  }
  return { path, encoding: 'utf-8', pass, hasMark: withoutMark(head).length < head.length };
}

async function passOver(path: string, onRaw: (bytes: Buffer) => void): Promise<TextPass> {
  const pass = new TextPass(LINE_LIMIT);
  for await (const chunk of readChunks(path)) {
    onRaw(chunk);
    pass.push(chunk);
  }
  pass.end();
  return pass;
}

/** The pieces, each shown to the pass. */
export async function* passing(pieces: AsyncIterable<Buffer>, pass: TextPass): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    pass.push(piece);
    yield piece;
  }
  pass.end();
}

async function readBeginning(path: string): Promise<Buffer> {
  return withOpenFile(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  });
}

/** Bytes that no mark and no flag call UTF-16. */
function refuseUtf16(file: InputFile, head: Buffer): void {
  const utf16 = guessUtf16(head);
  if (utf16 !== undefined) fail('encoding', { file: file.name, line: 1, encoding: 'utf-8', guess: utf16 });
}

/** Refuses a text that holds a line too long to be a record. Error: `line-too-long`. */
export async function checkLines(file: InputFile, { path, pass }: Pick<PlainText, 'path' | 'pass'>): Promise<void> {
  if (pass.longLineAt !== undefined) fail('line-too-long', { file: file.name, line: await physicalLineAt(path, pass.longLineAt) });
}
