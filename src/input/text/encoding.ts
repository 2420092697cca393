import { fail } from '../../errors/segment-error.js';

/** How the bytes of a text become UTF-8. `utf-8` needs no copy. */
export interface Encoding {
  readonly name: string;
  /** A decoder that throws at bytes the encoding does not know; undefined for UTF-8. */
  readonly open: (() => Decoder) | undefined;
}

export interface Decoder {
  /** The text of the next bytes; with `isLast` also of what was begun. */
  decode(bytes: Uint8Array, isLast: boolean): string;
}

/** ISO-8859-1 proper; to a TextDecoder these labels mean windows-1252. */
const LATIN1 = new Set(['latin1', 'latin-1', 'iso-8859-1', 'iso8859-1', 'iso_8859-1', 'iso88591', 'l1', 'cp819', 'ibm819']);
const UTF8 = new Set(['utf8', 'utf-8', 'utf8-bom', 'utf-8-sig', 'ascii', 'us-ascii']);

/** Code points of 0x80 to 0x9F in windows-1252; the five holes keep their number, as on the web. */
const WINDOWS_1252 =
  '\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F' +
  '\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178';

/** The encoding a user named. Errors: `bad-option-value`. */
export function parseEncoding(label: string): Encoding {
  const name = label.trim().toLowerCase();
  if (UTF8.has(name)) return { name: 'utf-8', open: undefined };
  if (LATIN1.has(name)) return { name: 'iso-8859-1', open: () => latin1 };
  const known = knownName(name);
  if (known === undefined) {
    const expected = 'utf-8, utf-16le, windows-1252, iso-8859-1 or another encoding name';
    fail('bad-option-value', { option: '--encoding', value: label, expected });
  }
  if (known === 'utf-8') return { name: known, open: undefined };
  // Node 20.20 decodes windows-1252 as ISO-8859-1: 0x80 must be the euro sign.
  if (known === 'windows-1252') return { name: known, open: () => windows1252 };
  return { name: known, open: () => strictDecoder(known) };
}

/** Whether a user can name an encoding like this. */
export function isEncoding(label: string): boolean {
  const name = label.trim().toLowerCase();
  return UTF8.has(name) || LATIN1.has(name) || knownName(name) !== undefined;
}

/** The encoding that a byte order mark at the beginning of a text names, if there is one. */
export function encodingOfMark(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'utf-8', open: undefined };
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', open: () => strictDecoder('utf-16le') };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', open: () => strictDecoder('utf-16be') };
  return undefined;
}

/** The UTF-16 that unmarked bytes look like: every other byte of Latin text is zero. */
export function guessUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const length = Math.min(head.length, 4096) & ~1;
  const zeros = [0, 0];
  for (let index = 0; index < length; index++) if (head[index] === 0) zeros[index & 1] = (zeros[index & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (length >= 4 && odd > 0.3 * (length / 2) && even === 0) return 'utf-16le';
  if (length >= 4 && even > 0.3 * (length / 2) && odd === 0) return 'utf-16be';
  return undefined;
}

function knownName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

function strictDecoder(name: string): Decoder {
  const decoder = new TextDecoder(name, { fatal: true });
  return { decode: (bytes, isLast) => decoder.decode(bytes, { stream: !isLast }) };
}

const latin1: Decoder = {
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
};

const windows1252: Decoder = {
  decode: (bytes, isLast) =>
    latin1.decode(bytes, isLast).replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? character),
};
