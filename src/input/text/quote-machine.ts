/** What a byte means to the reading of quotes. */
export const BYTE = { other: 0, delimiter: 1, quote: 2, lf: 3, cr: 4, space: 5 } as const;

/** Where the reading of a field stands. `spaced`: after its one leading blank; `closed`: after a closing quote; `broken`: text followed that quote. */
export const STATE = { start: 0, spaced: 1, plain: 2, quoted: 3, closed: 4, broken: 5 } as const;

const { start, spaced, plain, quoted, closed, broken } = STATE;

/**
 * The state after a byte, at `state * 6 + byte`. DuckDB 1.5 in strict mode reads one blank before an opening quote, and any number
 * after a closing one, as no part of the field; a quote there opens again.
 */
export const NEXT_STATE = Uint8Array.from([
  ...[plain, start, quoted, start, start, spaced],
  ...[plain, start, quoted, start, start, plain],
  ...[plain, start, plain, start, start, plain],
  ...[quoted, quoted, closed, quoted, quoted, quoted],
  ...[broken, start, quoted, start, start, closed],
  ...[broken, start, broken, start, start, broken],
]);

/** The meaning of every byte; a delimiter of several bytes is known by its first and must be compared in full. */
export function byteMeanings(delimiter: Buffer): Uint8Array {
  const meanings = new Uint8Array(256);
  meanings[0x22] = BYTE.quote;
  meanings[0x0a] = BYTE.lf;
  meanings[0x0d] = BYTE.cr;
  meanings[0x20] = BYTE.space;
  meanings[delimiter[0] ?? 0x2c] = BYTE.delimiter;
  return meanings;
}

/** Whether the whole delimiter stands at an index; false as well when the bytes end within it. */
export function isDelimiterAt(bytes: Uint8Array, index: number, delimiter: Uint8Array): boolean {
  for (let offset = 1; offset < delimiter.length; offset++) if (bytes[index + offset] !== delimiter[offset]) return false;
  return true;
}
