import { Decompress } from 'fzstd';
import { fault } from './arrow-fault.js';

const MAGIC = 0xfd2fb528;
const SINGLE_SEGMENT = 0x20;
/** What zstd itself reads without `--long`. */
const LARGEST_WINDOW = 2 ** 27;

/** Unpacks zstd frames (RFC 8878) that hold exactly `length` bytes. Faults: what does not fit. */
export function unpackZstd(packed: Uint8Array, length: number): Uint8Array {
  checkWindow(packed);
  const out = new Uint8Array(length);
  let written = 0;
  const decoder = new Decompress((piece) => {
    if (written + piece.length > length) fault('a compressed buffer holds more than it says');
    out.set(piece, written);
    written += piece.length;
  });
  try {
    decoder.push(packed, true);
  } catch (error) {
    // The package's own errors carry a code.
    if (error instanceof Error && 'code' in error) fault('a compressed buffer is no sound zstd');
    throw error;
  }
  if (written !== length) fault('a compressed buffer holds less than it says');
  return out;
}

/** The decoder makes room for the window that a frame asks for. */
function checkWindow(packed: Uint8Array): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (view.getUint32(0, true) !== MAGIC) fault('a compressed buffer is no zstd frame');
  if ((view.getUint8(4) & SINGLE_SEGMENT) !== 0) return;
  const descriptor = view.getUint8(5);
  const base = 2 ** (10 + (descriptor >> 3));
  if (base + (base / 8) * (descriptor & 7) > LARGEST_WINDOW) fault('a compressed buffer asks for too much memory');
}
