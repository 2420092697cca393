import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fail } from '../errors/segment-error.js';
import { systemReason } from '../errors/system-error.js';
import type { InputFile } from '../input/sources.js';
import { wouldRead } from '../membership/publish/check-overlap.js';
import { isInside, realPathOf } from '../membership/publish/real-path.js';

export interface RejectsPathCheck {
  /** As the user wrote it. */
  readonly path: string | undefined;
  readonly inputs: readonly InputFile[];
  /** The input arguments: files, folders, globs. */
  readonly inputPaths: readonly string[];
  /** The output folder; undefined when none is written. */
  readonly out: string | undefined;
  readonly cwd: string;
}

/**
 * Refuses a `--rejects` file that would replace an input, be read as one next time, or lie among the published files,
 * before the long work. Errors: `rejects-is-input`, `rejects-in-input`, `rejects-in-output`, `rejects-unwritable`.
 */
export function checkRejectsPath({ path, inputs, inputPaths, out, cwd }: RejectsPathCheck): void {
  if (path === undefined) return;
  const real = realPathOf(resolve(cwd, path));
  const found = statSync(real, { throwIfNoEntry: false });
  if (found?.isDirectory()) fail('rejects-unwritable', { path, reason: 'it is a folder' });
  const same = inputs.find((input) => isSameFile(real, input.path));
  if (same !== undefined) fail('rejects-is-input', { path, input: same.name });
  const reader = inputPaths.find((input) => wouldRead(input, real, cwd));
  if (reader !== undefined) fail('rejects-in-input', { path, input: reader });
  if (out !== undefined && isInside(real, realPathOf(resolve(cwd, out)))) fail('rejects-in-output', { path, directory: out });
  if (found === undefined && !existsSync(dirname(real)))
    fail('rejects-unwritable', { path, reason: `there is no folder ${dirname(path)}` });
  try {
    accessSync(found === undefined || found.isFile() ? dirname(real) : real, constants.W_OK);
  } catch (error) {
    fail('rejects-unwritable', { path, reason: systemReason(error) }, { cause: error });
  }
}

function isSameFile(path: string, input: string): boolean {
  const [left, right] = [statSync(path, { throwIfNoEntry: false }), statSync(input, { throwIfNoEntry: false })];
  return left !== undefined && right !== undefined && left.ino === right.ino && left.dev === right.dev;
}
