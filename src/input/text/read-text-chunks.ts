import { readChunks } from '../../files/read-chunks.js';

/** The bytes of a UTF-8 file without its byte order mark; chunks as `readChunks` gives them. */
export async function* readTextChunks(path: string, chunkBytes?: number): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of readChunks(path, chunkBytes)) {
    yield isFirst ? withoutMark(chunk) : chunk;
    isFirst = false;
  }
}

/** The beginning of a text without the UTF-8 byte order mark. */
export function withoutMark(head: Buffer): Buffer {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? head.subarray(3) : head;
}
