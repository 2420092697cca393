import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { fail } from '../../errors/segment-error.js';
import { hashFile } from '../../files/hash-file.js';
import { readChunks } from '../../files/read-chunks.js';
import type { InputFile } from '../sources.js';
import { type BlankSeparated, blankSeparatedHeader, withCommas } from './blank-separated.js';
import { countRecords } from './count-records.js';
import { decodeFile } from './decode-file.js';
import { detectDialect } from './detect-dialect.js';
import { type Encoding, encodingOfMark, guessUtf16, parseEncoding } from './encoding.js';
import { gunzipFile } from './gunzip-file.js';
import { findRecordEnds, normaliseRecordEnds, type RecordEnds } from './line-endings.js';
import { physicalLineAt } from './physical-line.js';
import { type ScriptCopy, scriptCopy } from './script-copy.js';
import { SpoolFile } from './spool-file.js';
import { TextPass } from './text-pass.js';

export interface TextOptions {
  /** The encoding a user named; a byte order mark wins, without either it is UTF-8. */
  readonly encoding?: string | undefined;
  /** One to four bytes of text, or `tab` or `\t`. */
  readonly delimiter?: string | undefined;
  /** How many times its size a gzip file may hold. */
  readonly maxExpand: number;
  /** An existing private folder for copies. */
  readonly spoolDirectory: string;
  /** For records without a header whose fields are separated by blanks: the names of the columns, for each number of fields. */
  readonly blankSeparated?: BlankSeparated | undefined;
  /** Stops the reading; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface TextFile {
  readonly source: InputFile;
  /** The file itself, or its copy in UTF-8 with one kind of record end. */
  readonly readPath: string;
  /** Of the original bytes, hex. */
  readonly sha256: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Physical line, from 1, where the header record begins; 0: the file has none, `header` comes from elsewhere. */
  readonly headerLine: number;
  readonly blankLinesBeforeHeader: number;
  /** Of what is read, its encoding UTF-8. */
  readonly bytes: number;
  /** After the header, also those that cannot be read. */
  readonly records: number;
  readonly hasNul: boolean;
  /** Whether a field goes over a line end. */
  readonly hasQuotedLineEnd: boolean;
  readonly hasMixedLineEndings: boolean;
  readonly isSpooled: boolean;
  /** What a printed script reads in its place; undefined where DuckDB reads the file itself alike. */
  readonly scriptCopy: ScriptCopy | undefined;
}

/** DuckDB drops records longer than its buffer (32 MB) without a reject: lines that come near are refused here. */
const LINE_LIMIT = 16 * 1024 * 1024;
const COLUMN_LIMIT = 2000;
const HEAD_BYTES = 4096;

/** UTF-8 bytes on disk, and what the pass over them told. */
interface PlainText {
  readonly path: string;
  readonly encoding: string;
  readonly pass: TextPass;
}

/**
 * Checks a text file from its first to its last byte and finds its header and delimiter. What DuckDB cannot read as it stands
 * (gzip, other encodings, mixed or lone-CR record ends, CRLF after a header over several lines) is copied to the spool folder.
 * Errors: `encoding`, `gzip-damaged`, `gzip-expands`, `file-empty`, `header-empty`, `header-nul`, `too-many-columns`, `line-too-long`,
 * `unterminated-quote`, `bad-option-value`, `disk-full`.
 */
