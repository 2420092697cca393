import { accessSync, closeSync, constants, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Settings } from '../config/settings.js';
import { fail, type SegmentError, segmentError } from '../errors/segment-error.js';
import { hasErrorCode, systemReason } from '../errors/system-error.js';
import { wouldRead } from '../membership/publish/check-overlap.js';
import { plainMode } from '../membership/publish/file-modes.js';
import { type FileOperations, writeNewFile } from '../membership/publish/file-operations.js';
import { isInside, realPathOf } from '../membership/publish/real-path.js';
import { NOTICE_BEGIN, type Notice, noticeText } from '../report/run/notice.js';

/** The file, and what it must stay out of. */
export type NotifyPlace = Pick<Settings, 'notifyFile' | 'inputs' | 'out' | 'state'>;

const ASIDE = /^\.(\d{1,10})\.tmp$/;

/**
 * Refuses a notify file that would be read as an input, lies among what the job keeps or publishes, or would replace something else. Errors:
 * `notify-file-place`, `notify-file-taken`, `notify-file-unwritable`.
 */
export function checkNotifyFile({ notifyFile: path, inputs, out, state }: NotifyPlace, cwd: string): void {
  if (path === undefined) return;
  const real = realPathOf(resolve(cwd, path));
  for (const [flag, folder] of [
    ['--out', out],
    ['--state', state],
  ] as const) {
    if (isInside(real, realPathOf(resolve(cwd, folder)))) fail('notify-file-place', { path, place: `${flag} ${folder}` });
  }
  const input = inputs.find((one) => one !== '-' && wouldRead(one, real, cwd));
  if (input !== undefined) fail('notify-file-place', { path, place: `the input ${input}` });
  refuseOthers(path, real);
  try {
    accessSync(dirname(real), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Takes the notice of the job before away: one that is there tells of the last job that ended. Error: `notify-file-unwritable`. */
export function removeNotifyFile(files: FileOperations, path: string, cwd: string): void {
  const real = realPathOf(resolve(cwd, path));
  try {
    if (existsSync(real)) files.unlink(real);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** What is there already has to be an earlier notice, or empty. */
function refuseOthers(path: string, real: string): void {
  const found = statSync(real, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isFile()) fail('notify-file-taken', { path, found: found.isDirectory() ? 'a folder' : 'no regular file' });
  if (found.size > 0 && beginOf(path, real) !== NOTICE_BEGIN) fail('notify-file-taken', { path, found: 'a file of another kind' });
}

function beginOf(path: string, real: string): string {
  try {
    const descriptor = openSync(real, 'r');
    try {
      const buffer = Buffer.alloc(NOTICE_BEGIN.length);
      return buffer.toString('utf8', 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Writes the notice beside its place, waits until it is on the disk, and puts it there: never half. Errors: those of `checkNotifyFile`. */
export async function writeNotifyFile(files: FileOperations, path: string, notice: Notice, cwd: string): Promise<void> {
  const real = realPathOf(resolve(cwd, path));
  const aside = `${real}.${process.pid}.tmp`;
  refuseOthers(path, real);
  try {
    removeLeftOver(files, real);
    await writeNewFile(files, aside, noticeText(notice), plainMode());
    files.rename(aside, real);
    files.flushFolder(dirname(real));
  } catch (error) {
    try {
      if (existsSync(aside)) files.unlink(aside);
    } catch {
      // The next one removes it.
    }
    throw unwritable(path, error);
  }
}

/** What processes left that were killed before they could rename it. */
function removeLeftOver(files: FileOperations, real: string): void {
  for (const name of readdirSync(dirname(real))) {
    const pid = name.startsWith(basename(real)) ? ASIDE.exec(name.slice(basename(real).length))?.[1] : undefined;
    if (pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid)))) files.unlink(join(dirname(real), name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasErrorCode(error, 'ESRCH');
  }
}

function unwritable(path: string, error: unknown): SegmentError {
  const reason = hasErrorCode(error, 'ENOENT', 'ENOTDIR') ? `there is no folder ${dirname(path)}` : systemReason(error);
  return segmentError('notify-file-unwritable', { path, reason }, { cause: error });
}
