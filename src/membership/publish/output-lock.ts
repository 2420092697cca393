import { closeSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fail } from '../../errors/segment-error.js';
import { hasErrorCode } from '../../errors/system-error.js';
import { type FileOperations, PRIVATE_MODE } from './file-operations.js';
import { LOCK_NAME } from './output-name.js';
import { ownerState, ownerText, parseOwner, type RunOwner } from './run-owner.js';

export interface OutputLock {
  /** Whether the lock file is still the one this run made. */
  isHeld(): boolean;
  release(): void;
}

/** How the user named the folder. */
export interface LockedPlace {
  readonly flag: '--out' | '--state';
  readonly shown: string;
}

/** A folder, a pipe or a link, even one to nothing: reading it may fail, wait or lead elsewhere for ever. */
const NO_FILE = Symbol('no file');
const TRIES = 20;
const EMPTY_WAIT_MS = 25;

/**
 * Takes the folder's lock. A lock whose process is dead is taken over.
 * Fails with `output-locked`, `output-lock-unreadable`.
 */
export async function takeOutputLock(
  files: FileOperations,
  directory: string,
  owner: RunOwner,
  { flag, shown }: LockedPlace,
): Promise<OutputLock> {
  const path = join(directory, LOCK_NAME);
  for (let attempt = 1; ; attempt++) {
    if (createLock(files, path, owner)) return outputLock(files, path, owner);
    const text = readLock(path);
    if (text === undefined) continue;
    if (text === NO_FILE) fail('output-lock-unreadable', { flag, directory: shown, lock: join(shown, LOCK_NAME) });
    // The other run may stand between creating its lock and filling it; one that died there leaves it empty.
    const isEmpty = /^[\0\s]*$/.test(text);
    if (isEmpty && attempt < TRIES) {
      await wait(EMPTY_WAIT_MS);
      continue;
    }
    const holder = parseOwner(text);
    if (holder === undefined && !isEmpty) fail('output-lock-unreadable', { flag, directory: shown, lock: join(shown, LOCK_NAME) });
    const state = holder === undefined ? 'dead' : ownerState(holder);
    if (holder !== undefined && state !== 'dead') {
      const { pid, host } = holder;
      fail('output-locked', { flag, directory: shown, pid, host, here: state === 'alive', lock: join(shown, LOCK_NAME) });
    }
    removeStaleLock(files, path, text, owner.token);
  }
}

/** Who holds the folder's lock, without taking it; undefined where nobody does, or nobody that is known. */
export function lockHolder(directory: string): RunOwner | undefined {
  const text = readLock(join(directory, LOCK_NAME));
  const holder = typeof text === 'string' ? parseOwner(text) : undefined;
  return holder === undefined || ownerState(holder) === 'dead' ? undefined : holder;
}

function createLock(files: FileOperations, path: string, owner: RunOwner): boolean {
  let descriptor: number;
  try {
    descriptor = files.openExclusive(path, PRIVATE_MODE);
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
  try {
    files.write(descriptor, ownerText(owner));
  } catch (error) {
    files.unlink(path);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return true;
}

function outputLock(files: FileOperations, path: string, owner: RunOwner): OutputLock {
  const isHeld = (): boolean => readLock(path) === ownerText(owner);
  return {
    isHeld,
    release() {
      if (isHeld()) files.unlink(path);
    },
  };
}

/**
 * Two runs may find the same stale lock, and the slower one would remove the lock the faster one has made since.
 * So the lock is first moved aside, and moved back when it turns out to be another than the one judged.
 */
function removeStaleLock(files: FileOperations, path: string, judged: string, token: string): void {
  const aside = `${path}.${token}`;
  try {
    files.rename(path, aside);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readLock(aside) === judged) files.unlink(aside);
  else files.rename(aside, path);
}

/** The text of a lock, `NO_FILE` when something else stands there, undefined when nothing does. */
function readLock(path: string): string | typeof NO_FILE | undefined {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : NO_FILE;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