export async function prepareTextFile(file: InputFile, options: TextOptions): Promise<TextFile> {
  const encoding = options.encoding === undefined ? undefined : parseEncoding(options.encoding);
  const delimiter = options.delimiter === undefined ? undefined : parseDelimiter(options.delimiter);
  const { signal } = options;
  const spool = new Spool(options.spoolDirectory, signal);
  try {
    const hash = createHash('sha256');
    const unpacked = file.compression === 'gzip' ? await unpack(file, options.maxExpand, spool) : undefined;
    const plain = await readPlain(file, unpacked, encoding, spool, (bytes) => {
      signal?.throwIfAborted();
      hash.update(bytes);
    });
    const sha256 = unpacked === undefined ? hash.digest('hex') : await hashFile(file.path, signal);
    const blankSeparated = options.blankSeparated && (await blankSeparatedHeader(plain.path, options.blankSeparated));
    if (blankSeparated !== undefined) return await withNewDelimiters(file, plain, blankSeparated, sha256, spool, signal);
    const dialect = await detectDialect(plain.path, file.name, delimiter);
    checkHeader(file, dialect.header, dialect.headerLine);
    const ends = await recordEnds(plain, dialect.delimiter);
    const kinds = Number(ends.lf) + Number(ends.crLf) + Number(ends.cr);
    const isCopied = ends.cr || kinds > 1 || (ends.crLf && hasLineBreak(dialect.header));
    const readPath = isCopied ? await spool.copy(normaliseRecordEnds(plain.path, dialect.delimiter)) : plain.path;
    await spool.keepOnly(readPath);
    const isPlain = !isCopied && !plain.pass.hasQuote && dialect.headerLine === 1;
    const { records, hasQuotedLineEnd } = isPlain
      ? { records: plain.pass.lines, hasQuotedLineEnd: false }
      : await countRecords(readPath, file.name, dialect.delimiter, signal);
    return {
      source: file,
      readPath,
      sha256,
      encoding: plain.encoding,
      delimiter: dialect.delimiter,
      header: dialect.header,
      headerLine: dialect.headerLine,
      blankLinesBeforeHeader: dialect.blankLinesBeforeHeader,
      bytes: plain.pass.bytes,
      records: records - dialect.recordsToHeader,
      hasNul: plain.pass.hasNul,
      hasQuotedLineEnd,
      hasMixedLineEndings: kinds > 1,
      isSpooled: readPath !== file.path,
      scriptCopy: scriptCopy(file, plain.encoding, { hasOtherRecordEnds: isCopied, isBlankSeparated: false }),
    };
  } catch (error) {
    await spool.keepOnly(undefined);
    throw error;
  }
}

async function withNewDelimiters(
  file: InputFile,
  plain: PlainText,
  { header, isInFile }: { readonly header: readonly string[]; readonly isInFile: boolean },
  sha256: string,
  spool: Spool,
  signal: AbortSignal | undefined,
): Promise<TextFile> {
  const readPath = await spool.copy(withCommas(plain.path));
  await spool.keepOnly(readPath);
  const dialect = isInFile
    ? await detectDialect(readPath, file.name, ',')
    : { headerLine: 0, blankLinesBeforeHeader: 0, recordsToHeader: 0 };
  const { records, hasQuotedLineEnd } = await countRecords(readPath, file.name, ',', signal);
  return {
    source: file,
    readPath,
    sha256,
    encoding: plain.encoding,
    delimiter: ',',
    header,
    headerLine: dialect.headerLine,
    blankLinesBeforeHeader: dialect.blankLinesBeforeHeader,
    bytes: plain.pass.bytes,
    records: records - dialect.recordsToHeader,
    hasNul: plain.pass.hasNul,
    hasQuotedLineEnd,
    hasMixedLineEndings: false,
    isSpooled: true,
    scriptCopy: scriptCopy(file, plain.encoding, { hasOtherRecordEnds: plain.pass.hasCr, isBlankSeparated: true }),
  };
}

/** Whether a column name stands on several lines; the engine then takes the first line end it meets for that of the records. */
export function hasLineBreak(header: readonly string[]): boolean {
  return header.some((name) => /[\r\n]/.test(name));
}

/** Copies made on the way; all but the last go again. */
class Spool {
  readonly #directory: string;
  readonly #signal: AbortSignal | undefined;
  readonly #paths: string[] = [];

  constructor(directory: string, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#signal = signal;
  }

