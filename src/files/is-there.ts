import { statSync } from 'node:fs';
import { hasErrorCode, isSystemError } from '../errors/system-error.js';

/** What the system says of a path at which nothing can be. */
const NOTHING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'];

/**
 * Whether something is at the path, links followed. A disk that does not answer is no "no", as it is for `existsSync`: throws as the
 * system does.
 */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && !hasErrorCode(error, ...NOTHING)) throw error;
    return false;
  }
}
