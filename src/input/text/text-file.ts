import { fail } from '../../errors/segment-error.js';
import type { InputFile } from '../sources.js';
import { cutBegunRecord } from './beginning.js';
import { blankSeparatedHeader, withCommas } from './blank-separated.js';
import { countRecords } from './count-records.js';
import { detectDialect } from './detect-dialect.js';
import { findRecordEnds, normaliseRecordEnds, type RecordEnds } from './line-endings.js';
import { checkLines, type PlainText, readPlainText, type TextOptions } from './plain-text.js';
import { type ScriptCopy, scriptCopy } from './script-copy.js';
import { Spool } from './spool.js';

export interface TextFile {
  readonly source: InputFile;
  /** The file itself, or its copy in UTF-8 with one kind of record end. */
  readonly readPath: string;
  /** Of the original bytes, hex; empty for a beginning. */
  readonly sha256: string;
  readonly isBeginning: boolean;
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

export const COLUMN_LIMIT = 2000;

/**
 * Checks a delimited text from its first to its last byte and finds its header and delimiter. What DuckDB cannot read as it
 * stands (packed, other encodings, mixed or lone-CR record ends, CRLF after a header over several lines) is copied to the spool
 * folder. Errors: those of `readPlainText`, `line-too-long`, `file-empty`, `header-empty`, `header-nul`, `too-many-columns`, `unterminated-quote`.
 */
export async function prepareTextFile(file: InputFile, options: TextOptions): Promise<TextFile> {
  const delimiter = options.delimiter === undefined ? undefined : parseDelimiter(options.delimiter);
  const { signal } = options;
  const spool = new Spool(options.spoolDirectory, signal);
  try {
    const plain = await readPlainText(file, spool, options);
    await checkLines(file, plain);
    const blankSeparated = options.blankSeparated && (await blankSeparatedHeader(plain.path, options.blankSeparated));
    if (blankSeparated !== undefined) return await withNewDelimiters(file, plain, blankSeparated, spool, signal);
    const dialect = await detectDialect(plain.path, file.name, delimiter);
    checkHeader(file, dialect.header, dialect.headerLine);
    if (plain.isBeginning && plain.pass.hasQuote) await cutBegunRecord(plain.path, dialect.delimiter);
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
      sha256: plain.sha256,
      isBeginning: plain.isBeginning,
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
      scriptCopy: scriptCopy(file, plain.encoding, { hasOtherRecordEnds: isCopied }),
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
    sha256: plain.sha256,
    isBeginning: plain.isBeginning,
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
