import { realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { fail } from '../../errors/segment-error.js';
import { parseGlob } from './glob-pattern.js';
import { isInside, realPathOf } from './real-path.js';

export interface OverlapCheck {
  /** Real path of the output folder; it need not exist. */
  readonly directory: string;
  /** The folder as the user wrote it, and the option that named it. */
  readonly shown: string;
  readonly flag: '--out' | '--state';
  /** The input arguments: files, folders, globs, `-`. */
  readonly inputPaths: readonly string[];
  /** Names the output may get, for globs that would match them. */
  readonly names: readonly string[];
  readonly cwd: string;
}

/**
 * Refuses an output folder whose files the same inputs would take in next time, and inputs that lie in the output
 * folder. Fails with `output-inside-input`, `input-inside-output`.
 */
export function checkOverlap({ directory, shown, flag, inputPaths, names, cwd }: OverlapCheck): void {
  for (const input of inputPaths) {
    if (input === '-') continue;
    const path = resolve(cwd, input);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined) {
      const real = realpathSync.native(path);
      if (found.isDirectory() && isInside(directory, real)) fail('output-inside-input', { flag, directory: shown, input });
      if (isInside(real, directory)) fail('input-inside-output', { flag, directory: shown, input });
      continue;
    }
    const { base, expression } = parseGlob(slashed(path));
    if (isInside(realPathOf(base), directory)) fail('input-inside-output', { flag, directory: shown, input });
    // A glob written through a link meets the output's files under that link's name.
    const folders = [slashed(directory), slashed(resolve(cwd, shown))];
    if (folders.some((folder) => names.some((name) => expression.test(`${folder}/${name}`)))) {
      fail('output-inside-input', { flag, directory: shown, input });
    }
  }
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** Whether a folder or pattern that was given as input leads to the file. */
export function wouldRead(input: string, file: string, cwd: string): boolean {
  const path = resolve(cwd, input);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) return found.isDirectory() && isInside(file, realpathSync.native(path));
  return parseGlob(slashed(path)).expression.test(slashed(file));
}
