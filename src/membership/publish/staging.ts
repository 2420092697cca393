import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from '../../errors/system-error.js';
import { isThere } from '../../files/is-there.js';
import { type FileOperations, PRIVATE_MODE, removeTree, writeNewFile } from './file-operations.js';
import { isInterrupted, removeEmptiedFolders, rollBack } from './journal.js';
import { LOCK_NAME } from './output-name.js';
import { ownerState, ownerText, parseOwner, type RunOwner } from './run-owner.js';

const STAGING_NAME = /^\.segment-[0-9a-f]{16}$/;
const OWNER_NAME = 'owner.json';

/** Makes the private folder a run writes into, whole or not at all; `owner.token` is 16 hex digits. Returns its path. */
export async function makeStaging(files: FileOperations, directory: string, owner: RunOwner): Promise<string> {
  const staging = join(directory, `.segment-${owner.token}`);
  files.mkdir(staging, 0o700);
  try {
    await writeNewFile(files, join(staging, OWNER_NAME), ownerText(owner), PRIVATE_MODE);
    files.mkdir(join(staging, 'new'), 0o700);
  } catch (error) {
    removeQuietly(files, staging);
    throw error;
  }
  return staging;
}

/** What cannot be removed now is removed at the next start. */
function removeQuietly(files: FileOperations, staging: string): void {
  try {
    removeStaging(files, staging);
  } catch {
    // The failure that led here is told.
  }
}

/** Whether an entry of an output folder has the name of something a run keeps there while it works. */
export function isWorkName(name: string): boolean {
  return STAGING_NAME.test(name) || name === LOCK_NAME || isLockAside(name);
}

/**
 * Removes what runs that broke off left in the folder, and puts back the earlier files of one that broke off
 * while it exchanged them. Call it with the folder's lock held. What a living process works on stays.
 */
export function cleanOrphans(files: FileOperations, directory: string): void {
  for (const entry of files.readdir(directory)) {
    const path = join(directory, entry.name);
    if (isLockAside(entry.name) && entry.isFile()) files.unlink(path);
    if (!STAGING_NAME.test(entry.name) || !entry.isDirectory() || !isOrphan(files, path)) continue;
    if (isInterrupted(path)) rollBack(files, directory, path);
    else removeEmptiedFolders(files, directory, path);
    removeStaging(files, path);
  }
}

/**
 * Removes what the run that published the folder's set could not tidy away after it. Call it where nobody else can be at work in the folder,
 * and its set is in place.
 */
export function removeLeftovers(files: FileOperations, directory: string): void {
  for (const entry of files.readdir(directory).filter(({ name }) => isWorkName(name))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) removeTree(files, path);
    else files.unlink(path);
  }
}

/** Removes a staging folder; whose it is goes last, so that what breaks off here is finished by the next run. */
export function removeStaging(files: FileOperations, staging: string): void {
  const entries = files.readdir(staging).sort((left, right) => Number(left.name === OWNER_NAME) - Number(right.name === OWNER_NAME));
  for (const entry of entries) {
    const path = join(staging, entry.name);
    if (entry.isDirectory()) removeTree(files, path);
    else files.unlink(path);
  }
  files.rmdir(staging);
}

function isLockAside(name: string): boolean {
  return name.startsWith(`${LOCK_NAME}.`) && /^[0-9a-f]{16}$/.test(name.slice(LOCK_NAME.length + 1));
}

function isOrphan(files: FileOperations, staging: string): boolean {
  const path = join(staging, OWNER_NAME);
  const text = isThere(path) ? readOwner(path) : '';
  const owner = parseOwner(text);
  // Only who holds the lock exchanges files: an exchange that is not done, while we hold it, is nobody's any more.
  if (owner !== undefined) return ownerState(owner) !== 'alive' || isInterrupted(staging);
  const brokeOffAtStart = /^[\0\s]*$/.test(text);
  return brokeOffAtStart && files.readdir(staging).every((entry) => entry.name === OWNER_NAME);
}

function readOwner(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'EISDIR')) return 'a folder';
    throw error;
  }
}