  async copy(pieces: AsyncIterable<Buffer>): Promise<string> {
    const file = await SpoolFile.create(this.#directory);
    try {
      for await (const piece of pieces) {
        this.#signal?.throwIfAborted();
        await file.write(piece);
      }
      await file.close();
    } catch (error) {
      await file.discard();
      throw error;
    }
    this.#paths.push(file.path);
    return file.path;
  }

  async keepOnly(path: string | undefined): Promise<void> {
    for (const known of this.#paths) if (known !== path) await rm(known, { force: true });
  }
}

interface Unpacked {
  readonly path: string;
  readonly pass: TextPass;
}

async function unpack(file: InputFile, maxExpand: number, spool: Spool): Promise<Unpacked> {
  const pass = new TextPass(LINE_LIMIT);
  const path = await spool.copy(passing(gunzipFile(file, maxExpand), pass));
  return { path, pass };
}

async function readPlain(
  file: InputFile,
  unpacked: Unpacked | undefined,
  named: Encoding | undefined,
  spool: Spool,
  onRaw: (bytes: Buffer) => void,
): Promise<PlainText> {
  const path = unpacked?.path ?? file.path;
  const head = await readBeginning(path);
  const encoding = encodingOfMark(head) ?? named ?? parseEncoding('utf-8');
  if (encoding.open !== undefined) {
    const pass = new TextPass(LINE_LIMIT);
    const decoded = await spool.copy(passing(decodeFile(path, file.name, encoding, onRaw), pass));
    await checkLines(file, decoded, pass);
    return { path: decoded, encoding: encoding.name, pass };
  }
  refuseUtf16(file, head);
  const pass = unpacked?.pass ?? (await passOver(path, onRaw));
  if (pass.invalidAt !== undefined) {
    fail('encoding', { file: file.name, line: await physicalLineAt(path, pass.invalidAt), encoding: 'utf-8' });
  }
  await checkLines(file, path, pass);
  return { path, encoding: 'utf-8', pass };
}

async function passOver(path: string, onRaw: (bytes: Buffer) => void): Promise<TextPass> {
  const pass = new TextPass(LINE_LIMIT);
  for await (const chunk of readChunks(path)) {
    onRaw(chunk);
    pass.push(chunk);
  }
  pass.end();
  return pass;
}

async function* passing(pieces: AsyncIterable<Buffer>, pass: TextPass): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    pass.push(piece);
    yield piece;
  }
  pass.end();
}

async function readBeginning(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Bytes that no mark and no flag call UTF-16. */
function refuseUtf16(file: InputFile, head: Buffer): void {
  const utf16 = guessUtf16(head);
  if (utf16 !== undefined) fail('encoding', { file: file.name, line: 1, encoding: 'utf-8', guess: utf16 });
}

async function checkLines(file: InputFile, path: string, pass: TextPass): Promise<void> {
  if (pass.longLineAt !== undefined) fail('line-too-long', { file: file.name, line: await physicalLineAt(path, pass.longLineAt) });
}

function checkHeader(file: InputFile, header: readonly string[], line: number): void {
  if (header.every((name) => name.trim() === '')) fail('header-empty', { file: file.name, line, columns: header.length });
  if (header.some((name) => name.includes('\0'))) fail('header-nul', { file: file.name, line });
  if (header.length > COLUMN_LIMIT) fail('too-many-columns', { file: file.name, columns: header.length, limit: COLUMN_LIMIT });
}

/** Record ends need a second look only where the bytes mix line ends or hold a lone CR. */
async function recordEnds(plain: PlainText, delimiter: string): Promise<RecordEnds> {
  const { hasCr, hasCrLf, hasBareLf, hasBareCr } = plain.pass;
  if (!hasCr) return { lf: hasBareLf, crLf: false, cr: false };
  if (hasCrLf && !hasBareLf && !hasBareCr) return { lf: false, crLf: true, cr: false };
  return findRecordEnds(plain.path, delimiter);
}

/** The delimiter a user named. */
function parseDelimiter(value: string): string {
  const delimiter = value === '\\t' || value.toLowerCase() === 'tab' ? '\t' : value;
  const bytes = Buffer.byteLength(delimiter, 'utf8');
  if (bytes < 1 || bytes > 4 || /["\r\n\0]/.test(delimiter)) {
    const expected = 'one character such as ";", "tab", or up to four bytes of text without quotes or line ends';
    fail('bad-option-value', { option: '--delimiter', value, expected });
  }
  return delimiter;
}
