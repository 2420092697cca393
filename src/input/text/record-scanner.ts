import { BYTE, byteMeanings, isDelimiterAt, NEXT_STATE, STATE } from './quote-machine.js';

export type RecordProblem = 'too-few-fields' | 'too-many-fields' | 'text-after-quote' | 'nul-byte' | 'line-too-long';

export interface ScannedRecord {
  /** Physical line where the record begins, from 1. Each LF, CRLF or lone CR ends a line, also within quotes. */
  readonly line: number;
  /** As many as the header has when there is no problem; none when the record is too long. */
  readonly fields: readonly string[];
  readonly problem: RecordProblem | undefined;
}

export interface ScanOptions {
  readonly delimiter: string;
  /** Fields a record must have; undefined takes any number. */
  readonly fieldCount?: number | undefined;
  readonly hasNul?: boolean | undefined;
  /** Stop after this many records. */
  readonly limit?: number | undefined;
  /** Only count: no record is given. */
  readonly isCounting?: boolean | undefined;
}

/** DuckDB's max_line_size: it refuses records of more bytes, the line end counted. */
const RECORD_LIMIT = 2_000_000;
/** A quoted field this long was never meant to be one. */
const OPEN_QUOTE_LIMIT = 16 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const { start, quoted, closed, broken } = STATE;

/** Splits the bytes of a text file into records, chunk by chunk, holding no more than a record of `RECORD_LIMIT` and a chunk. */
export class RecordScanner {
  /** Line of the record whose quote never closed, once that is certain. Nothing is read after it. */
  unterminatedLine: number | undefined;
  /** Records found so far. */
  count = 0;
  /** Whether a field so far goes over a line end. */
  hasQuotedLineEnd = false;

  readonly #delimiter: string;
  readonly #delimiterBytes: Buffer;
  readonly #meanings: Uint8Array;
  readonly #fieldCount: number | undefined;
  readonly #hasNul: boolean;
  readonly #limit: number;
  readonly #isCounting: boolean;

  /** Bytes of the record that is not complete yet; `#read` of them have been through the machine. */
  #rest: Buffer = Buffer.alloc(0);
  #read = 0;
  #dropped = 0;
  #state: number = start;
  #isBroken = false;
  #line = 1;
  #recordLine = 1;
  #followsBlankLine = false;
  /** Three numbers a field: begin and end, counted from the record's first byte, and whether quotes stand within. */
  #marks: number[] = [];
  #fieldBegin = 0;
  #contentBegin = 0;
  #contentEnd = 0;
  #isQuoted = false;
  #hasInnerQuote = false;

  constructor(options: ScanOptions) {
    this.#delimiter = options.delimiter;
    this.#delimiterBytes = Buffer.from(options.delimiter, 'utf8');
    this.#meanings = byteMeanings(this.#delimiterBytes);
    this.#fieldCount = options.fieldCount;
    this.#hasNul = options.hasNul ?? false;
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY;
    this.#isCounting = options.isCounting ?? false;
  }

  /** Bytes so far of the record that has not ended yet. */
  get begunBytes(): number {
    return this.#dropped + this.#rest.length;
  }

  /** The records that end in this chunk. `isLast`: no chunk follows, and what remains is the last record. The chunk may be reused afterwards. */
  push(chunk: Buffer, isLast: boolean): ScannedRecord[] {
    const records: ScannedRecord[] = [];
    if (this.unterminatedLine !== undefined) return records;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const begin = this.#scan(bytes, isLast, records);
    if (isLast) this.#finish(bytes, begin, records);
    else this.#keep(bytes, begin);
    return records;
  }

