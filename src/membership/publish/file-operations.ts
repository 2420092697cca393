import {
  chmodSync,
  closeSync,
  constants,
  type Dirent,
  fchmodSync,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { hasErrorCode, withPath } from '../../errors/system-error.js';

/**
 * The calls that change an output folder: one seam, so that a test can let any of them fail. They are
 * synchronous where a signal must not come between two of them.
 */
export interface FileOperations {
  /** Creates a file that must not be there yet; returns its descriptor. */
  openExclusive(path: string, mode: number): number;
  /** Opens an existing file for reading and flushing; never follows a link. */
  openExisting(path: string): number;
  write(descriptor: number, text: string): void;
  setMode(descriptor: number, mode: number): void;
  /** Waits until the file's bytes are on the disk. */
  flush(descriptor: number): Promise<void>;
  /** Waits until the folder's entries are on the disk, where the system can do that. */
  flushFolder(path: string): void;
  setFolderMode(path: string, mode: number): void;
  rename(from: string, to: string): void;
  /** Makes a link to a folder or file, by a path from where the link stands. */
  symlink(target: string, path: string): void;
  unlink(path: string): void;
  mkdir(path: string, mode?: number): void;
  readdir(path: string): Dirent[];
  rmdir(path: string): void;
}

/** For files that hold people's data. */
export const PRIVATE_MODE = 0o600;

const RENAME_TRIES = 6;
const FIRST_WAIT_MS = 20;
const flushDescriptor = promisify(fsync);

export const FILE_OPERATIONS: FileOperations = {
  openExclusive: (path, mode) => openSync(path, 'wx', mode),
  openExisting: (path) => openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0)),
  write: (descriptor, text) => writeFileSync(descriptor, text),
  setMode: (descriptor, mode) => fchmodSync(descriptor, mode),
  flush: (descriptor) => flushDescriptor(descriptor),
  flushFolder: (path) => {
    // Windows opens no folders, and some network file systems refuse to flush them.
    if (process.platform === 'win32') return;
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } catch (error) {
      if (!hasErrorCode(error, 'EINVAL', 'ENOTSUP')) throw error;
    } finally {
      closeSync(descriptor);
    }
  },
  setFolderMode: (path, mode) => chmodSync(path, mode),
  rename: (from, to) => retryRename(() => renameSync(from, to), process.platform === 'win32' ? RENAME_TRIES : 1, sleep),
  symlink: (target, path) => symlinkSync(target, path),
  unlink: (path) => unlinkSync(path),
  mkdir: (path, mode) => {
    mkdirSync(path, mode === undefined ? {} : { mode });
  },
  readdir: (path) => readdirSync(path, { withFileTypes: true }),
  rmdir: (path) => rmdirSync(path),
};

/** Windows refuses to rename a file that a virus scanner or an indexer holds open for a moment. */
export function retryRename(rename: () => void, tries: number, wait: (milliseconds: number) => void): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rename();
      return;
    } catch (error) {
      if (attempt >= tries || !hasErrorCode(error, 'EPERM', 'EACCES', 'EBUSY')) throw error;
      wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }
}

/** Writes a new file and waits until it is on the disk. */
export async function writeNewFile(files: FileOperations, path: string, text: string, mode: number): Promise<void> {
  const descriptor = files.openExclusive(path, PRIVATE_MODE);
  try {
    files.write(descriptor, text);
    if (mode !== PRIVATE_MODE) files.setMode(descriptor, mode);
    await files.flush(descriptor);
  } catch (error) {
    throw withPath(error, path);
  } finally {
    closeSync(descriptor);
  }
}

/** Gives a finished file its mode and waits until it is on the disk. */
export async function sealFile(files: FileOperations, path: string, mode: number): Promise<void> {
  const descriptor = files.openExisting(path);
  try {
    files.setMode(descriptor, mode);
    await files.flush(descriptor);
  } catch (error) {
    throw withPath(error, path);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes a folder of ours with everything in it; links are removed, not followed. */
export function removeTree(files: FileOperations, path: string): void {
  for (const entry of files.readdir(path)) {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) removeTree(files, child);
    else files.unlink(child);
  }
  files.rmdir(path);
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
