import { fail } from '../../errors/segment-error.js';
import { readTextChunks } from './read-text-chunks.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
/** Allowed nowhere in JSON. */
const FORBIDDEN = 0x01;

/**
 * The elements of a UTF-8 file that is one JSON list, a line each, whatever lines they stood on. What is between them is
 * checked, they are not: a line break within a string becomes a byte that no JSON may hold, so the element stays unreadable.
 * The beginning of such a file ends anywhere.
 * Error: `json-list-damaged`.
 */
export async function* splitJsonList(path: string, name: string, isBeginning: boolean): AsyncGenerator<Buffer> {
  const splitter = new JsonListSplitter(name);
  for await (const chunk of readTextChunks(path)) yield splitter.push(chunk);
  if (!isBeginning) splitter.end();
}

type Place = 'before' | 'first' | 'element' | 'next' | 'after';

class JsonListSplitter {
  readonly #name: string;
  #place: Place = 'before';
  #depth = 0;
  #isString = false;
  #isEscaped = false;
  #line = 1;

  constructor(name: string) {
    this.#name = name;
  }

  push(chunk: Buffer): Buffer {
    const out = Buffer.allocUnsafe(2 * chunk.length);
    let written = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === LF) this.#line += 1;
      if (this.#place !== 'element') {
        if (byte === SPACE || byte === LF || byte === CR || byte === 0x09) continue;
        if (!this.#isElement(byte)) continue;
        this.#place = 'element';
      }
      if (this.#isString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isString = false;
        out[written++] = byte === LF ? FORBIDDEN : byte;
        continue;
      }
      if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) {
        out[written++] = LF;
        this.#place = byte === COMMA ? 'next' : 'after';
        continue;
      }
      if (byte === QUOTE) this.#isString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#depth -= 1;
      if (this.#depth < 0) this.#refuse('brackets close that were never opened');
      out[written++] = byte === LF || byte === CR ? SPACE : byte;
    }
    return out.subarray(0, written);
  }

  end(): void {
    if (this.#place !== 'after') this.#refuse('the list never ends, as in a download that was cut off');
  }

  /** Whether a byte between elements begins one. */
  #isElement(byte: number): boolean {
    if (this.#place === 'before') {
      this.#place = 'first';
      return false;
    }
    if (this.#place === 'after') this.#refuse('more follows after the end of the list');
    if (byte === CLOSE_LIST && this.#place === 'first') {
      this.#place = 'after';
      return false;
    }
    if (byte === COMMA || byte === CLOSE_LIST) this.#refuse('an element is missing');
    return true;
  }

  #refuse(what: string): never {
    return fail('json-list-damaged', { file: this.#name, line: this.#line, what });
  }
}
