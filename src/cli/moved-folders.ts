import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { flagOf, type OptionName, optionOf, optionsOf } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { fail } from '../errors/segment-error.js';
import { findInputFiles } from '../input/sources.js';
import { readPublishedSet } from '../membership/publish/manifest.js';

/** The folders of two memberships, as the user named them. */
export interface MovedFolders {
  readonly before: string;
  readonly after: string;
}

/** What a run of classify calls its files. */
const OWN_FILES = /^(summary\.json|manifest\.json|members\.(csv|parquet|arrow|jsonl))$/;

/**
 * The two output folders that are meant by what was named: folders of earlier runs, or files in them; undefined where exports are
 * meant. `typed` are the options of the command line. Errors: `folders-and-files`, `folder-alone`, `folder-twice`, `folders-options`,
 * those of `findInputFiles`.
 */
export async function movedFolders(
  { inputs, from, to }: Settings,
  typed: readonly OptionName[],
  cwd: string,
): Promise<MovedFolders | undefined> {
  const folders = inputs.map((input) => publishedFolder(input, cwd));
  const isDated = from !== undefined || to !== undefined;
  // Where no dates are named and two folders are, one of them may have lost its manifest.
  const areTwoFolders = !isDated && inputs.length === 2 && inputs.every((input) => isFolder(resolve(cwd, input)));
  if (!areTwoFolders && folders.every((folder) => folder === undefined)) return undefined;
  const [before = '', after = ''] = folders.map((folder, index) => folder ?? inputs[index] ?? '');
  if (inputs.length === 1) fail('folder-alone', { directory: before });
  if (!areTwoFolders && folders.some((folder) => folder === undefined)) {
    const file = inputs.find((_, index) => folders[index] === undefined) ?? '';
    await findInputFiles([file], cwd);
    fail('folders-and-files', { directory: folders.find((folder) => folder !== undefined) ?? '', file });
  }
  if (inputs.length > 2) fail('folders-many', { directories: inputs });
  if (realpathSync(resolve(cwd, before)) === realpathSync(resolve(cwd, after))) fail('folder-twice', { before, after });
  const ofRun = optionsOf('transitions').filter((name) => name !== 'inputs' && ['read', 'decide'].includes(optionOf(name).group));
  const options = typed.filter((name) => name === 'movesSql' || (ofRun.includes(name) && name !== 'movesSegmentation'));
  if (options.length > 0) fail('folders-options', { before, after, options: options.map(flagOf) });
  return { before, after };
}

/** The folder of an earlier run that is meant by its name or that of a file in it; undefined where none is. */
export function publishedFolder(input: string, cwd: string): string | undefined {
  const isOwnFile = OWN_FILES.test(basename(input)) && existsSync(resolve(cwd, input));
  return [input, ...(isOwnFile ? [dirname(input)] : [])].find((folder) =>
    ['ours', 'newer'].includes(readPublishedSet(resolve(cwd, folder)).state),
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
