import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentError } from '../../errors/segment-error.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS']);

/** A private copy being written: random name, readable by its owner only. */
export class SpoolFile {
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Creates a new file in the folder. Errors: `disk-full`, `no-permission`. */
  static async create(directory: string): Promise<SpoolFile> {
    const path = join(directory, `input-${randomUUID()}.csv`);
    try {
      return new SpoolFile(path, await open(path, 'wx', 0o600));
    } catch (error) {
      throw spoolError(error, directory);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    let offset = 0;
    try {
      while (offset < bytes.length) offset += (await this.#handle.write(bytes, offset, bytes.length - offset)).bytesWritten;
    } catch (error) {
      throw spoolError(error, this.path);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Closes and removes what was written. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

function spoolError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (FULL.has(code)) return segmentError('disk-full', { path, flag: '--temp-dir' }, { cause: error });
  if (FORBIDDEN.has(code)) return segmentError('no-permission', { path }, { cause: error });
  return error;
}
