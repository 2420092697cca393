/** Whether the operating system refused or failed at something. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Whether the system's error carries one of the codes. */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && codes.includes(code);
}

const REASONS = new Map([
  ['EACCES', 'the system does not permit it'],
  ['EPERM', 'the system does not permit it'],
  ['EROFS', 'its disk may only be read'],
  ['ENOENT', 'it does not exist'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is not a folder'],
  ['ELOOP', 'its links lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file would be larger than the system allows'],
  ['EIO', 'the disk reports an error'],
  ['EPIPE', 'nobody reads it any more'],
]);

/** Why a file operation failed, as the end of a sentence: no code, no name of a call, no path. */
export function systemReason(error: unknown): string {
  const { code = '', message = String(error) } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return REASONS.get(code) ?? message.replace(/^[A-Z0-9]+: /, '').replace(/, \w+( '.*)?$/s, '');
}

/** The system names no path for what fails on an open file. */
export function withPath(error: unknown, path: string): unknown {
  return error instanceof Error && !('path' in error) ? Object.assign(error, { path }) : error;
}
