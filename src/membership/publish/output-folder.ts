import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fail, SegmentError, segmentError } from '../../errors/segment-error.js';
import { hasErrorCode, isSystemError, systemReason, withPath } from '../../errors/system-error.js';
import { hashFile } from '../../files/hash-file.js';
import { isThere } from '../../files/is-there.js';
import { WRITERS } from '../writers/index.js';
import { checkOverlap } from './check-overlap.js';
import { folderMode, letIn, publishedMode } from './file-modes.js';
import { FILE_OPERATIONS, type FileOperations, PRIVATE_MODE, sealFile, writeNewFile } from './file-operations.js';
import { exchange, hasEntry, isInterrupted, removeEmptiedFolders, rollBack, writeJournal } from './journal.js';
import { MANIFEST_FORMAT, type ManifestDraft, type ManifestOutput, manifestText, readPublishedSet } from './manifest.js';
import { type OutputLock, takeOutputLock } from './output-lock.js';
import { GITIGNORE_NAME, GITIGNORE_TEXT, isOutputName, LOCK_NAME, MANIFEST_NAME, parentFolders } from './output-name.js';
import { currentOwner } from './run-owner.js';
import { cleanOrphans, isWorkName, makeStaging, removeStaging } from './staging.js';

export interface OutputFolder {
  /** Absolute, without links. */
  readonly directory: string;
  /** Private folder inside it, on the same file system: the one folder the engine may write into. */
  readonly stagingDirectory: string;
  /** Where to write a file before it is published; its folders are made. `name` is relative and `/`-separated. */
  stagedPath(name: string): string;
  /** Writes a file of text there. */
  stageText(name: string, text: string): Promise<void>;
  /**
   * Makes the staged files the folder's set: all of them or none. `manifest` gets their rows and checksums.
   * Fails with `refuse-empty`, `output-blocked`, `output-blocked-by-folder`, `output-lock-lost`, and as the disk does;
   * the earlier set is then as it was.
   */
  publish(files: readonly PublishedFile[], manifest: ManifestDraft): Promise<void>;
  /** Removes what was not published, and the lock. Never fails; may be called at any time and more than once. */
  discard(): Promise<void>;
}

export interface PublishedFile {
  /** Relative, `/`-separated. */
  readonly name: string;
  /** Users in it; null for files of another kind. */
  readonly rows: number | null;
}

export interface OutputFolderOptions {
  /** As the user wrote it. */
  readonly directory: string;
  /** Write into a folder that is not from an earlier run, and replace files of others that are in the way. */
  readonly force: boolean;
  /** The input arguments as the user wrote them: files, folders, globs, `-`. */
  readonly inputPaths: readonly string[];
  readonly cwd: string;
  /** Names that will be published, as far as they are known: what is in their way is refused before the long work. */
  readonly expectedNames?: readonly string[] | undefined;
  /** Of the files that are published, whatever they hold; undefined: the owner's alone where they are about people, else by the umask. */
  readonly mode?: number | undefined;
  /** Stands in for the file system in tests. */
  readonly files?: FileOperations | undefined;
}

const TYPICAL_NAMES = Object.keys(WRITERS).flatMap((extension) => [
  `members.${extension}`,
  `status/new.${extension}`,
  `rfm/lost.${extension}`,
]);

/**
 * Opens an output folder for one run: checks it, makes it, locks it, and puts right what runs that broke off left in it.
 * Fails with `output-is-file`, `output-not-empty`, `output-newer`, `output-inside-input`, `input-inside-output`,
 * `output-locked`, `output-blocked`, and as the disk does (`disk-full`, `no-permission`, `output-failed`).
 */
export async function openOutputFolder(options: OutputFolderOptions): Promise<OutputFolder> {
  const { directory: shown, force, inputPaths, cwd } = options;
  const files = options.files ?? FILE_OPERATIONS;
  const wanted = resolve(cwd, shown);
  let view: FolderView = { shown, directory: wanted, force, mode: options.mode };
  const made: string[] = [];
  let lock: OutputLock | undefined;
  try {
    view = { ...view, directory: realFolder(wanted, shown) };
    checkOverlap({ directory: view.directory, shown, flag: '--out', inputPaths, names: options.expectedNames ?? TYPICAL_NAMES, cwd });
    // What runs left that broke off is put right under the lock; until then it says nothing about the folder.
    if (!entryNames(files, view.directory).some(isWorkName)) checkIsOurs(files, view);
    makeFolders(files, view, made);
    const owner = currentOwner(randomBytes(8).toString('hex'));
    lock = await takeOutputLock(files, view.directory, owner, { flag: '--out', shown });
    cleanOrphans(files, view.directory);
    checkIsOurs(files, view);
    checkTargets(view, options.expectedNames ?? []);
    const staging = await makeStaging(files, view.directory, owner);
    return new LockedFolder(files, view, lock, staging, made);
  } catch (error) {
    releaseQuietly(files, lock, made);
    throw outputError(error, view);
  }
}

