import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerDifference } from './runs-result.js';
import { POINTER_COPY_NAME, RUNS_NAME } from './state-folder.js';
import { parsePointer, type StatePointer, type StoredInput } from './state-pointer.js';

/** The pointer as a run left it; undefined where its folder does not say. */
export function pointerAfter(stateDirectory: string, id: string): StatePointer | undefined {
  const path = join(stateDirectory, RUNS_NAME, id, POINTER_COPY_NAME);
  if (!existsSync(path)) return undefined;
  const pointer = parsePointer(readFileSync(path, 'utf8'), path);
  return 'problem' in pointer ? undefined : pointer;
}

/** What became of the files from one run to another: by place and content. */
export function ledgerDifference(before: readonly StoredInput[], after: readonly StoredInput[]): LedgerDifference {
  const key = ({ path, member }: StoredInput): string => `${path}\0${member ?? ''}`;
  const earlier = new Map(before.map((input) => [key(input), input]));
  const later = new Set(after.map(key));
  const contents = new Set(after.map(({ sha256 }) => sha256));
  const known = new Set(before.map(({ sha256 }) => sha256));
  const isNew = (input: StoredInput): boolean => !earlier.has(key(input)) && !known.has(input.sha256);
  const isChanged = (input: StoredInput): boolean => {
    const was = earlier.get(key(input));
    return was !== undefined && was.sha256 !== input.sha256;
  };
  const changed = after.filter(isChanged);
  const added = after.filter(isNew);
  return {
    added: added.map(({ name }) => name),
    changed: changed.map(({ name }) => name),
    gone: before.filter((input) => !later.has(key(input)) && !contents.has(input.sha256)).map(({ name }) => name),
    same: after.length - added.length - changed.length,
  };
}
