import { BYTE, byteMeanings, isDelimiterAt, NEXT_STATE, STATE } from './quote-machine.js';
import { readTextChunks } from './read-text-chunks.js';

const LF = 0x0a;
const { start, quoted } = STATE;

/** Which line ends close the records of a text; those within quotes do not count. */
export interface RecordEnds {
  readonly lf: boolean;
  readonly crLf: boolean;
  readonly cr: boolean;
}

/** Follows the quotes of a text, chunk by chunk, and turns every record end into LF. Line ends within quotes stay. */
export class RecordEndScanner {
  lf = false;
  crLf = false;
  cr = false;
  readonly #delimiter: Buffer;
  readonly #meanings: Uint8Array;
  #state: number = start;
  #followsCr = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(delimiter: string) {
    this.#delimiter = Buffer.from(delimiter, 'utf8');
    this.#meanings = byteMeanings(this.#delimiter);
  }

  /** The converted bytes of a chunk. */
  push(chunk: Buffer, isLast: boolean): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const delimiter = this.#delimiter;
    const meanings = this.#meanings;
    const nextState = NEXT_STATE;
    const { other, delimiter: delimits, lf, cr } = BYTE;
    const out = Buffer.allocUnsafe(bytes.length);
    let written = 0;
    let state = this.#state;
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      let meaning = meanings[byte] as number;
      if (state !== quoted) {
        if (meaning === delimits && delimiter.length > 1) {
          if (!isLast && at + delimiter.length > bytes.length) break;
          if (!isDelimiterAt(bytes, at, delimiter)) meaning = other;
          else {
            this.#endCr(byte);
            written += bytes.copy(out, written, at, at + delimiter.length);
            at += delimiter.length;
            state = start;
            continue;
          }
        }
        if (this.#followsCr) {
          this.#endCr(byte);
          if (byte === LF) {
            at += 1;
            continue;
          }
        }
        if (meaning === cr) {
          this.#followsCr = true;
          out[written++] = LF;
          state = start;
          at += 1;
          continue;
        }
        if (meaning === lf) this.lf = true;
      }
      out[written++] = byte;
      state = nextState[state * 6 + meaning] as number;
      at += 1;
    }
    this.#state = state;
    this.#rest = Buffer.from(bytes.subarray(at));
    if (isLast && this.#followsCr) this.#endCr(0);
    return out.subarray(0, written);
  }

  #endCr(byte: number): void {
    if (!this.#followsCr) return;
    this.#followsCr = false;
    if (byte === LF) this.crLf = true;
    else this.cr = true;
  }
}

/** Which line ends close the records of a UTF-8 file; stops as soon as more than one kind, or a lone CR, is seen. */
export async function findRecordEnds(path: string, delimiter: string): Promise<RecordEnds> {
  const scanner = new RecordEndScanner(delimiter);
  for await (const chunk of readTextChunks(path)) {
    scanner.push(chunk, false);
    if (scanner.cr || (scanner.lf && scanner.crLf)) return scanner;
  }
  scanner.push(Buffer.alloc(0), true);
  return scanner;
}

/** A UTF-8 file with LF after every record; the line ends within quotes, and so the physical lines, stay as they are. */
export async function* normaliseRecordEnds(path: string, delimiter: string): AsyncGenerator<Buffer> {
  const scanner = new RecordEndScanner(delimiter);
  for await (const chunk of readTextChunks(path)) yield scanner.push(chunk, false);
  yield scanner.push(Buffer.alloc(0), true);
}