interface FolderView {
  readonly shown: string;
  readonly directory: string;
  readonly force: boolean;
  readonly mode: number | undefined;
}

class LockedFolder implements OutputFolder {
  readonly directory: string;
  readonly stagingDirectory: string;
  readonly #files: FileOperations;
  readonly #view: FolderView;
  readonly #lock: OutputLock;
  readonly #made: readonly string[];
  #publishing: Promise<void> | undefined;
  #isClosed = false;

  constructor(files: FileOperations, view: FolderView, lock: OutputLock, staging: string, made: readonly string[]) {
    this.directory = view.directory;
    this.stagingDirectory = staging;
    this.#files = files;
    this.#view = view;
    this.#lock = lock;
    this.#made = made;
  }

  stagedPath(name: string): string {
    if (!isOutputName(name)) throw new RangeError(`${name} is no name for an output file`);
    const path = join(this.stagingDirectory, 'new', name);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw outputError(error, this.#view);
    }
    return path;
  }

  async stageText(name: string, text: string): Promise<void> {
    const path = this.stagedPath(name);
    try {
      await writeFile(path, text, { mode: PRIVATE_MODE });
    } catch (error) {
      throw outputError(withPath(error, path), this.#view);
    }
  }

  async publish(files: readonly PublishedFile[], manifest: ManifestDraft): Promise<void> {
    if (this.#publishing !== undefined || this.#isClosed) throw new Error('the output folder was published or discarded before');
    this.#publishing = this.#publish(files, manifest);
    await this.#publishing;
  }

  async discard(): Promise<void> {
    await this.#publishing?.catch(() => undefined);
    if (!this.#isClosed) this.#close(this.#made);
  }

  async #publish(files: readonly PublishedFile[], manifest: ManifestDraft): Promise<void> {
    const names = files.map((file) => file.name);
    checkNames(names);
    let exchanged = false;
    try {
      const earlier = earlierOutputs(this.directory);
      this.#refuseEmpty(files, earlier);
      checkTargets(this.#view, names);
      const hasGitignore = hasEntry(join(this.directory, GITIGNORE_NAME));
      const outputs = await this.#seal(files);
      if (!hasGitignore) await this.#stage(join('new', GITIGNORE_NAME), GITIGNORE_TEXT, publishedMode(false, this.#view.mode));
      const manifestMode = this.#modeFor({ name: MANIFEST_NAME, rows: null });
      await this.#stage(MANIFEST_NAME, manifestText({ ...manifest, outputs }), manifestMode);
      const arriving = hasGitignore ? names : [...names, GITIGNORE_NAME];
      const leaving = this.#leaving(names, earlier);
      this.#prepare(arriving, leaving);
      const folders = missingFolders(this.directory, names);
      await writeJournal(this.#files, this.stagingDirectory, { names: arriving, folders });
      if (!this.#lock.isHeld()) {
        fail('output-lock-lost', { flag: '--out', directory: this.#view.shown, lock: join(this.#view.shown, LOCK_NAME) });
      }
      this.#letIn(names);
      exchange(this.#files, this.directory, this.stagingDirectory, leaving, { names: arriving, folders }, folderMode(this.#view.mode));
      exchanged = true;
      this.#confirm();
    } catch (error) {
      if (!exchanged) this.#undo(error);
      throw outputError(error, this.#view);
    }
    this.#close([]);
  }

  #close(made: readonly string[]): void {
    this.#isClosed = true;
    cleanUp(this.#files, this.directory, this.stagingDirectory);
    releaseQuietly(this.#files, this.#lock, made);
  }

  #refuseEmpty(files: readonly PublishedFile[], earlier: readonly ManifestOutput[]): void {
    const users = mostRows(earlier);
    if (mostRows(files) === 0 && users > 0) fail('refuse-empty', { directory: this.#view.shown, users });
  }

  /** Gives the staged files their modes, hashes them and waits until they are on the disk. */
  async #seal(files: readonly PublishedFile[]): Promise<ManifestOutput[]> {
    const outputs: ManifestOutput[] = [];
    for (const { name, rows } of files) {
      const path = join(this.stagingDirectory, 'new', name);
      await sealFile(this.#files, path, this.#modeFor({ name, rows }));
      outputs.push({ name, rows, sha256: await hashFile(path) });
    }
    return outputs;
  }

  /** A file that is replaced keeps its mode where none is asked for; of a new one it hangs on whether it lists people. */
  #modeFor({ name, rows }: PublishedFile): number {
    const { mode } = this.#view;
    const found = mode === undefined ? lstatSync(join(this.directory, name), { throwIfNoEntry: false }) : undefined;
    return found?.isFile() ? found.mode & 0o777 : publishedMode(rows !== null, mode);
  }

  /** The folders that are there already. */
  #letIn(names: readonly string[]): void {
    const folders = allParents(names).filter((folder) => hasEntry(join(this.directory, folder)));
    for (const folder of ['', ...folders]) letIn(this.#files, join(this.directory, folder), this.#view.mode);
  }

  async #stage(name: string, text: string, mode: number): Promise<void> {
    await writeNewFile(this.#files, join(this.stagingDirectory, name), text, mode);
  }

  /** What has to leave the folder: the earlier set, and whatever stands where a new file goes. */
  #leaving(names: readonly string[], earlier: readonly ManifestOutput[]): string[] {
    const candidates = new Set([...earlier.map((output) => output.name), ...names]);
    return [...candidates].filter((name) => isOrdinaryPath(this.directory, name));
  }

  #prepare(arriving: readonly string[], leaving: readonly string[]): void {
    const previous = join(this.stagingDirectory, 'previous');
    this.#files.mkdir(previous, 0o700);
    for (const folder of allParents(leaving)) this.#files.mkdir(join(previous, folder), 0o700);
    const fresh = join(this.stagingDirectory, 'new');
    for (const folder of [...allParents(arriving).map((name) => join(fresh, name)), fresh]) this.#files.flushFolder(folder);
  }

  #confirm(): void {
    try {
      this.#files.flushFolder(this.directory);
    } catch (error) {
      fail('output-unconfirmed', { directory: this.#view.shown, reason: systemReason(error) }, { cause: error });
    }
  }

  /** Puts the earlier files back; when the disk does not let us, the next run will. */
  #undo(cause: unknown): void {
    if (!isInterrupted(this.stagingDirectory)) return;
    try {
      rollBack(this.#files, this.directory, this.stagingDirectory);
    } catch {
      const { path, reason } = errorPlace(cause, this.#view);
      fail('output-broken-off', { directory: this.#view.shown, path, reason }, { cause });
    }
  }
}

/** The folder's path without links; what of it does not exist yet follows as written. */
function realFolder(path: string, shown: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return realpathSync.native(path);
  if (found !== undefined || hasEntry(path)) return fail('output-is-file', { directory: shown, path });
  const parent = dirname(path);
  return parent === path ? path : resolve(realFolder(parent, shown), relative(parent, path));
}

/** Makes the folder and its missing parents; `made` receives them, outermost first. */
function makeFolders(files: FileOperations, view: FolderView, made: string[]): void {
  const missing: string[] = [];
  for (let path = view.directory; !isThere(path); path = dirname(path)) missing.unshift(path);
  const mode = folderMode(view.mode);
  for (const path of missing) {
    try {
      files.mkdir(path);
    } catch (error) {
      if (!hasErrorCode(error, 'EEXIST')) throw error;
      continue;
    }
    made.push(path);
    if (mode !== undefined) files.setFolderMode(path, mode);
  }
}

/** A folder is ours to write in when it is empty, holds an earlier set, or the user says so. */
function checkIsOurs(files: FileOperations, { directory, shown, force }: FolderView): void {
  if (force) return;
  const set = readPublishedSet(directory);
  if (set.state === 'newer') fail('output-newer', { directory: shown, version: set.version, known: MANIFEST_FORMAT });
  if (set.state === 'ours') return;
  const names = entryNames(files, directory)
    .filter((name) => !isWorkName(name) && !(name === GITIGNORE_NAME && isOurGitignore(join(directory, name))))
    .sort();
  if (names.length > 0) fail('output-not-empty', { directory: shown, names });
}

function entryNames(files: FileOperations, directory: string): string[] {
  return isThere(directory) ? files.readdir(directory).map((entry) => entry.name) : [];
}

function isOurGitignore(path: string): boolean {
  return lstatSync(path).isFile() && readFileSync(path, 'utf8') === GITIGNORE_TEXT;
}

/** Refuses before anything is changed when something that is not ours stands where a file or its folder must go. */
function checkTargets({ directory, shown, force }: FolderView, names: readonly string[]): void {
  const ours = new Set(earlierOutputs(directory).map((output) => output.name));
  for (const folder of allParents(names)) {
    const found = entryKind(join(directory, folder));
    if (found !== undefined && found !== 'a folder') {
      fail('output-blocked-by-folder', { directory: shown, name: folder, needed: 'a folder', found });
    }
  }
  for (const name of [...names, MANIFEST_NAME]) {
    const found = entryKind(join(directory, name));
    if (found === 'a folder') fail('output-blocked-by-folder', { directory: shown, name, needed: 'a file', found });
  }
  const foreign = names.filter((name) => !ours.has(name) && hasEntry(join(directory, name)));
  if (foreign.length > 0 && !force) fail('output-blocked', { directory: shown, names: foreign });
}

function entryKind(path: string): 'a file' | 'a folder' | 'a link' | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) return 'a link';
  return found.isDirectory() ? 'a folder' : 'a file';
}

/** Whether something that is no folder stands at the name, reached through real folders only. */
function isOrdinaryPath(directory: string, name: string): boolean {
  const kind = entryKind(join(directory, name));
  return (
    kind !== undefined && kind !== 'a folder' && parentFolders(name).every((folder) => entryKind(join(directory, folder)) === 'a folder')
  );
}

function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !isOutputName(name) || name === GITIGNORE_NAME);
  if (wrong !== undefined) throw new RangeError(`${wrong} is no name for an output file`);
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) throw new RangeError('two output files share a name');
}

function earlierOutputs(directory: string): readonly ManifestOutput[] {
  const set = readPublishedSet(directory);
  return set.state === 'ours' ? set.outputs : [];
}

function mostRows(files: readonly PublishedFile[]): number {
  return Math.max(0, ...files.map((file) => file.rows ?? 0));
}

function allParents(names: readonly string[]): string[] {
  return [...new Set(names.flatMap(parentFolders))];
}

function missingFolders(directory: string, names: readonly string[]): string[] {
  return allParents(names).filter((folder) => !hasEntry(join(directory, folder)));
}

/** What cannot be removed now is removed at the next start; so is what still holds the earlier files, which are put back then. */
function cleanUp(files: FileOperations, directory: string, staging: string): void {
  try {
    if (isInterrupted(staging)) return;
    removeEmptiedFolders(files, directory, staging);
    removeStaging(files, staging);
  } catch {
    // The published set is whole without it.
  }
}

/** Gives back the lock and the folders made for a set that was not published. */
function releaseQuietly(files: FileOperations, lock: OutputLock | undefined, made: readonly string[]): void {
  try {
    lock?.release();
    for (const folder of made.toReversed()) files.rmdir(folder);
  } catch {
    // A lock of a process that has ended is taken over; a folder with something in it stays.
  }
}

function outputError(error: unknown, view: FolderView): unknown {
  if (error instanceof SegmentError || !isSystemError(error)) return error;
  const { path, reason } = errorPlace(error, view);
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) return segmentError('disk-full', { path, flag: '--out' }, { cause: error });
  if (hasErrorCode(error, 'EACCES', 'EPERM', 'EROFS')) return segmentError('no-permission', { path }, { cause: error });
  if (hasErrorCode(error, 'ENOTDIR', 'EEXIST') && !path.includes('.segment')) {
    return segmentError('output-is-file', { directory: view.shown, path }, { cause: error });
  }
  return segmentError('output-failed', { path, reason }, { cause: error });
}

/** Which file failed, by the name it gets in the folder as the user wrote it, and why. */
function errorPlace(error: unknown, { directory, shown }: FolderView): { path: string; reason: string } {
  const { path, dest } = error as { path?: string; dest?: string };
  const inside = relative(directory, dest ?? path ?? directory).replace(/^\.segment-[0-9a-f]{16}[\\/](?:(?:new|previous)[\\/])?/, '');
  return { path: inside.startsWith('..') ? (path ?? shown) : join(shown, inside), reason: systemReason(error) };
}
