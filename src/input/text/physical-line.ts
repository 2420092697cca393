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
