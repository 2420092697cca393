import { fail } from '../../errors/segment-error.js';
import { withOpenFile } from '../../files/with-open-file.js';
import { withoutMark } from './read-text-chunks.js';
import { RecordScanner, type ScannedRecord } from './record-scanner.js';

/** How the records of a text are written, as its beginning shows. */
export interface Dialect {
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Physical line, from 1, where the header record begins. */
  readonly headerLine: number;
  readonly blankLinesBeforeHeader: number;
  /** The header and the lines before it that are not empty. */
  readonly recordsToHeader: number;
}

/** The beginning of a text, read with one delimiter. */
interface Attempt {
  readonly delimiter: string;
  readonly header: ScannedRecord | undefined;
  readonly recordsToHeader: number;
  readonly records: readonly ScannedRecord[];
  readonly unterminatedLine: number | undefined;
  readonly isBlank: boolean;
}

interface Reading extends Attempt {
  readonly header: ScannedRecord;
}

const USUAL_DELIMITERS = [',', ';', '\t', '|'];
/** Common in text of other kinds: taken only when they split every record alike. */
const RARE_DELIMITERS = ['^', '~', ':'];
/** What spreadsheets write, and read, as a first line that is no header. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/u;
const HEAD_BYTES = 64 * 1024;
/** After so much of records that are very long, the choice stands. */
const CHOICE_BYTES = 1024 * 1024;
/** A little more than the longest quoted field that is waited for. */
const HEAD_LIMIT = 17 * 1024 * 1024;
const SAMPLE_RECORDS = 200;
const ENOUGH_RECORDS = 5;

/**
 * Header and delimiter of a UTF-8 file. The delimiter is the given one, or the one that a first line `sep=;` names, or the candidate
 * whose number of header fields most records share.
 * Errors: `file-empty`, `unterminated-quote`, `line-too-long`.
 */
export async function detectDialect(path: string, name: string, delimiter: string | undefined): Promise<Dialect> {
  let candidates = delimiter === undefined ? [...USUAL_DELIMITERS, ...RARE_DELIMITERS] : [delimiter];
  for (let bytes = HEAD_BYTES; ; bytes = Math.min(4 * bytes, HEAD_LIMIT)) {
    const { head, isWhole } = await readHeadBytes(path, bytes);
    const named = SEPARATOR_LINE.exec(head.toString('utf8', 0, 16))?.[1];
    if (named !== undefined && delimiter === undefined) candidates = [named];
    const attempts = candidates.map((candidate) => readAs(head, isWhole, candidate, named !== undefined));
    const best = choose(attempts.filter(hasHeader));
    if (isWhole || bytes === HEAD_LIMIT || isSettled(best, attempts)) return dialectOf(name, best, attempts);
    if (best !== undefined && best.header.fields.length > 1 && bytes >= CHOICE_BYTES) candidates = [best.delimiter];
  }
}

/** Whether more of the file would not change the choice: one column is believed only when no candidate has its header within an open quote. */
function isSettled(best: Reading | undefined, attempts: readonly Attempt[]): boolean {
  if (best === undefined || best.records.length < ENOUGH_RECORDS) return false;
  return best.header.fields.length > 1 || attempts.every(hasHeader);
}

function dialectOf(name: string, best: Reading | undefined, attempts: readonly Attempt[]): Dialect {
  const openHeader = attempts.find((attempt) => attempt.header === undefined && attempt.unterminatedLine !== undefined);
  const open = best?.unterminatedLine ?? (best === undefined || best.header.fields.length === 1 ? openHeader?.unterminatedLine : undefined);
  if (open !== undefined) fail('unterminated-quote', { file: name, line: open });
  if (best === undefined) {
    if (attempts.every((attempt) => attempt.isBlank)) fail('file-empty', { file: name, what: 'holds only blank lines' });
    fail('line-too-long', { file: name, line: 1 });
  }
  const { header, delimiter, recordsToHeader } = best;
  if (header.problem === 'line-too-long') fail('line-too-long', { file: name, line: header.line });
  return { delimiter, header: header.fields, headerLine: header.line, blankLinesBeforeHeader: header.line - 1, recordsToHeader };
}

function readAs(head: Buffer, isWhole: boolean, delimiter: string, hasSeparatorLine: boolean): Attempt {
  const scanner = new RecordScanner({ delimiter, limit: SAMPLE_RECORDS });
  const all = scanner.push(head, isWhole);
  const first = all.findIndex((record) => !isBlank(record) && !(hasSeparatorLine && record.line === 1));
  return {
    delimiter,
    header: all[first],
    recordsToHeader: first + 1,
    records: first === -1 ? [] : all.slice(first + 1),
    unterminatedLine: scanner.unterminatedLine,
    isBlank: isWhole && first === -1,
  };
}

/** Lines of blanks alone before the header are no header. */
function isBlank(record: ScannedRecord): boolean {
  return record.problem !== 'line-too-long' && record.fields.length === 1 && record.fields[0]?.trim() === '';
}

function hasHeader(attempt: Attempt): attempt is Reading {
  return attempt.header !== undefined;
}

function choose(readings: readonly Reading[]): Reading | undefined {
  const usual = bestOf(readings.filter((reading) => USUAL_DELIMITERS.includes(reading.delimiter)));
  if (usual !== undefined) return usual;
  const rare = bestOf(readings.filter((reading) => RARE_DELIMITERS.includes(reading.delimiter)));
  if (rare !== undefined && rare.records.length > 0 && consistency(rare) === 1) return rare;
  return readings[0];
}

/** The candidate that reads the header cleanly and splits most records like it; ties: the one with more fields, then the first. */
function bestOf(readings: readonly Reading[]): Reading | undefined {
  let best: Reading | undefined;
  for (const reading of readings) {
    if (reading.header.fields.length < 2) continue;
    if (best === undefined || compare(reading, best) > 0) best = reading;
  }
  return best;
}

function compare(left: Reading, right: Reading): number {
  const isClean = (reading: Reading) => Number(reading.header.problem === undefined);
  return isClean(left) - isClean(right) || consistency(left) - consistency(right) || left.header.fields.length - right.header.fields.length;
}

/** Share of the records with as many fields as the header. */
function consistency(reading: Reading): number {
  if (reading.records.length === 0) return 0;
  const width = reading.header.fields.length;
  const same = reading.records.filter((record) => record.fields.length === width && record.problem === undefined).length;
  return same / reading.records.length;
}

async function readHeadBytes(path: string, bytes: number): Promise<{ head: Buffer; isWhole: boolean }> {
  return withOpenFile(path, async (file) => {
    const buffer = Buffer.allocUnsafe(bytes);
    let length = 0;
    while (length < bytes) {
      const { bytesRead } = await file.read(buffer, length, bytes - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { head: withoutMark(buffer.subarray(0, length)), isWhole: length < bytes };
  });
}
