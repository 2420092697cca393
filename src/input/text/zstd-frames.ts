import { readChunks } from '../../files/read-chunks.js';

/** One piece of the structure of a zstd file (RFC 8878, 3.1), in order: a frame's header, its blocks, its end. */
export type ZstdPart =
  | { readonly kind: 'frame'; readonly bytes: Buffer; readonly contentSize: bigint | undefined; readonly hasChecksum: boolean }
  /** With its header. */
  | { readonly kind: 'block'; readonly bytes: Buffer; readonly isLast: boolean }
  /** The low 32 bits of the content's XXH64, little-endian; nothing in a frame without. */
  | { readonly kind: 'end'; readonly checksum: Buffer };

/** What a file is in place of zstd that can be read; `why` ends a sentence. */
export class ZstdProblem extends Error {
  readonly kind: 'damaged' | 'unsupported';

  constructor(kind: 'damaged' | 'unsupported', why: string) {
    super(why);
    this.kind = kind;
  }
}

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** What zstd itself reads without `--long`. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
const LARGEST_BLOCK = 128 * 1024;
const RLE = 1;
const RESERVED = 3;
export const CHECKSUM_BYTES = 4;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;

/**
 * Walks through a zstd file from its first to its last byte, over any number of frames; skippable frames are left out. Errors:
 * `ZstdProblem` for a file that ends within a frame or is none, and for a window or dictionary that is not to be had.
 */
export async function* zstdParts(path: string): AsyncGenerator<ZstdPart> {
  const reader = new ByteReader(readChunks(path));
  try {
    for (let isFirst = true; await reader.hasMore(); isFirst = false) {
      const magic = (await reader.take(4)).readUInt32LE();
      if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) await reader.skip((await reader.take(4)).readUInt32LE());
      else if (magic === FRAME) yield* frameParts(reader);
      else throw new ZstdProblem('damaged', isFirst ? 'it begins with other bytes' : 'other bytes follow the end of the compressed data');
    }
  } finally {
    await reader.close();
  }
}

async function* frameParts(reader: ByteReader): AsyncGenerator<ZstdPart> {
  const descriptor = await reader.take(1);
  const flags = descriptor.readUInt8();
  const isSingle = (flags & 0x20) !== 0;
  const hasChecksum = (flags & 0x04) !== 0;
  if ((flags & 0x08) !== 0) throw new ZstdProblem('damaged', 'the header of a frame is none');
  const window = await reader.take(isSingle ? 0 : 1);
  const dictionary = await reader.take(DICTIONARY_BYTES[(flags & 3) as 0 | 1 | 2 | 3]);
  if (dictionary.some((byte) => byte !== 0)) throw new ZstdProblem('unsupported', 'packed with a dictionary');
  const sizeFlag = flags >> 6;
  const size = await reader.take(sizeFlag === 0 ? Number(isSingle) : 2 ** sizeFlag);
  const contentSize = size.length === 0 ? undefined : littleEndian(size) + (size.length === 2 ? 256n : 0n);
  const windowSize = isSingle ? (contentSize ?? 0n) : windowOf(window.readUInt8());
  if (windowSize > BigInt(LARGEST_WINDOW)) throw new ZstdProblem('unsupported', 'packed with a window of more than 128 MB (zstd --long)');
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(FRAME);
  yield { kind: 'frame', bytes: Buffer.concat([magic, descriptor, window, dictionary, size]), contentSize, hasChecksum };
  for (let isLast = false; !isLast; ) {
    const header = await reader.take(3);
    const bits = header.readUIntLE(0, 3);
    const type = (bits >> 1) & 3;
    const length = bits >> 3;
    isLast = (bits & 1) !== 0;
    if (type === RESERVED || length > LARGEST_BLOCK) throw new ZstdProblem('damaged', 'a block of it is none');
    yield { kind: 'block', bytes: Buffer.concat([header, await reader.take(type === RLE ? 1 : length)]), isLast };
  }
  yield { kind: 'end', checksum: await reader.take(hasChecksum ? CHECKSUM_BYTES : 0) };
}

function windowOf(byte: number): bigint {
  const base = 1n << BigInt(10 + (byte >> 3));
  return base + (base / 8n) * BigInt(byte & 7);
}

function littleEndian(bytes: Buffer): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) + BigInt(byte), 0n);
}

/** Takes bytes from chunks, which may be overwritten afterwards. */
class ByteReader {
  readonly #chunks: AsyncGenerator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks;
  }

  async hasMore(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#chunk = next.value;
    }
    return true;
  }

  /** A copy of the next bytes. */
  async take(length: number): Promise<Buffer> {
    const taken = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) at += (await this.#some(length - at)).copy(taken, at);
    return taken;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) left -= (await this.#some(left)).length;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  async #some(most: number): Promise<Buffer> {
    if (!(await this.hasMore())) throw new ZstdProblem('damaged', 'it ends in the middle, as a download that was cut off');
    const some = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(some.length);
    return some;
  }
}
