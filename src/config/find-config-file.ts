import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../errors/segment-error.js';

export const CONFIG_NAME = 'segment.yaml';
/** Names that are easily taken for ours. */
const WRONG_NAMES = ['segment.yml', '.segment.yaml', '.segment.yml'];

/**
 * The nearest `segment.yaml`, from a folder upwards. The search ends at the folder that holds `.git`, at `home`, or at the root, whichever
 * comes first; that folder is searched too. Fails with `config-name` where a file with a name like it lies instead.
 */
export function findConfigFile(folder: string, home: string | undefined): string | undefined {
  const last = home === undefined || home === '' ? undefined : resolve(home);
  for (let here = resolve(folder); ; here = dirname(here)) {
    const path = join(here, CONFIG_NAME);
    if (isFile(path)) return path;
    const wrong = WRONG_NAMES.find((name) => isFile(join(here, name)));
    if (wrong !== undefined) fail('config-name', { path: join(here, wrong), name: CONFIG_NAME });
    if (existsSync(join(here, '.git')) || here === last || dirname(here) === here) return undefined;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}
