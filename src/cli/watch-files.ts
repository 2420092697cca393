import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What tells one state of a file from another, by path; a file that is not there has a state too. */
export type FileStates = ReadonlyMap<string, string>;

/** Looked at by their paths: editors that put a new file in the place of the old one, and file systems that tell nobody of changes, are no different. */
const POLL_MS = 200;

/** How files stand now. */
export async function statesOf(paths: readonly string[]): Promise<FileStates> {
  const states = await Promise.all(paths.map(async (path) => [path, await stateOf(path)] as const));
  return new Map(states);
}

/** Waits until a file stands otherwise than before and then no longer changes, or until the signal; returns whether one changed. */
export async function waitForChange(before: FileStates, signal: AbortSignal): Promise<boolean> {
  const paths = [...before.keys()];
  let last = before;
  for (;;) {
    const now = await statesOf(paths);
    const isSettled = areEqual(now, last);
    if (isSettled && !areEqual(now, before)) return true;
    last = now;
    try {
      await sleep(POLL_MS, undefined, { signal });
    } catch {
      return false;
    }
  }
}

async function stateOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'absent';
  }
}

function areEqual(left: FileStates, right: FileStates): boolean {
  return [...left].every(([path, state]) => right.get(path) === state);
}
