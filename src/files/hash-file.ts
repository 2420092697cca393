import { createHash } from 'node:crypto';
import { readChunks } from './read-chunks.js';

/** SHA-256 of a file's bytes, in hex. Fails with the signal's reason when that stops it. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readChunks(path)) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}
