import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EngineError } from '../engine/database.js';
import { fail, SegmentError, segmentError } from '../errors/segment-error.js';
import { hasErrorCode, isSystemError, systemReason } from '../errors/system-error.js';
import { isThere } from '../files/is-there.js';
import { plainMode } from '../membership/publish/file-modes.js';
import { type FileOperations, removeTree, writeNewFile } from '../membership/publish/file-operations.js';
import { MadeEntries } from '../membership/publish/made-entries.js';
import { verifyOutputs } from '../membership/publish/manifest.js';
import { lockHolder, type OutputLock, takeOutputLock } from '../membership/publish/output-lock.js';
import { GITIGNORE_NAME, GITIGNORE_TEXT, LOCK_NAME } from '../membership/publish/output-name.js';
import { realPathOf } from '../membership/publish/real-path.js';
import { currentOwner, type RunOwner } from '../membership/publish/run-owner.js';
import { removeLeftovers } from '../membership/publish/staging.js';
import { DAYS_NAME, otherPieces, removeOtherPieces } from './day-pieces.js';
import { INPUTS_NAME, otherInputs, removeOtherInputs } from './event-store.js';
import { EMPTY_POINTER, isRunId, parsePointer, pointerText, type StatePointer } from './state-pointer.js';

export const POINTER_NAME = 'current.json';
/** The pointer as a run left it, in the run's own folder: what is taken where the pointer is damaged. */
export const POINTER_COPY_NAME = 'state.json';
export const RUNS_NAME = 'runs';

/** What the nightly job knows, held by one run at a time. */
export interface StateFolder {
  /** Absolute, without links. */
  readonly directory: string;
  readonly pointer: StatePointer;
  /** What had to be put right, in sentences. */
  readonly repairs: readonly string[];
  /** Where a run's files are. */
  runDirectory(id: string): string;
  /** Makes the pointer the one that counts, all or nothing. */
  commit(pointer: StatePointer): Promise<void>;
  /** Removes the folders of runs that the pointer does not name, and what is left of the work on those it names. */
  removeOthers(): void;
  /** Gives the lock back; takes a folder back that this run has made and in which no run was recorded. */
  close(): void;
}

export interface StateFolderOptions {
  /** As the user wrote it. */
  readonly directory: string;
  readonly cwd: string;
  /** How long to wait for another run to end, in milliseconds. */
  readonly waitMs: number;
  readonly files: FileOperations;
  readonly signal?: AbortSignal | undefined;
}

const LOOK_AGAIN_MS = 200;
const DRAFT = /^current\.json\.[0-9a-f]{16}$/;

/**
 * Opens the state folder for one run: makes it, locks it, reads its pointer, and removes what runs that broke off left in it. Where the
 * pointer is damaged, the newest run that is whole says what it was. Errors: `state-not-ours`, `state-newer`, `state-damaged`,
 * `output-locked`, `output-lock-unreadable`, and as the disk does.
 */
export async function openStateFolder(options: StateFolderOptions): Promise<StateFolder> {
  const { directory: shown, cwd, files } = options;
  const wanted = resolve(cwd, shown);
  const made = new MadeEntries(files);
  let lock: OutputLock | undefined;
  try {
    made.makeFolder(wanted);
    const directory = realpathSync.native(wanted);
    checkIsOurs(files, directory, shown);
    lock = await takeLock(directory, options, made);
    for (const name of [RUNS_NAME, INPUTS_NAME, DAYS_NAME]) made.makeFolder(join(directory, name));
    await made.writeFile(join(directory, GITIGNORE_NAME), GITIGNORE_TEXT);
    const { pointer, repairs } = await readPointer(files, directory, shown);
    const folder = new LockedState(files, { directory, shown }, { lock, made }, pointer, repairs);
    folder.removeOthers();
    return folder;
  } catch (error) {
    lock?.release();
    made.takeBack();
    throw stateError(error, shown);
  }
}

/** A state folder that somebody looks at: nothing in it is made, locked or put right. */
export interface SeenState extends Pick<StateFolder, 'directory' | 'pointer' | 'repairs' | 'runDirectory'> {
  /** The run that holds the lock. */
  readonly holder: RunOwner | undefined;
  /** What runs that broke off left, by names below the folder. */
  readonly leftovers: readonly string[];
}

