import { existsSync, readFileSync, realpathSync, statSync, unlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Baseline, EMPTY_BASELINE } from '../analysis/check/baseline.js';
import { baselineText, parseBaseline } from '../analysis/check/baseline-file.js';
import { fail } from '../errors/segment-error.js';
import { hasErrorCode, systemReason } from '../errors/system-error.js';
import { plainMode } from '../membership/publish/file-modes.js';
import { FILE_OPERATIONS, writeNewFile } from '../membership/publish/file-operations.js';

/** Far more than a year of runs takes. */
const LARGEST_BYTES = 100e6;

/** The baseline in a file; `isNew` where there is none yet. Errors: `baseline-unreadable` and those of `parseBaseline`. */
export function readBaseline(path: string, cwd: string): { readonly baseline: Baseline; readonly isNew: boolean } {
  const full = resolve(cwd, path);
  let text: string;
  try {
    const stats = statSync(full);
    // A device or a pipe may never end.
    if (!stats.isFile()) fail('baseline-unreadable', { path, reason: 'it is no regular file' });
    if (stats.size > LARGEST_BYTES)
      fail('baseline-unreadable', {
        path,
        reason: `it has more than ${LARGEST_BYTES / 1e6} MB`,
      });
    text = readFileSync(full, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return { baseline: EMPTY_BASELINE, isNew: true };
    if (hasErrorCode(error, 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'))
      fail('baseline-unreadable', { path, reason: systemReason(error) }, { cause: error });
    throw error;
  }
  return { baseline: parseBaseline(text, path), isNew: false };
}

/** Writes the baseline beside its place, waits until it is on the disk, and puts it there: never half. Error: `baseline-unwritable`. */
export async function writeBaseline(path: string, baseline: Baseline, cwd: string): Promise<void> {
  const named = resolve(cwd, path);
  const full = existsSync(named) ? realpathSync(named) : named;
  const aside = `${full}.${process.pid}.tmp`;
  try {
    await writeNewFile(FILE_OPERATIONS, aside, baselineText(baseline), plainMode());
    FILE_OPERATIONS.rename(aside, full);
  } catch (error) {
    try {
      unlinkSync(aside);
    } catch {
      // It was not made, or is in its place.
    }
    fail('baseline-unwritable', { path, reason: systemReason(error) }, { cause: error });
  }
}
