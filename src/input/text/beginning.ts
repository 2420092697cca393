import { open, truncate } from 'node:fs/promises';
import { RecordScanner } from './record-scanner.js';

const LF = 0x0a;
const CR = 0x0d;
const CHUNK_BYTES = 256 * 1024;

/** How much of a file is read where its beginning will do: bytes of text, once it is unpacked, and rows of the other formats. */
export interface HeadBound {
  readonly bytes: number;
  readonly rows: number;
}

/** The first bytes of a text up to the last line end among them; undefined when it is not longer than `limit`. */
export async function beginningOf(
  pieces: AsyncIterable<Buffer>,
  limit: number,
  charactersOf: (head: Buffer) => { readonly unit: 1 | 2; readonly isLittleEndian: boolean },
): Promise<Buffer | undefined> {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    // The reader may use its memory again.
    kept.push(Buffer.from(piece));
    length += piece.length;
    if (length > limit) break;
  }
  if (length <= limit) return undefined;
  const head = Buffer.concat(kept).subarray(0, limit);
  const { unit, isLittleEndian } = charactersOf(head);
  if (unit === 2) return head.subarray(0, endOfLastLine16(head, isLittleEndian));
  const end = head.lastIndexOf(LF) + 1 || head.lastIndexOf(CR) + 1;
  return end === 0 ? head : head.subarray(0, end);
}

function endOfLastLine16(head: Buffer, isLittleEndian: boolean): number {
  const even = head.length & ~1;
  for (let at = even - 2; at >= 0; at -= 2) {
    if ((isLittleEndian ? head.readUInt16LE(at) : head.readUInt16BE(at)) === LF) return at + 2;
  }
  return even;
}

/** Takes the record that is only begun at the end of a copied text away from it. */
export async function cutBegunRecord(path: string, delimiter: string): Promise<void> {
  const scanner = new RecordScanner({ delimiter, isCounting: true });
  await cut(path, (chunk) => {
    scanner.push(chunk, false);
    return scanner.begunBytes;
  });
}

/** Takes what follows the last line end of a copied text away from it. */
export async function cutBegunLine(path: string): Promise<void> {
  let begun = 0;
  await cut(path, (chunk) => {
    const lf = chunk.lastIndexOf(LF);
    begun = lf === -1 ? begun + chunk.length : chunk.length - lf - 1;
    return begun;
  });
}

async function cut(path: string, begunAfter: (chunk: Buffer) => number): Promise<void> {
  const file = await open(path, 'r');
  let [size, begun] = [0, 0];
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size);
      if (bytesRead === 0) break;
      size += bytesRead;
      begun = begunAfter(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  if (begun < size) await truncate(path, size - begun);
}
