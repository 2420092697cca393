import { READERS } from './readers/index.js';
import type { FileHead, Reader } from './readers/reader.js';
import { guessUtf16 } from './text/encoding.js';

/** What the first bytes of a file show it to be. `name` is how a message calls it. */
export type ContentKind =
  | { readonly kind: 'readable'; readonly name: string; readonly reader: Reader }
  | { readonly kind: 'gzip' | 'zstd' | 'zip' | 'html' | 'other'; readonly name: string };

/** Bytes of a file's beginning that `contentKind` looks at. */
export const CONTENT_HEAD_BYTES = 512;

const HTML: ContentKind = { kind: 'html', name: 'HTML or XML' };
const JSON_TEXT: ContentKind = { kind: 'other', name: 'a JSON list of other things than objects' };

/** Packings, and formats that no reader reads, known by the bytes they begin with. */
const SIGNATURES: readonly { readonly bytes: string; readonly kind: 'gzip' | 'zstd' | 'other'; readonly name: string }[] = [
  { bytes: '\x1f\x8b', kind: 'gzip', name: 'gzip' },
  { bytes: 'PARE', kind: 'other', name: 'encrypted Parquet' },
  { bytes: '\x28\xb5\x2f\xfd', kind: 'zstd', name: 'zstd' },
  { bytes: 'BZh', kind: 'other', name: 'bzip2' },
  { bytes: '\xfd7zXZ\x00', kind: 'other', name: 'xz' },
  { bytes: '7z\xbc\xaf\x27\x1c', kind: 'other', name: '7-Zip' },
  { bytes: 'Obj\x01', kind: 'other', name: 'Avro' },
  { bytes: '\xd0\xcf\x11\xe0', kind: 'other', name: 'an old Excel workbook' },
  { bytes: 'SQLite format 3\x00', kind: 'other', name: 'an SQLite database' },
  { bytes: '%PDF-', kind: 'other', name: 'PDF' },
  { bytes: '\xff\xfe\x00\x00', kind: 'other', name: 'UTF-32 text' },
  { bytes: '\x00\x00\xfe\xff', kind: 'other', name: 'UTF-32 text' },
];

/** What the beginning of a file, or of an unpacked one, holds. Anything not recognised is delimited text. */
export function contentKind(head: Buffer): ContentKind {
  const bytes = head.toString('latin1', 0, CONTENT_HEAD_BYTES);
  if (bytes.startsWith('PK\x03\x04') || bytes.startsWith('PK\x05\x06')) {
    return /\[Content_Types\]|_rels\/|xl\//.test(bytes)
      ? { kind: 'other', name: 'an Excel workbook' }
      : { kind: 'zip', name: 'a zip archive' };
  }
  if (bytes.slice(8, 12) === 'DUCK') return { kind: 'other', name: 'a DuckDB database' };
  const signature = SIGNATURES.find((known) => bytes.startsWith(known.bytes));
  if (signature !== undefined) return signature;
  const fileHead: FileHead = { bytes: head, text: readableText(head) };
  return foreignText(fileHead.text) ?? readableBy(fileHead);
}

function readableBy(head: FileHead): ContentKind {
  const reader = READERS.find((candidate) => candidate.recognises(head));
  return reader === undefined ? { kind: 'other', name: 'nothing known' } : { kind: 'readable', name: reader.title, reader };
}

/** Markup and JSON lists; a header such as `<DATE>,<TIME>` is neither. */
function foreignText(text: string): ContentKind | undefined {
  const begin = text.trimStart();
  if (/^<(?:[!?]|[a-z][a-z0-9:-]*[\s/>])/i.test(begin) && !/^<[^<>\n]*>[,;\t|]/.test(begin)) return HTML;
  if (/^\[\s*["[\d]/.test(begin)) return JSON_TEXT;
  return undefined;
}

/** The beginning as text: UTF-8, or UTF-16 by its mark or its looks. */
function readableText(head: Buffer): string {
  const bytes = head.subarray(0, CONTENT_HEAD_BYTES);
  const utf16 = guessUtf16(bytes);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || utf16 === 'utf-16le') return bytes.toString('utf16le').replace(/^\uFEFF/, '');
  if ((bytes[0] === 0xfe && bytes[1] === 0xff) || utf16 === 'utf-16be')
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le')
      .replace(/^\uFEFF/, '');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
