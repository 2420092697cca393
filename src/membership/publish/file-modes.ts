import { statSync } from 'node:fs';
import { type FileOperations, PRIVATE_MODE } from './file-operations.js';

/** The mode of a new file that holds nobody's data: what the umask leaves. */
export function plainMode(): number {
  return 0o666 & ~process.umask();
}

/** The mode of a new file that is published: the one that was asked for, else its owner's alone where it is about people. */
export function publishedMode(isPersonal: boolean, asked: number | undefined): number {
  return asked ?? (isPersonal ? PRIVATE_MODE : plainMode());
}

/** The mode of folders in which files of a mode are read: who may read them may enter; undefined: what the umask leaves. */
export function folderMode(asked: number | undefined): number | undefined {
  return asked === undefined ? undefined : asked | ((asked & 0o444) >> 2);
}

/** Lets those enter a folder whom a mode of files means; nobody who may now is kept out. */
export function letIn(files: FileOperations, path: string, asked: number | undefined): void {
  const wanted = folderMode(asked);
  if (wanted === undefined) return;
  const found = statSync(path).mode & 0o777;
  if ((found | wanted) !== found) files.setFolderMode(path, found | wanted);
}
