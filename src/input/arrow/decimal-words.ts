import { fault } from './arrow-fault.js';

interface DecimalLayout {
  readonly rows: number;
  readonly present: Uint8Array | undefined;
  /** Of each value in the file. */
  readonly bits: number;
  readonly digits: number;
  /** Of each value in the engine. */
  readonly bytes: number;
}

const WORD = 64n;

/** Decimals as the engine keeps them: whole numbers as wide as their digits need. Fault: a value of more digits than its type. */
export function readDecimals(source: Uint8Array, { rows, present, bits, digits, bytes }: DecimalLayout): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const out = new Uint8Array(rows * bytes);
  const target = new DataView(out.buffer);
  const limit = 10n ** BigInt(digits);
  for (let row = 0; row < rows; row++) {
    if (present !== undefined && ((present[row >> 3] ?? 0) & (1 << (row & 7))) === 0) continue;
    const value = valueAt(view, (row * bits) / 8, bits);
    if (value >= limit || value <= -limit) fault('a decimal has more digits than its column');
    const at = row * bytes;
    if (bytes === 2) target.setInt16(at, Number(value), true);
    else if (bytes === 4) target.setInt32(at, Number(value), true);
    else {
      target.setBigInt64(at, BigInt.asIntN(64, value), true);
      if (bytes === 16) target.setBigInt64(at + 8, value >> WORD, true);
    }
  }
  return out;
}

function valueAt(view: DataView, at: number, bits: number): bigint {
  if (bits === 32) return BigInt(view.getInt32(at, true));
  let value = view.getBigInt64(at + bits / 8 - 8, true);
  for (let below = at + bits / 8 - 16; below >= at; below -= 8) value = (value << WORD) | view.getBigUint64(below, true);
  return value;
}
