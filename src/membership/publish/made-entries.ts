import { dirname, sep } from 'node:path';
import { hasErrorCode } from '../../errors/system-error.js';
import { isThere } from '../../files/is-there.js';
import { plainMode } from './file-modes.js';
import { type FileOperations, writeNewFile } from './file-operations.js';

/** What a run makes where nothing was, so that one that comes to nothing can take it back. */
export class MadeEntries {
  readonly #files: FileOperations;
  readonly #made: { readonly path: string; readonly isFolder: boolean }[] = [];

  constructor(files: FileOperations) {
    this.#files = files;
  }

  /** Makes a folder, and those above it, where they are not there; without a mode as the umask says. */
  makeFolder(path: string, mode?: number): void {
    if (isThere(path)) return;
    const parent = dirname(path);
    if (parent !== path) this.makeFolder(parent, mode);
    try {
      this.#files.mkdir(path);
      this.#made.push({ path, isFolder: true });
      if (mode !== undefined) this.#files.setFolderMode(path, mode);
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
    }
  }

  /** Writes a file about nobody where there is none. */
  async writeFile(path: string, text: string): Promise<void> {
    if (isThere(path)) return;
    await writeNewFile(this.#files, path, text, plainMode());
    this.#made.push({ path, isFolder: false });
  }

  /** Removes what was made below a folder, the last first; folders that hold anything else stay. Never fails. */
  takeBackBelow(folder: string): void {
    this.#takeBack(({ path }) => path.startsWith(`${folder}${sep}`));
  }

  /** Removes the rest of what was made. Never fails. */
  takeBack(): void {
    this.#takeBack(() => true);
  }

  #takeBack(isMeant: (entry: { readonly path: string }) => boolean): void {
    for (const entry of this.#made.filter(isMeant).reverse()) {
      this.#made.splice(this.#made.indexOf(entry), 1);
      try {
        if (entry.isFolder) this.#files.rmdir(entry.path);
        else this.#files.unlink(entry.path);
      } catch {
        // Somebody has put something there meanwhile, or removed it.
      }
    }
  }
}
