import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fail, segmentError } from '../../errors/segment-error.js';

const PIECE_BYTES = 512 * 1024;
const PEEK_BYTES = 16 * 1024;

interface GzipFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
}

/**
 * What a gzip file holds (any number of members, checked to their end), piece by piece, at most `maxExpand` times its size.
 * Errors: `gzip-damaged` (cut off, wrong checksum, bytes after the end), `gzip-expands`.
 */
export async function* gunzipFile(file: GzipFile, maxExpand: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  const source = createReadStream(file.path, { highWaterMark: PIECE_BYTES });
  pipeline(source, gunzip, () => undefined);
  let bytes = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxExpand * file.size) fail('gzip-expands', { file: file.name, times: maxExpand });
      yield piece;
    }
  } catch (error) {
    throw isZlibError(error) ? segmentError('gzip-damaged', { file: file.name, reason: reasonOf(error) }, { cause: error }) : error;
  } finally {
    gunzip.destroy();
    source.destroy();
  }
  if (!(await isZeroFrom(file.path, gunzip.bytesWritten))) {
    fail('gzip-damaged', { file: file.name, reason: 'other bytes follow the end of the compressed data' });
  }
}

/** The first bytes inside a gzip file, or undefined when they cannot be had. */
export async function peekGzip(path: string, bytes: number): Promise<Buffer | undefined> {
  const gunzip = createGunzip({ chunkSize: PEEK_BYTES });
  const source = createReadStream(path, { highWaterMark: PEEK_BYTES });
  pipeline(source, gunzip, () => undefined);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length >= bytes) break;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    if (length === 0) return undefined;
  } finally {
    gunzip.destroy();
    source.destroy();
  }
  return Buffer.concat(pieces).subarray(0, bytes);
}

/** Zero bytes after the end are padding. */
async function isZeroFrom(path: string, offset: number): Promise<boolean> {
  for await (const chunk of createReadStream(path, { start: offset }) as AsyncIterable<Buffer>) {
    if (chunk.some((byte) => byte !== 0)) return false;
  }
  return true;
}

function isZlibError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'Z_BUF_ERROR') return 'it ends in the middle, as a download that was cut off';
  if (error.message.includes('header check')) return 'bytes that are not gzip follow, or stand at its beginning';
  if (error.message.includes('data check') || error.message.includes('length check')) return 'its checksum does not match its content';
  return `its compressed data is broken (${error.message})`;
}
