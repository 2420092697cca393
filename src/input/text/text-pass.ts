import { isUtf8 } from 'node:buffer';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** What one pass over the bytes of a text tells. Made of native calls only as long as no carriage return turns up. */
export class TextPass {
  /** Offset of the first byte that is not UTF-8. */
  invalidAt: number | undefined;
  hasNul = false;
  hasCr = false;
  hasCrLf = false;
  /** A line feed without a carriage return before it. */
  hasBareLf = false;
  /** A carriage return without a line feed after it. */
  hasBareCr = false;
  hasQuote = false;
  bytes = 0;
  /** Lines that are not blank; LF and CRLF end one. */
  lines = 0;
  /** Where the first line longer than the limit begins. */
  longLineAt: number | undefined;

  /** Whether the last line has an end. */
  get isLastLineEnded(): boolean {
    return this.#previous === LF;
  }

  readonly #lineLimit: number;
  /** The begun character at the end of the chunk before. */
  #carry: Buffer = Buffer.alloc(0);
  #previous = 0;
  #lineBegin = 0;

  constructor(lineLimit: number) {
    this.#lineLimit = lineLimit;
  }

  /** The next bytes; they may be reused afterwards. */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.invalidAt === undefined) this.#checkUtf8(chunk);
    this.hasNul ||= chunk.includes(0);
    this.hasQuote ||= chunk.includes(QUOTE);
    this.#countLines(chunk);
    this.#lookAtLineEnds(chunk);
    this.bytes += chunk.length;
    this.#previous = chunk[chunk.length - 1] ?? 0;
  }

  end(): void {
    if (this.invalidAt === undefined && this.#carry.length > 0) this.invalidAt = this.bytes - this.#carry.length;
    this.#endLine(this.bytes, this.#previous);
    if (this.#previous === CR) this.hasBareCr = true;
  }

  #checkUtf8(chunk: Buffer): void {
    const piece = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    const begin = this.bytes - this.#carry.length;
    const end = wholeCharacters(piece);
    const whole = piece.subarray(0, end);
    if (isUtf8(whole)) this.#carry = Buffer.from(piece.subarray(end));
    else this.invalidAt = begin + firstInvalid(whole);
  }

  #countLines(chunk: Buffer): void {
    for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, lf + 1)) {
      this.#endLine(this.bytes + lf, lf === 0 ? this.#previous : chunk[lf - 1]);
    }
  }

  /** `end`: the offset after its last byte, which is `last` if the line has any. */
  #endLine(end: number, last: number | undefined): void {
    const length = end - this.#lineBegin;
    if (length > 1 || (length === 1 && last !== CR)) this.lines += 1;
    if (length > this.#lineLimit) this.longLineAt ??= this.#lineBegin;
    this.#lineBegin = end + 1;
  }

  #lookAtLineEnds(chunk: Buffer): void {
    let at = 0;
    if (this.#previous === CR) {
      if (chunk[0] === LF) {
        this.hasCrLf = true;
        at = 1;
      } else this.hasBareCr = true;
    }
    this.hasCr ||= chunk.includes(CR);
    while (!this.#isMixed()) {
      const lf = chunk.indexOf(LF, at);
      const cr = this.hasCr ? chunk.indexOf(CR, at) : -1;
      if (lf === -1 && (cr === -1 || cr === chunk.length - 1)) return;
      if (cr !== -1 && lf === cr + 1) this.hasCrLf = true;
      else if (cr === -1 || (lf !== -1 && lf < cr)) this.hasBareLf = true;
      else this.hasBareCr = true;
      if (!this.hasCr) return;
      at = lf + 1;
    }
  }

  #isMixed(): boolean {
    return this.hasBareCr || (this.hasBareLf && this.hasCr);
  }
}

/** Length of the bytes without a character that is only begun at their end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** Index of the first byte that does not belong to a valid character; halves, then tries. */
function firstInvalid(bytes: Buffer): number {
  let begin = 0;
  let end = bytes.length;
  while (end - begin > 64) {
    let middle = begin + ((end - begin) >> 1);
    while (middle > begin && ((bytes[middle] ?? 0) & 0xc0) === 0x80) middle -= 1;
    if (middle === begin) break;
    if (isUtf8(bytes.subarray(begin, middle))) begin = middle;
    else end = middle;
  }
  let valid = 0;
  const last = Math.min(end - begin, 128);
  for (let length = 1; length <= last; length++) if (isUtf8(bytes.subarray(begin, begin + length))) valid = length;
  return begin + valid;
}
