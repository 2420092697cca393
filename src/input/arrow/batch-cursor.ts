import { fault } from './arrow-fault.js';
import type { ArrowBatch } from './arrow-messages.js';

/** Before a compressed buffer: its length unpacked. */
const LENGTH_BYTES = 8;
/** Stands there when the buffer is not compressed after all. */
const NOT_PACKED = -1n;

interface NumberArray {
  readonly BYTES_PER_ELEMENT: number;
}

/** Unpacks a buffer that holds exactly `length` bytes. */
export type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

/** Takes the parts of a batch in the order of the schema, each checked to be as long as its values need. */
export class BatchCursor {
  readonly #batch: ArrowBatch;
  readonly #unpack: Unpack;
  readonly #allow: (bytes: number) => void;
  #node = 0;
  #buffer = 0;
  #viewCount = 0;

  /** `allow` hears how many bytes are about to be unpacked. */
  constructor(batch: ArrowBatch, unpack: Unpack, allow: (bytes: number) => void) {
    this.#batch = batch;
    this.#unpack = unpack;
    this.#allow = allow;
  }

  /** The next field: its rows, and the bits of those that have a value, undefined when all have. */
  field(hasBits = true): { rows: number; present: Uint8Array | undefined } {
    const [rows, nulls] = this.#batch.header.nodes[this.#node] ?? fault('a batch has fewer columns than the schema');
    this.#node += 1;
    if (rows === undefined || nulls === undefined || nulls > rows) fault('a column has more empty values than values');
    if (!hasBits) return { rows, present: undefined };
    const bits = this.bytes();
    if (nulls === 0) return { rows, present: undefined };
    if (8 * bits.length < rows) fault('a buffer is too short for its values');
    if (rows - countBits(bits, rows) !== nulls) fault('a column miscounts its empty values');
    return { rows, present: bits };
  }

  /** The next buffer, unpacked. */
  bytes(): Uint8Array {
    const { header, body } = this.#batch;
    const [offset, length] = header.buffers[this.#buffer] ?? fault('a batch has fewer buffers than the schema');
    this.#buffer += 1;
    const raw = body.subarray(offset, (offset ?? 0) + (length ?? 0));
    if (header.codec === undefined || raw.length === 0) return raw;
    if (raw.length < LENGTH_BYTES) fault('a compressed buffer is cut off');
    const unpacked = new DataView(raw.buffer, raw.byteOffset).getBigInt64(0, true);
    const packed = raw.subarray(LENGTH_BYTES);
    if (unpacked === NOT_PACKED) return packed;
    if (unpacked < 0n || unpacked > BigInt(Number.MAX_SAFE_INTEGER)) fault('a compressed buffer has an impossible length');
    this.#allow(Number(unpacked));
    return this.#unpack(packed, Number(unpacked));
  }

  /** The next buffer as numbers, at least so many. */
  numbers<T extends ArrayBufferView>(
    kind: NumberArray & { new (buffer: ArrayBufferLike, byteOffset: number, length: number): T },
    count: number,
  ): T {
    const bytes = this.bytesFor(count, kind.BYTES_PER_ELEMENT);
    const aligned = bytes.byteOffset % kind.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
    return new kind(aligned.buffer, aligned.byteOffset, count);
  }

  /** The next buffer, long enough for so many values. */
  bytesFor(count: number, width: number): Uint8Array {
    const bytes = this.bytes();
    if (bytes.length < count * width) fault('a buffer is too short for its values');
    return bytes;
  }

  /** How many buffers of text the next field of views has. */
  viewBuffers(): Uint8Array[] {
    const count = this.#batch.header.viewBuffers[this.#viewCount] ?? fault('a batch has fewer buffers than the schema');
    this.#viewCount += 1;
    if (count < 0 || count > this.#batch.header.buffers.length) fault('a batch has fewer buffers than the schema');
    return Array.from({ length: count }, () => this.bytes());
  }

  /** Refuses a batch of which something is left. */
  end(): void {
    const { nodes, buffers } = this.#batch.header;
    if (this.#node !== nodes.length || this.#buffer !== buffers.length) fault('a batch has more columns than the schema');
  }
}

const BITS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

function countBits(bits: Uint8Array, rows: number): number {
  let count = 0;
  const whole = rows >> 3;
  for (let index = 0; index < whole; index++) count += BITS_OF_BYTE[bits[index] ?? 0] ?? 0;
  const rest = rows & 7;
  return rest === 0 ? count : count + (BITS_OF_BYTE[(bits[whole] ?? 0) & ((1 << rest) - 1)] ?? 0);
}