/** What a state folder says, read without a trace; one that is not there is empty. Errors: `state-not-ours`, `state-newer`, `state-damaged`. */
export async function lookAtState({
  directory: shown,
  cwd,
  files,
}: Pick<StateFolderOptions, 'directory' | 'cwd' | 'files'>): Promise<SeenState> {
  const directory = realPathOf(resolve(cwd, shown));
  try {
    const seen = { directory, runDirectory: (id: string): string => join(directory, RUNS_NAME, id) };
    if (!isThere(directory)) return { ...seen, pointer: EMPTY_POINTER, repairs: [], holder: undefined, leftovers: [] };
    checkIsOurs(files, directory, shown);
    const holder = lockHolder(directory);
    const { pointer, repairs } = await readPointer(files, directory, shown);
    const leftovers = [
      ...otherRunFolders(files, directory, pointer).map((id) => join(RUNS_NAME, id)),
      ...otherInputs(files, directory, pointer.inputs).map((name) => join(INPUTS_NAME, name)),
      ...otherPieces(files, directory, pointer.inputs).map((name) => join(DAYS_NAME, name)),
    ];
    // What another run is making now is none.
    return { ...seen, holder, pointer, repairs, leftovers: holder === undefined ? leftovers : [] };
  } catch (error) {
    throw stateError(error, shown);
  }
}

class LockedState implements StateFolder {
  readonly directory: string;
  readonly repairs: readonly string[];
  readonly #shown: string;
  readonly #files: FileOperations;
  readonly #lock: OutputLock;
  readonly #made: MadeEntries;
  #pointer: StatePointer;

  constructor(
    files: FileOperations,
    { directory, shown }: { readonly directory: string; readonly shown: string },
    { lock, made }: { readonly lock: OutputLock; readonly made: MadeEntries },
    pointer: StatePointer,
    repairs: readonly string[],
  ) {
    this.directory = directory;
    this.repairs = repairs;
    this.#shown = shown;
    this.#files = files;
    this.#lock = lock;
    this.#made = made;
    this.#pointer = pointer;
  }

  get pointer(): StatePointer {
    return this.#pointer;
  }

  runDirectory(id: string): string {
    return join(this.directory, RUNS_NAME, id);
  }

