import { randomBytes } from 'node:crypto';
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail, SegmentError, segmentError } from '../errors/segment-error.js';
import { hasErrorCode, isSystemError, systemReason } from '../errors/system-error.js';
import { hashFile } from '../files/hash-file.js';
import { isThere } from '../files/is-there.js';
import { folderMode, letIn, publishedMode } from '../membership/publish/file-modes.js';
import { type FileOperations, removeTree, writeNewFile } from '../membership/publish/file-operations.js';
import { MadeEntries } from '../membership/publish/made-entries.js';
import { readPublishedSet } from '../membership/publish/manifest.js';
import { takeOutputLock } from '../membership/publish/output-lock.js';
import { GITIGNORE_NAME, GITIGNORE_TEXT, LOCK_NAME, MANIFEST_NAME } from '../membership/publish/output-name.js';
import { realPathOf } from '../membership/publish/real-path.js';
import { currentOwner } from '../membership/publish/run-owner.js';
import { removeLeftovers } from '../membership/publish/staging.js';
import { isRunId } from './state-pointer.js';

export const CURRENT_NAME = 'current';
export const LATEST_NAME = 'latest.json';
export const SETS_NAME = 'sets';

/** The folder that other systems read: complete sets, one below `sets/` for each run, and a link to the one that counts. */
export interface PublishedSets {
  /** Absolute, without links. */
  readonly directory: string;
  /** The run whose set `current` leads to; undefined before the first. */
  current(): string | undefined;
  setDirectory(id: string): string;
  /** Whether the set of a run is there with all that was said of it. */
  hasSet(id: string): boolean;
  /** Writes what `latest.json` says about a set that is complete, into the set. */
  describe(id: string, facts: LatestFacts): Promise<void>;
  /** Makes the set of a run the one that readers get: one rename, before which they get the earlier one. */
  switchTo(id: string): void;
  /** Removes the sets of other runs, and what is left of the work on these. */
  keepOnly(ids: readonly string[]): void;
  /** Gives the lock back; takes a folder back that this run has made and that holds no set. */
  close(): void;
}

/** What a reader wants to know before it opens the files. */
export interface LatestFacts {
  readonly asOf: string;
  readonly users: number;
  /** Users by segmentation and segment. */
  readonly sizes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const DRAFT = /^\.segment-current-[0-9a-f]{16}$/;
const OURS: readonly string[] = [CURRENT_NAME, LATEST_NAME, SETS_NAME, GITIGNORE_NAME];

/**
 * Opens the folder for one run: makes it, locks it. A folder that holds anything else is refused. `mode`: of files that are published. Errors: `output-not-empty`,
 * `output-blocked`, `output-locked`, `output-lock-unreadable`, and as the disk does.
 */
export async function openPublishedSets(
  shown: string,
  cwd: string,
  files: FileOperations,
  mode?: number | undefined,
): Promise<PublishedSets> {
  const wanted = resolve(cwd, shown);
  const made = new MadeEntries(files);
  try {
    made.makeFolder(wanted, folderMode(mode));
    const directory = realpathSync.native(wanted);
    checkIsOurs(files, directory, shown);
    const lock = await takeOutputLock(files, directory, currentOwner(randomBytes(8).toString('hex')), { flag: '--out', shown });
    try {
      made.makeFolder(join(directory, SETS_NAME), folderMode(mode));
      for (const folder of [directory, join(directory, SETS_NAME)]) letIn(files, folder, mode);
      await made.writeFile(join(directory, GITIGNORE_NAME), GITIGNORE_TEXT);
    } catch (error) {
      lock.release();
      throw error;
    }
    return new LockedSets(files, { directory, shown, mode }, () => lock.release(), made);
  } catch (error) {
    made.takeBack();
    throw setsError(error, shown);
  }
}

/** An output folder that somebody looks at. */
export interface SeenSets {
  /** Absolute, without links; it need not be there. */
  readonly directory: string;
  /** The run whose set `current` leads to. */
  readonly current: string | undefined;
  /** The runs whose sets are there, the earliest first. */
  readonly ids: readonly string[];
}

/** What an output folder holds, without a trace. Errors: `output-not-empty`, `output-blocked`, and as the disk does. */
export function lookAtSets(shown: string, cwd: string, files: FileOperations): SeenSets {
  const directory = realPathOf(resolve(cwd, shown));
  try {
    if (!isThere(directory)) return { directory, current: undefined, ids: [] };
    checkIsOurs(files, directory, shown);
    const sets = join(directory, SETS_NAME);
    const found = isThere(sets) ? files.readdir(sets) : [];
    const ids = found.flatMap((entry) => (entry.isDirectory() && isRunId(entry.name) ? [entry.name] : []));
    return { directory, current: currentSet(directory), ids: ids.sort((left, right) => Number(left) - Number(right)) };
  } catch (error) {
    throw setsError(error, shown);
  }
}

function checkIsOurs(files: FileOperations, directory: string, shown: string): void {
  const names = files.readdir(directory).map(({ name }) => name);
  const foreign = names.filter((name) => !OURS.includes(name) && !DRAFT.test(name) && !name.startsWith(LOCK_NAME)).sort();
  if (foreign.length > 0) fail('output-not-empty', { directory: shown, names: foreign });
  const noLinks = [CURRENT_NAME, LATEST_NAME].filter((name) => names.includes(name) && !lstatSync(join(directory, name)).isSymbolicLink());
  if (noLinks.length > 0) fail('output-blocked', { directory: shown, names: noLinks });
}

class LockedSets implements PublishedSets {
  readonly directory: string;
  readonly #files: FileOperations;
  readonly #shown: string;
  readonly #mode: number | undefined;
  readonly #release: () => void;
  readonly #made: MadeEntries;

