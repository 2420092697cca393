import { rm } from 'node:fs/promises';
import { SpoolFile } from './spool-file.js';

/** Copies made on the way; all but the last go again. */
export class Spool {
  readonly #directory: string;
  readonly #signal: AbortSignal | undefined;
  readonly #paths: string[] = [];

  constructor(directory: string, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#signal = signal;
  }

  async copy(pieces: AsyncIterable<Buffer>): Promise<string> {
    const file = await SpoolFile.create(this.#directory);
    try {
      for await (const piece of pieces) {
        this.#signal?.throwIfAborted();
        await file.write(piece);
      }
      await file.close();
    } catch (error) {
      await file.discard();
      throw error;
    }
    this.#paths.push(file.path);
    return file.path;
  }

  async keepOnly(path: string | undefined): Promise<void> {
    for (const known of this.#paths) if (known !== path) await rm(known, { force: true });
  }
}
