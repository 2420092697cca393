import { resolve } from 'node:path';
import { fail } from '../errors/segment-error.js';
import { isInside, realPathOf } from '../membership/publish/real-path.js';

/**
 * Refuses a `--temp-dir` in the output folder: what a run that was killed leaves there would stand among the published
 * files, and make a new folder look like one of somebody else. Error: `temp-in-output`.
 */
export function checkTempDir(path: string | undefined, out: string | undefined, cwd: string): void {
  if (path === undefined || out === undefined) return;
  if (isInside(realPathOf(resolve(cwd, path)), realPathOf(resolve(cwd, out)))) fail('temp-in-output', { path, directory: out });
}
