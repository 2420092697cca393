import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../errors/segment-error.js';
import { hasErrorCode } from '../../errors/system-error.js';
import { isThere } from '../../files/is-there.js';
import { type FileOperations, PRIVATE_MODE, writeNewFile } from './file-operations.js';
import { isOutputName, MANIFEST_NAME } from './output-name.js';

/**
 * What an exchange of files is about to do, kept in the staging folder so that it can be undone by the same or a later run:
 * `new/` holds the new files, `previous/` the earlier ones moved out of their way, `manifest.json` the new manifest. The
 * exchange begins with the journal and is done when the manifest has left the staging folder.
 */
export interface Journal {
  /** Names renamed from `new/` into place. */
  readonly names: readonly string[];
  /** Folders made for them, outermost first. */
  readonly folders: readonly string[];
}

const JOURNAL_NAME = 'journal.json';

/** Writes the journal; from here on `rollBack` can undo the exchange. */
export async function writeJournal(files: FileOperations, staging: string, journal: Journal): Promise<void> {
  const draft = join(staging, 'journal.draft');
  await writeNewFile(files, draft, `${JSON.stringify(journal)}\n`, PRIVATE_MODE);
  files.rename(draft, join(staging, JOURNAL_NAME));
  files.flushFolder(staging);
}

/** Moves the earlier files out, the new ones in, and the manifest last. Renames only: the folder is without manifest meanwhile. */
export function exchange(
  files: FileOperations,
  directory: string,
  staging: string,
  leaving: readonly string[],
  journal: Journal,
  folderMode?: number | undefined,
): void {
  for (const folder of journal.folders) {
    files.mkdir(join(directory, folder));
    if (folderMode !== undefined) files.setFolderMode(join(directory, folder), folderMode);
  }
  const manifest = join(directory, MANIFEST_NAME);
  if (hasEntry(manifest)) files.rename(manifest, join(staging, 'previous', MANIFEST_NAME));
  for (const name of leaving) files.rename(join(directory, name), join(staging, 'previous', name));
  for (const name of journal.names) files.rename(join(staging, 'new', name), join(directory, name));
  for (const folder of new Set([...journal.names, ...leaving].map((name) => dirname(name)))) files.flushFolder(join(directory, folder));
  files.rename(join(staging, MANIFEST_NAME), manifest);
}

/** Whether an exchange has begun and is not done. */
export function isInterrupted(staging: string): boolean {
  return isThere(join(staging, JOURNAL_NAME)) && isThere(join(staging, MANIFEST_NAME));
}

/**
 * Undoes an exchange that was not done: the folder's files are again the earlier ones. It can itself break off at any
 * point and be repeated, because a new file goes back to `new/` before its earlier one returns, and the new manifest,
 * without which nothing is undone any more, is removed last.
 */
export function rollBack(files: FileOperations, directory: string, staging: string): void {
  const { names, folders } = readJournal(join(staging, JOURNAL_NAME));
  for (const name of names) {
    const staged = join(staging, 'new', name);
    const target = join(directory, name);
    if (!hasEntry(staged) && hasEntry(target)) files.rename(target, staged);
  }
  returnPrevious(files, join(staging, 'previous'), directory);
  for (const folder of folders.toReversed()) removeEmptyFolder(files, join(directory, folder));
  files.flushFolder(directory);
  files.unlink(join(staging, MANIFEST_NAME));
}

/** After a finished exchange: removes the folders that only held files of the earlier set. */
export function removeEmptiedFolders(files: FileOperations, directory: string, staging: string): void {
  removeLikewise(files, join(staging, 'previous'), directory);
}

function removeLikewise(files: FileOperations, previous: string, directory: string): void {
  if (!isThere(previous)) return;
  for (const entry of files.readdir(previous).filter((found) => found.isDirectory())) {
    const folder = join(directory, entry.name);
    removeLikewise(files, join(previous, entry.name), folder);
    removeEmptyFolder(files, folder);
  }
}

/** Removes a folder unless something is in it. */
function removeEmptyFolder(files: FileOperations, path: string): void {
  try {
    files.rmdir(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
  }
}

/** Whether anything stands at the path, be it a link to nothing. */
export function hasEntry(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The manifest returns last: with it the set is complete. */
function returnPrevious(files: FileOperations, from: string, to: string): void {
  if (!isThere(from)) return;
  const entries = files.readdir(from).filter((entry) => entry.name !== MANIFEST_NAME);
  for (const entry of entries) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      if (!isThere(target)) files.mkdir(target);
      returnPrevious(files, source, target);
    } else {
      files.rename(source, target);
    }
  }
  files.flushFolder(to);
  const manifest = join(from, MANIFEST_NAME);
  if (hasEntry(manifest)) files.rename(manifest, join(to, MANIFEST_NAME));
}

function readJournal(path: string): Journal {
  try {
    const { names, folders } = JSON.parse(readFileSync(path, 'utf8')) as Journal;
    if ([...names, ...folders].every(isOutputName)) return { names, folders };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  return fail('output-journal-damaged', { directory: dirname(dirname(path)), journal: basename(dirname(path)) });
}
