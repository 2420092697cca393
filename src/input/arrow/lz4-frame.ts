import { fault } from './arrow-fault.js';

const MAGIC = 0x184d2204;
const LEAST_MATCH = 4;
const LONG = 15;
const MORE = 255;
const UNPACKED_BLOCK = 0x80000000;

/**
 * Unpacks LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md) that hold exactly `length` bytes. Checksums are passed
 * over, as Arrow writes none. Faults: what does not fit.
 */
export function unpackLz4(packed: Uint8Array, length: number): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const out = new Uint8Array(length);
  let written = 0;
  let at = 0;
  while (at < packed.length) {
    if (view.getUint32(at, true) !== MAGIC) fault('a compressed buffer is no LZ4 frame');
    const flags = view.getUint8(at + 4);
    const hasBlockChecksums = (flags & 0x10) !== 0;
    // Magic, flags, block size and header checksum; then the size of the content and the id of a dictionary, when given.
    at += 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
    for (;;) {
      const size = view.getUint32(at, true);
      at += 4;
      if (size === 0) break;
      const isPlain = size >= UNPACKED_BLOCK;
      const end = at + (isPlain ? size - UNPACKED_BLOCK : size);
      if (end > packed.length) fault('a compressed buffer is cut off');
      if (isPlain) {
        if (written + end - at > length) fault('a compressed buffer holds more than it says');
        out.set(packed.subarray(at, end), written);
        written += end - at;
      } else written = unpackBlock(packed, at, end, out, written);
      at = end + (hasBlockChecksums ? 4 : 0);
    }
    at += (flags & 0x04) === 0 ? 0 : 4;
  }
  if (written !== length) fault('a compressed buffer holds less than it says');
  return out;
}

/** Unpacks one block behind what was unpacked before, which it may refer to; returns the new end. */
function unpackBlock(packed: Uint8Array, begin: number, end: number, out: Uint8Array, outBegin: number): number {
  let at = begin;
  let written = outBegin;
  const longer = (length: number): number => {
    let whole = length;
    for (let more = MORE; more === MORE; whole += more) {
      more = at < end ? (packed[at] ?? 0) : fault('a compressed buffer is cut off');
      at += 1;
    }
    return whole;
  };
  while (at < end) {
    const token = packed[at] ?? 0;
    at += 1;
    const literals = token >> 4 === LONG ? longer(LONG) : token >> 4;
    if (at + literals > end || written + literals > out.length) fault('a compressed buffer holds more than it says');
    if (literals > 0) out.set(packed.subarray(at, at + literals), written);
    at += literals;
    written += literals;
    if (at === end) return written;
    if (at + 2 > end) fault('a compressed buffer is cut off');
    const back = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    at += 2;
    const match = ((token & LONG) === LONG ? longer(LONG) : token & LONG) + LEAST_MATCH;
    if (back === 0 || back > written) fault('a compressed buffer refers to what is not there');
    if (written + match > out.length) fault('a compressed buffer holds more than it says');
    if (back >= match) out.copyWithin(written, written - back, written - back + match);
    else for (let copied = 0; copied < match; copied++) out[written + copied] = out[written + copied - back] ?? 0;
    written += match;
  }
  return written;
}
