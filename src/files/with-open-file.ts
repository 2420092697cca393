import { type FileHandle, open } from 'node:fs/promises';
import { withPath } from '../errors/system-error.js';

/** Reads of a file, which is closed afterwards. Fails as the system does, which here always names the file. */
export async function withOpenFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await read(file);
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}
