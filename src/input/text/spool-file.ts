import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { segmentError } from '../../errors/segment-error.js';
import { hasErrorCode, isSystemError, systemReason } from '../../errors/system-error.js';

/** A private copy being written: random name, readable by its owner only. */
export class SpoolFile {
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Creates a new file in the folder. Errors, here and when it is written: `temp-disk-full`, `no-permission`, `system-failed`. */
  static async create(directory: string): Promise<SpoolFile> {
    const path = join(directory, randomUUID());
    try {
      return new SpoolFile(path, await open(path, 'wx', 0o600));
    } catch (error) {
      throw spoolError(error, path);
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

/** The file is ours: a user knows the place that was named for temporary folders. */
function spoolError(error: unknown, file: string): unknown {
  const path = dirname(dirname(file));
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return segmentError('temp-disk-full', { path }, { cause: error });
  if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) return segmentError('no-permission', { path }, { cause: error });
  return isSystemError(error) ? segmentError('system-failed', { reason: `${systemReason(error)} (${path})` }, { cause: error }) : error;
}