  constructor(
    files: FileOperations,
    { directory, shown, mode }: { readonly directory: string; readonly shown: string; readonly mode: number | undefined },
    release: () => void,
    made: MadeEntries,
  ) {
    this.directory = directory;
    this.#mode = mode;
    this.#files = files;
    this.#shown = shown;
    this.#release = release;
    this.#made = made;
  }

  current(): string | undefined {
    return currentSet(this.directory);
  }

  setDirectory(id: string): string {
    return join(this.directory, SETS_NAME, id);
  }

  hasSet(id: string): boolean {
    return isThere(join(this.setDirectory(id), LATEST_NAME)) && readPublishedSet(this.setDirectory(id)).state === 'ours';
  }

  async describe(id: string, { asOf, users, sizes }: LatestFacts): Promise<void> {
    const directory = this.setDirectory(id);
    try {
      const set = readPublishedSet(directory);
      if (set.state !== 'ours')
        fail('output-failed', { path: join(this.#shown, SETS_NAME, id, MANIFEST_NAME), reason: 'it was changed meanwhile' });
      const facts = {
        run: id,
        as_of: asOf,
        users,
        sizes,
        folder: `${SETS_NAME}/${id}`,
        files: [
          ...set.outputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
          { name: MANIFEST_NAME, rows: null, sha256: await hashFile(join(directory, MANIFEST_NAME)) },
        ],
      };
      const draft = join(directory, `.segment-${LATEST_NAME}`);
      await writeNewFile(this.#files, draft, `${JSON.stringify(facts, null, 2)}\n`, publishedMode(false, this.#mode));
      this.#files.rename(draft, join(directory, LATEST_NAME));
      this.#files.flushFolder(directory);
      this.#files.flushFolder(join(this.directory, SETS_NAME));
    } catch (error) {
      throw setsError(error, this.#shown);
    }
  }

  switchTo(id: string): void {
    try {
      this.#link(join(SETS_NAME, id), CURRENT_NAME);
      // It leads through `current`, so that both change at once.
      if (!hasEntry(join(this.directory, LATEST_NAME))) this.#link(join(CURRENT_NAME, LATEST_NAME), LATEST_NAME);
      this.#files.flushFolder(this.directory);
    } catch (error) {
      throw setsError(error, this.#shown);
    }
  }

  keepOnly(ids: readonly string[]): void {
    for (const entry of this.#files.readdir(join(this.directory, SETS_NAME))) {
      if (!entry.isDirectory() || !isRunId(entry.name)) continue;
      if (ids.includes(entry.name)) removeLeftovers(this.#files, this.setDirectory(entry.name));
      else removeTree(this.#files, this.setDirectory(entry.name));
    }
    for (const entry of this.#files.readdir(this.directory)) {
      if (entry.isSymbolicLink() && DRAFT.test(entry.name)) this.#files.unlink(join(this.directory, entry.name));
    }
  }

  close(): void {
    const isEmpty = this.#isEmpty();
    if (isEmpty) this.#made.takeBackBelow(this.directory);
    try {
      this.#release();
    } catch {
      // The lock of a process that has ended is taken over.
    }
    if (isEmpty) this.#made.takeBack();
  }

  #isEmpty(): boolean {
    try {
      return this.current() === undefined && this.#files.readdir(join(this.directory, SETS_NAME)).length === 0;
    } catch {
      return false;
    }
  }

  #link(target: string, name: string): void {
    const draft = join(this.directory, `.segment-current-${randomBytes(8).toString('hex')}`);
    this.#files.symlink(target, draft);
    this.#files.rename(draft, join(this.directory, name));
  }
}

/** The run whose set an output folder's `current` leads to; undefined where it has none. */
export function currentSet(directory: string): string | undefined {
  const path = join(directory, CURRENT_NAME);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  const [folder, id, ...more] = readlinkSync(path).split(/[\\/]/);
  return folder === SETS_NAME && id !== undefined && more.length === 0 && isRunId(id) ? id : undefined;
}

function hasEntry(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function setsError(error: unknown, shown: string): unknown {
  if (error instanceof SegmentError || !isSystemError(error)) return error;
  const { path = shown } = error;
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return segmentError('disk-full', { path, flag: '--out' }, { cause: error });
  if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) return segmentError('no-permission', { path }, { cause: error });
  return segmentError('output-failed', { path, reason: systemReason(error) }, { cause: error });
}