  #scan(bytes: Buffer, isLast: boolean, records: ScannedRecord[]): number {
    let begin = 0;
    let nextLf = -2;
    let nextQuote = -2;
    let nextCr = -2;
    while (begin < bytes.length && this.count < this.#limit) {
      if (this.#read === 0 && this.#dropped === 0) {
        if (nextLf !== -1 && nextLf < begin) nextLf = bytes.indexOf(LF, begin);
        const lf = nextLf;
        if (lf !== -1) {
          if (nextQuote !== -1 && nextQuote < begin) nextQuote = bytes.indexOf(QUOTE, begin);
          if (nextCr !== -1 && nextCr < begin) nextCr = bytes.indexOf(CR, begin);
          const isCrLf = nextCr === lf - 1 && lf > begin;
          if ((nextQuote === -1 || nextQuote > lf) && (nextCr === -1 || nextCr > lf || isCrLf)) {
            this.#takePlain(bytes, begin, isCrLf ? lf - 1 : lf, isCrLf, records);
            begin = lf + 1;
            continue;
          }
        }
      }
      const end = this.#scanRecord(bytes, begin, isLast, records);
      if (end === undefined) break;
      begin = end;
    }
    return begin;
  }

  /** A line without quotes. */
  #takePlain(bytes: Buffer, begin: number, end: number, isCrLf: boolean, records: ScannedRecord[]): void {
    const line = this.#line;
    this.#line += 1;
    if (begin === end) {
      this.#followsBlankLine = true;
      return;
    }
    if (this.#isCounting) {
      this.count += 1;
      return;
    }
    const isTooLong = this.#isTooLong(end - begin, isCrLf);
    const fields = isTooLong ? [] : bytes.toString('utf8', begin, end).split(this.#delimiter);
    const hasNul = this.#hasNul && bytes.subarray(begin, end).includes(0);
    this.#give(records, line, fields, isTooLong, false, hasNul);
  }

  /** One record through the machine; where the next one begins, or undefined when the bytes end first. */
  #scanRecord(bytes: Buffer, begin: number, isLast: boolean, records: ScannedRecord[]): number | undefined {
    const { other, delimiter: delimits, quote, lf, cr } = BYTE;
    const nextState = NEXT_STATE;
    const meanings = this.#meanings;
    const delimiter = this.#delimiterBytes;
    const length = bytes.length;
    let state = this.#state;
    let at = begin + this.#read;
    if (this.#read === 0 && this.#dropped === 0) this.#recordLine = this.#line;
    while (at < length) {
      const byte = bytes[at] as number;
      let meaning = meanings[byte] as number;
      if (meaning === other || (state === quoted && meaning !== quote && meaning !== lf && meaning !== cr)) {
        state = nextState[state * 6] as number;
        if (state === broken) this.#isBroken = true;
        at += 1;
        while (at < length && meanings[bytes[at] as number] === other) at += 1;
        continue;
      }
      if (meaning === delimits && delimiter.length > 1) {
        if (!isLast && at + delimiter.length > length) break;
        if (!isDelimiterAt(bytes, at, delimiter)) meaning = other;
      }
      if (meaning === cr && !isLast && at + 1 === length) break;
      const next = nextState[state * 6 + meaning] as number;
      if (meaning === lf || meaning === cr) {
        const isCrLf = meaning === cr && bytes[at + 1] === LF;
        this.#line += 1;
        if (state !== quoted) {
          this.#endField(state, at - begin);
          this.#take(bytes, begin, at, isCrLf, records);
          return at + (isCrLf ? 2 : 1);
        }
        this.hasQuotedLineEnd = true;
        at += isCrLf ? 2 : 1;
        continue;
      }
      if (meaning === delimits) {
        this.#endField(state, at - begin);
        state = start;
        at += delimiter.length;
        this.#fieldBegin = at - begin;
        continue;
      }
      if (meaning === quote) this.#noteQuote(state, next, at - begin);
      if (next === broken) this.#isBroken = true;
      state = next;
      at += 1;
    }
    this.#state = state;
    this.#read = at - begin;
    return undefined;
  }

  #noteQuote(state: number, next: number, at: number): void {
    if (next === closed) {
      this.#contentEnd = at;
    } else if (next === quoted && state === closed) {
      this.#hasInnerQuote = true;
    } else if (next === quoted) {
      this.#isQuoted = true;
      this.#contentBegin = at + 1;
    }
  }

  #endField(state: number, at: number): void {
    if (this.#dropped > 0) return;
    if (this.#isQuoted && state === closed) this.#marks.push(this.#contentBegin, this.#contentEnd, this.#hasInnerQuote ? 1 : 0);
    else this.#marks.push(this.#fieldBegin, at, 0);
    this.#isQuoted = false;
    this.#hasInnerQuote = false;
  }

  /** A record that went through the machine; a blank line is none. */
  #take(bytes: Buffer, begin: number, end: number, isCrLf: boolean, records: ScannedRecord[]): void {
    const length = this.#dropped + end - begin;
    if (length === 0) {
      this.#followsBlankLine = true;
    } else if (this.#isCounting) {
      this.count += 1;
    } else {
      const isTooLong = this.#dropped > 0 || this.#isTooLong(length, isCrLf);
      const fields = isTooLong ? [] : this.#fields(bytes, begin, end);
      const hasNul = this.#hasNul && !isTooLong && bytes.subarray(begin, end).includes(0);
      this.#give(records, this.#recordLine, fields, isTooLong, this.#isBroken, hasNul);
    }
    this.#reset();
  }

  #fields(bytes: Buffer, begin: number, end: number): string[] {
    const marks = this.#marks;
    const record = bytes.toString('utf8', begin, end);
    const isAscii = record.length === end - begin;
    const fields: string[] = [];
    for (let index = 0; index < marks.length; index += 3) {
      const from = marks[index] as number;
      const to = marks[index + 1] as number;
      const text = isAscii ? record.slice(from, to) : bytes.toString('utf8', begin + from, begin + to);
      fields.push(marks[index + 2] === 1 ? unescapeQuotes(text) : text);
    }
    return fields;
  }

  #give(records: ScannedRecord[], line: number, fields: string[], isTooLong: boolean, isBroken: boolean, hasNul: boolean): void {
    let problem: RecordProblem | undefined;
    const expected = this.#fieldCount ?? fields.length;
    if (isTooLong) problem = 'line-too-long';
    else if (isBroken) problem = 'text-after-quote';
    else if (fields.length < expected) problem = 'too-few-fields';
    // DuckDB drops empty fields beyond the last column.
    else if (fields.length > expected && fields.slice(expected).some((field) => field !== '')) problem = 'too-many-fields';
    else if (hasNul) problem = 'nul-byte';
    if (problem === undefined && fields.length > expected) fields.length = expected;
    records.push({ line, fields, problem });
    this.count += 1;
    this.#followsBlankLine = false;
  }

  /** DuckDB counts a record from the line end before it when that was CRLF or a blank line's. */
  #isTooLong(length: number, isCrLf: boolean): boolean {
    return length + 1 + (isCrLf || this.#followsBlankLine ? 1 : 0) > RECORD_LIMIT;
  }

  #reset(): void {
    this.#state = start;
    this.#isBroken = false;
    this.#read = 0;
    this.#dropped = 0;
    this.#marks = [];
    this.#fieldBegin = 0;
    this.#isQuoted = false;
    this.#hasInnerQuote = false;
  }

  #finish(bytes: Buffer, begin: number, records: ScannedRecord[]): void {
    if (this.count >= this.#limit || (begin === bytes.length && this.#dropped === 0)) return;
    if (this.#state === quoted) {
      this.unterminatedLine = this.#recordLine;
      return;
    }
    this.#endField(this.#state, bytes.length - begin);
    this.#take(bytes, begin, bytes.length, false, records);
  }

  /** Keeps what the next chunk continues; of a record that is too long, only how long it is. */
  #keep(bytes: Buffer, begin: number): void {
    const length = this.#dropped + this.#read;
    if (this.#state === quoted && length > OPEN_QUOTE_LIMIT) {
      this.unterminatedLine = this.#recordLine;
      this.#rest = Buffer.alloc(0);
    } else if (length > RECORD_LIMIT) {
      this.#rest = Buffer.from(bytes.subarray(begin + this.#read));
      this.#dropped = length;
      this.#read = 0;
      this.#marks = [];
    } else {
      this.#rest = Buffer.from(bytes.subarray(begin));
    }
  }
}

/** `""` is a quote; a quote alone (`"a" "b"`) is none of the content. */
function unescapeQuotes(text: string): string {
  return text.replace(/"("?)/g, '$1');
}
