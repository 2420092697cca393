import type { Decompress } from 'fzstd';
import type { XXHash } from 'xxhash-wasm';
import { fail, SegmentError, segmentError } from '../../errors/segment-error.js';
import { isSystemError } from '../../errors/system-error.js';
import { CHECKSUM_BYTES, type ZstdPart, ZstdProblem, zstdParts } from './zstd-frames.js';

interface ZstdFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
}

const LOW_BITS = 0xffffffffn;

/**
 * What a zstd file holds (any number of frames, checked to their end), piece by piece, at most `maxExpand` times its size. The engine
 * reads a file that was cut short without a word, so it is unpacked here; the length and the checksum of each frame are compared
 * where the file has them. Errors: `zstd-damaged` (cut off, wrong checksum or length, other bytes), `zstd-unsupported` (a
 * dictionary, a window of more than 128 MB), `zstd-expands`.
 */
export async function* unzstdFile(file: ZstdFile, maxExpand: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const piece of contentOf(file.path)) {
      bytes += piece.length;
      if (bytes > maxExpand * file.size) fail('zstd-expands', { file: file.name, times: maxExpand });
      yield piece;
    }
  } catch (error) {
    throw asProblem(file, error);
  }
}

/** The first bytes inside a zstd file, or undefined when they cannot be had; and whether its first frame has a checksum. */
export async function peekZstd(path: string, bytes: number): Promise<{ readonly head: Buffer | undefined; readonly isUnchecked: boolean }> {
  const pieces: Buffer[] = [];
  let length = 0;
  let isUnchecked = false;
  try {
    for await (const part of zstdParts(path)) {
      if (part.kind !== 'frame') continue;
      isUnchecked = !part.hasChecksum;
      break;
    }
    for await (const piece of contentOf(path)) {
      pieces.push(piece);
      length += piece.length;
      if (length >= bytes) break;
    }
  } catch (error) {
    if (isSystemError(error)) throw error;
    if (length === 0) return { head: undefined, isUnchecked };
  }
  return { head: Buffer.concat(pieces).subarray(0, bytes), isUnchecked };
}

async function* contentOf(path: string): AsyncGenerator<Buffer> {
  const { Decompress: Decoder } = await import('fzstd');
  const { create64 } = await (await import('xxhash-wasm')).default();
  let frame: Frame | undefined;
  for await (const part of zstdParts(path)) {
    if (part.kind === 'frame') frame = new Frame(part, create64(), (onData) => new Decoder(onData));
    else if (part.kind === 'block') yield* frame?.unpack(part) ?? [];
    else frame?.check(part.checksum);
  }
}

/** One frame while it is unpacked. */
class Frame {
  readonly #decoder: Decompress;
  readonly #hash: XXHash<bigint>;
  readonly #expected: bigint | undefined;
  /** What fzstd wants after the last block; it does not look at it. */
  readonly #end: Buffer;
  /** What it wants before the first one. */
  #header: Buffer;
  #pieces: Buffer[] = [];
  #length = 0n;

  constructor(
    { bytes, contentSize, hasChecksum }: Extract<ZstdPart, { kind: 'frame' }>,
    hash: XXHash<bigint>,
    open: (onData: (data: Uint8Array) => void) => Decompress,
  ) {
    this.#header = bytes;
    this.#end = Buffer.alloc(hasChecksum ? CHECKSUM_BYTES : 0);
    this.#hash = hash;
    this.#expected = contentSize;
    this.#decoder = open((data) => {
      if (data.length > 0) this.#pieces.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    });
  }

  /** What a block holds. */
  unpack({ bytes, isLast }: Extract<ZstdPart, { kind: 'block' }>): Buffer[] {
    this.#pieces = [];
    this.#decoder.push(Buffer.concat([this.#header, bytes, ...(isLast ? [this.#end] : [])]), isLast);
    this.#header = Buffer.alloc(0);
    for (const piece of this.#pieces) {
      this.#hash.update(piece);
      this.#length += BigInt(piece.length);
    }
    return this.#pieces;
  }

  check(checksum: Buffer): void {
    if (this.#expected !== undefined && this.#length !== this.#expected)
      throw new ZstdProblem('damaged', 'its length is another than it says');
    if (checksum.length > 0 && BigInt(checksum.readUInt32LE()) !== (this.#hash.digest() & LOW_BITS)) {
      throw new ZstdProblem('damaged', 'its checksum does not match its content');
    }
  }
}

/** What the library says against a file is damage: it fails in many ways at data that is none. */
function asProblem({ name }: ZstdFile, error: unknown): unknown {
  if (error instanceof ZstdProblem) {
    return error.kind === 'damaged'
      ? segmentError('zstd-damaged', { file: name, reason: error.message }, { cause: error })
      : segmentError('zstd-unsupported', { file: name, how: error.message }, { cause: error });
  }
  if (error instanceof SegmentError || isSystemError(error) || !(error instanceof Error)) return error;
  return segmentError('zstd-damaged', { file: name, reason: 'its compressed data is broken' }, { cause: error });
}