  async commit(pointer: StatePointer): Promise<void> {
    const draft = join(this.directory, `${POINTER_NAME}.${randomBytes(8).toString('hex')}`);
    try {
      if (!this.#lock.isHeld()) fail('output-lock-lost', { flag: '--state', directory: this.#shown, lock: join(this.#shown, LOCK_NAME) });
      this.#files.flushFolder(join(this.directory, RUNS_NAME));
      await writeNewFile(this.#files, draft, pointerText(pointer), plainMode());
      this.#files.rename(draft, join(this.directory, POINTER_NAME));
      this.#pointer = pointer;
      this.#files.flushFolder(this.directory);
    } catch (error) {
      throw stateError(error, this.#shown);
    }
  }

  removeOthers(): void {
    for (const id of otherRunFolders(this.#files, this.directory, this.#pointer)) removeTree(this.#files, this.runDirectory(id));
    for (const id of runIds(this.#files, this.directory)) removeLeftovers(this.#files, this.runDirectory(id));
    removeOtherInputs(this.#files, this.directory, this.#pointer.inputs);
    removeOtherPieces(this.#files, this.directory, this.#pointer.inputs);
    for (const entry of this.#files.readdir(this.directory)) {
      if (entry.isFile() && DRAFT.test(entry.name)) this.#files.unlink(join(this.directory, entry.name));
    }
  }

  close(): void {
    const isEmpty = this.#pointer.sequence === 0;
    if (isEmpty) this.#made.takeBackBelow(this.directory);
    try {
      this.#lock.release();
    } catch {
      // The lock of a process that has ended is taken over.
    }
    if (isEmpty) this.#made.takeBack();
  }
}

/** The folders of runs that the pointer does not name. */
function otherRunFolders(files: FileOperations, directory: string, { runs }: StatePointer): string[] {
  const known = new Set(runs.map(({ id }) => id));
  return runIds(files, directory).filter((id) => !known.has(id));
}

/** Takes the lock, and tries again for as long as it may wait. */
async function takeLock(
  directory: string,
  { directory: shown, waitMs, files, signal }: StateFolderOptions,
  made: MadeEntries,
): Promise<OutputLock> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    try {
      // A first run that came to nothing has taken it back.
      made.makeFolder(directory);
      return await takeOutputLock(files, directory, currentOwner(randomBytes(8).toString('hex')), { flag: '--state', shown });
    } catch (error) {
      const isHeld = error instanceof SegmentError && error.code === 'output-locked';
      if (!isHeld || waited >= waitMs) throw error;
    }
    await wait(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/** What the pointer says, or where it is damaged the newest run that is whole; otherwise only what is wrong with it. */
export type FoundPointer =
  | { readonly pointer: StatePointer; readonly repairs: readonly string[] }
  | { readonly path: string; readonly problem: string };

/** Finds out what counts in a state folder, without changing it. Error: `state-newer`. */
export async function findPointer(files: Pick<FileOperations, 'readdir'>, directory: string, shown: string): Promise<FoundPointer> {
  const path = join(directory, POINTER_NAME);
  const named = join(shown, POINTER_NAME);
  const ids = runIds(files, directory);
  const hasPointer = isThere(path);
  // A first run that broke off leaves its own folder and nothing else.
  if (!hasPointer && ids.every((id) => Number(id) === 1)) return { pointer: EMPTY_POINTER, repairs: [] };
  const found = hasPointer ? parsePointer(readText(path), named) : { problem: 'it is gone' };
  if (!('problem' in found)) return { pointer: found, repairs: [] };
  for (const id of ids.toReversed()) {
    const run = join(directory, RUNS_NAME, id);
    const copy = join(run, POINTER_COPY_NAME);
    const problems = await verifyOutputs(run);
    if (problems === undefined || problems.length > 0 || !isThere(copy)) continue;
    const pointer = parsePointer(readText(copy), copy);
    if ('problem' in pointer) continue;
    return { pointer, repairs: [`${named}: ${found.problem}; the history is taken from run ${id}, the newest that is whole`] };
  }
  return { path: named, problem: found.problem };
}

async function readPointer(
  files: FileOperations,
  directory: string,
  shown: string,
): Promise<Extract<FoundPointer, { readonly pointer: StatePointer }>> {
  const found = await findPointer(files, directory, shown);
  return 'problem' in found ? fail('state-damaged', found) : found;
}

function readText(path: string): string {
  return statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
}

function runIds(files: Pick<FileOperations, 'readdir'>, directory: string): string[] {
  const runs = join(directory, RUNS_NAME);
  if (!isThere(runs)) return [];
  const ids = files.readdir(runs).flatMap((entry) => (entry.isDirectory() && isRunId(entry.name) ? [entry.name] : []));
  return ids.sort((left, right) => Number(left) - Number(right));
}

/** A state folder is empty, or has what we keep in one and nothing else. Error: `state-not-ours`. */
export function checkIsOurs(files: Pick<FileOperations, 'readdir'>, directory: string, shown: string): void {
  const foreign = files
    .readdir(directory)
    .map(({ name }) => name)
    .filter(
      (name) =>
        ![POINTER_NAME, RUNS_NAME, INPUTS_NAME, DAYS_NAME, GITIGNORE_NAME].includes(name) &&
        !DRAFT.test(name) &&
        !name.startsWith(LOCK_NAME),
    );
  if (foreign.length > 0) fail('state-not-ours', { directory: shown, names: foreign.sort() });
}

/** A failure to write what the state folder keeps, in words. */
export function stateError(error: unknown, shown: string): unknown {
  if (error instanceof EngineError) {
    if (error.kind === 'disk-full') return segmentError('disk-full', { path: shown, flag: '--state' }, { cause: error });
    return error.kind === 'permission' ? segmentError('no-permission', { path: shown }, { cause: error }) : error;
  }
  if (error instanceof SegmentError || !isSystemError(error)) return error;
  const { path = shown } = error;
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return segmentError('disk-full', { path, flag: '--state' }, { cause: error });
  if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) return segmentError('no-permission', { path }, { cause: error });
  return segmentError('output-failed', { path, reason: systemReason(error) }, { cause: error });
}
