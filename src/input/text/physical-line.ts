import { readChunks } from '../../files/read-chunks.js';

const LF = 0x0a;
const CR = 0x0d;

/** Counts the physical lines of bytes given chunk by chunk: each LF, CRLF or lone CR ends one. */
export class LineCounter {
  #ends = 0;
  #previous = 0;

  push(bytes: Uint8Array): void {
    let previous = this.#previous;
    for (const byte of bytes) {
      if (byte === CR || (byte === LF && previous !== CR)) this.#ends += 1;
      previous = byte;
    }
    this.#previous = previous;
  }

  /** The line, from 1, on which the next byte stands. */
  get line(): number {
    return this.#ends + 1;
  }
}

/** The physical line, from 1, on which the byte at an offset stands. Reads the file up to there. */
export async function physicalLineAt(path: string, offset: number): Promise<number> {
  const counter = new LineCounter();
  let left = offset;
  for await (const chunk of readChunks(path)) {
    counter.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  return counter.line;
}

/** Where the lines that are not blank stand, for ascending questions. */
export class WrittenLines {
  readonly #lines: AsyncGenerator<number>;
  #asked = 0;
  #line = 0;

  constructor(path: string) {
    this.#lines = writtenLines(path);
  }

  /** The physical line, from 1, of the `ordinal`-th line with more than blanks on it. */
  async of(ordinal: number): Promise<number> {
    while (this.#asked < ordinal) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new RangeError(`no line ${ordinal}`);
      this.#line = value;
      this.#asked += 1;
    }
    return this.#line;
  }

  /** Whether no such line follows the one that was asked for last; nothing more can be asked afterwards. */
  async isLast(): Promise<boolean> {
    return (await this.#lines.next()).done === true;
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }
}

/** How many lines of a file have more than blanks on them. */
export async function countWrittenLines(path: string): Promise<number> {
  let count = 0;
  for await (const _line of writtenLines(path)) count += 1;
  return count;
}

/** Bytes between the records of JSON. */
export const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, LF, CR]);

async function* writtenLines(path: string): AsyncGenerator<number> {
  let line = 1;
  let isWritten = false;
  for await (const chunk of readChunks(path)) {
    for (let at = 0; at < chunk.length; ) {
      const lf = chunk.indexOf(LF, at);
      const end = lf === -1 ? chunk.length : lf;
      while (!isWritten && at < end) isWritten = !BLANKS.has(chunk[at++] ?? 0);
      if (lf === -1) break;
      if (isWritten) yield line;
      isWritten = false;
      line += 1;
      at = lf + 1;
    }
  }
  if (isWritten) yield line;
}
