import { open } from 'node:fs/promises';
import { withPath } from '../errors/system-error.js';

const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * A file's bytes in order. Two buffers take turns, so that the next chunk is read while one is worked on:
 * a chunk is overwritten when the one after it has been taken. Stops early when the loop does.
 */
export async function* readChunks(path: string, chunkBytes = CHUNK_BYTES): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Math.max(1, Math.min(chunkBytes, size + 1));
    const buffers = [Buffer.allocUnsafe(bytes), Buffer.allocUnsafe(bytes)] as const;
    let turn: 0 | 1 = 0;
    let reading = file.read(buffers[turn], 0, bytes, null);
    try {
      while (true) {
        const { bytesRead, buffer } = await reading;
        if (bytesRead === 0) return;
        turn = turn === 0 ? 1 : 0;
        reading = file.read(buffers[turn], 0, bytes, null);
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await reading.catch(() => undefined);
    }
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}
