import { hashFile } from '../files/hash-file.js';
import type { InputFile } from '../input/sources.js';
import { changeOf, findStored, type KeptInput } from '../state/event-store.js';
import type { StoredInput } from '../state/state-pointer.js';

/** Files of archives that were loaded before, as the ledger has them now. */
export interface KnownMembers {
  readonly known: readonly StoredInput[];
  /** What is kept of them, by folder. */
  readonly stored: ReadonlyMap<string, KeptInput>;
  /** The rest, which has to be loaded. */
  readonly unknown: readonly InputFile[];
}

/**
 * Which files of archives that changed hold the same bytes as a file that the archive held before: what is kept of that stays, whatever the
 * name. `inputs` are the files to load, those of archives unpacked. Fails as the disk does.
 */
export async function findKnownMembers(
  inputs: readonly InputFile[],
  ledger: readonly StoredInput[],
  { stateDirectory, now, signal }: { readonly stateDirectory: string; readonly now: number; readonly signal: AbortSignal },
): Promise<KnownMembers> {
  const known: StoredInput[] = [];
  const stored = new Map<string, KeptInput>();
  const unknown: InputFile[] = [];
  const taken = new Set<StoredInput>();
  for (const input of inputs) {
    const { origin } = input;
    const earlier = ledger.filter(({ path, content }) => origin?.member !== undefined && path === origin.path && content !== null);
    const content = earlier.length === 0 ? undefined : await hashFile(input.path, signal);
    const same = earlier.find((one) => one.content === content && !taken.has(one));
    const file = same && findStored(stateDirectory, same);
    if (origin?.member === undefined || same === undefined || file === undefined) {
      unknown.push(input);
      continue;
    }
    taken.add(same);
    stored.set(same.folder, file);
    const { path, size, modifiedMs, sha256, member } = origin;
    known.push({ ...same, name: input.name, member: member.name, size, modifiedMs, changedMs: changeOf(path), seenMs: now, sha256 });
  }
  return { known, stored, unknown };
}
