import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../engine/database.js';
import { hasErrorCode, isSystemError } from '../errors/system-error.js';
import { hashFile } from '../files/hash-file.js';
import { isThere } from '../files/is-there.js';
import { findRejects } from '../input/find-rejects.js';
import { hasLostRows } from '../input/has-lost-rows.js';
import type { LoadedEvents } from '../input/load-events.js';
import { ownParquet } from '../input/readers/own-parquet.js';
import type { Reject } from '../input/rejects-file.js';
import type { InputFile } from '../input/sources.js';
import { type EventsFacts, factsOf, factsText, keptEventsQuery, parseFacts, type StoredFile } from '../input/stored-events.js';
import { type FileOperations, PRIVATE_MODE, removeTree, sealFile, writeNewFile } from '../membership/publish/file-operations.js';
import { sql } from '../sql/sql.js';
import { isInputFolder, type StoredInput } from './state-pointer.js';

export const INPUTS_NAME = 'inputs';
export const EVENTS_NAME = 'events.parquet';
const FACTS_NAME = 'input.json';
/** Counts up when what is kept of a file becomes another thing. */
const STORE_FORMAT = 1;
const MAKING = /^making-[0-9a-f]{16}$/;
const FOLDER_LENGTH = 32;
const LISTED_REJECTS = 20;
/** File systems and clocks tell times this exactly; a file that changed as recently may change again without a trace. */
const SETTLED_MS = 2000;

/** What to do about the files that were found. */
export interface InputPlan {
  /** Their events are kept; names and times as they are now. */
  readonly kept: readonly StoredInput[];
  /** They have to be loaded. */
  readonly fresh: readonly InputFile[];
  /** Other files of the same content: they count once. */
  readonly same: readonly { readonly name: string; readonly as: string }[];
  /** They are not found any more; what they held stays. */
  readonly gone: readonly StoredInput[];
  /** They lie in folders of days before those that count: they are there, and count for nothing tonight. */
  readonly skipped: readonly StoredInput[];
  /** They were found with other content before, which no longer counts. */
  readonly changed: readonly string[];
}

/** What reading hangs on besides the files, as a checksum. */
export function readingHash(options: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([STORE_FORMAT, options]), 'utf8')
    .digest('hex');
}

/**
 * Which of the files that were found are known: by size and times where these are settled, otherwise by content. `ledger` are the
 * files of the last run; with another reading none is known.
 */
export async function planInputs(
  found: readonly InputFile[],
  ledger: readonly StoredInput[],
  { now, signal, skippedPaths = [] }: { readonly now: number; readonly signal?: AbortSignal; readonly skippedPaths?: readonly string[] },
): Promise<InputPlan> {
  const kept: StoredInput[] = [];
  const fresh: InputFile[] = [];
  const same: { name: string; as: string }[] = [];
  const changed: string[] = [];
  const contents = new Map<string, string>();
  const paths = new Set(found.map(({ path }) => path));
  for (const file of found) {
    const changedMs = changeOf(file.path);
    const known = ledger.filter(({ path }) => path === file.path);
    const isUntouched = known.length > 0 && known.every((input) => isSettled(input, file, changedMs));
    const sha256 = isUntouched ? (known[0]?.sha256 ?? '') : await hashFile(file.path, signal);
    const first = contents.get(sha256);
    if (first !== undefined) {
      same.push({ name: file.name, as: first });
      continue;
    }
    contents.set(sha256, file.name);
    const ofContent = ledger.filter((input) => input.sha256 === sha256);
    if (ofContent.length === 0) {
      fresh.push(file);
      if (known.length > 0) changed.push(file.name);
      continue;
    }
    // Another file of the ledger may hold the same content still: it then counts by its own path.
    const path = ofContent[0]?.path ?? '';
    if (path !== file.path && paths.has(path)) contents.delete(sha256);
    kept.push(
      ...ofContent.map((input) => ({
        ...input,
        name: input.member === null ? file.name : input.name,
        path: file.path,
        size: file.size,
        modifiedMs: file.modifiedMs,
        changedMs,
        seenMs: now,
      })),
    );
  }
  const notFound = ledger.filter(({ path, sha256 }) => !paths.has(path) && !contents.has(sha256));
  const isSkipped = ({ path }: StoredInput): boolean => skippedPaths.includes(path);
  const gone = notFound.filter((input) => !isSkipped(input));
  return { kept: distinctContents(kept), fresh, same, gone, skipped: notFound.filter(isSkipped), changed };
}

function distinctContents(inputs: readonly StoredInput[]): StoredInput[] {
  return [...new Map(inputs.map((input) => [input.folder, input])).values()];
}

function isSettled(known: StoredInput, { size, modifiedMs }: InputFile, changedMs: number): boolean {
  const isSame = known.size === size && known.modifiedMs === modifiedMs && known.changedMs === changedMs;
  return isSame && Math.max(modifiedMs, changedMs) < known.seenMs - SETTLED_MS;
}

/** In whole milliseconds; 0 for a file that has just gone, which no file in the ledger has. */
export function changeOf(path: string): number {
  return Math.floor(statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0);
}

/** Keeps the events of files that were loaded; returns them as the ledger has them. Fails as the engine and the disk do. */
export async function keepEvents(
  database: Database,
  files: FileOperations,
  stateDirectory: string,
  loaded: LoadedEvents,
  {
    reading,
    now,
    signal,
    spoolDirectory,
  }: { readonly reading: string; readonly now: number; readonly signal: AbortSignal; readonly spoolDirectory: string },
): Promise<StoredInput[]> {
  const place = join(stateDirectory, INPUTS_NAME);
  const making = join(place, `making-${randomBytes(8).toString('hex')}`);
  files.mkdir(making, 0o700);
  const write = async (isWhole: boolean): Promise<number> => {
    let rows = 0;
    for (const index of loaded.readings.keys()) {
      const path = join(making, `${index}.parquet`);
      if (existsSync(path)) files.unlink(path);
      rows += await database.copy(keptEventsQuery(loaded, index, isWhole), path, { format: 'parquet', isCompact: true });
    }
    return rows;
  };
  const rows = await write(false);
  if (await hasLostRows(database, loaded, rows)) await write(true);
  const stored: StoredInput[] = [];
  const facts = factsText(factsOf(loaded));
  for (const [index, one] of loaded.readings.entries()) {
    const { source, sha256, records } = one.file;
    const events = join(making, `${index}.parquet`);
    const rejects = await firstRejects(database, loaded, index, events, { signal, spoolDirectory });
    const folder = createHash('sha256')
      .update(JSON.stringify([reading, source.origin?.sha256 ?? sha256, source.origin?.member?.name ?? null, facts]))
      .digest('hex')
      .slice(0, FOLDER_LENGTH);
    await settleFolder(files, place, folder, { making, index, events, text: { facts, records, rejects } });
    const path = source.origin?.path ?? source.path;
    stored.push({
      name: source.name,
      path,
      member: source.origin?.member?.name ?? null,
      size: source.origin?.size ?? source.size,
      modifiedMs: source.origin?.modifiedMs ?? source.modifiedMs,
      changedMs: changeOf(path),
      seenMs: now,
      sha256: source.origin?.sha256 ?? sha256,
      content: source.origin?.member === undefined ? null : sha256,
      folder,
      firstDay: null,
      lastDay: null,
      days: null,
      hasEvents: true,
    });
  }
  removeTree(files, making);
  return stored;
}

interface FolderDraft {
  readonly making: string;
  readonly index: number;
  readonly events: string;
  readonly text: { readonly facts: string; readonly records: number; readonly rejects: readonly Reject[] };
}

/** Makes the folder of an input, whole or not at all. */
async function settleFolder(
  files: FileOperations,
  place: string,
  folder: string,
  { making, index, events, text }: FolderDraft,
): Promise<void> {
  const path = join(place, folder);
  if (existsSync(path)) removeTree(files, path);
  const draft = join(making, `folder-${index}`);
  files.mkdir(draft, 0o700);
  await sealFile(files, events, PRIVATE_MODE);
  files.rename(events, join(draft, EVENTS_NAME));
  const body = JSON.stringify({ ...text, events_sha256: await hashFile(join(draft, EVENTS_NAME)) });
  await writeNewFile(files, join(draft, FACTS_NAME), JSON.stringify({ checksum: checksumOf(body), body }), PRIVATE_MODE);
  files.flushFolder(draft);
  files.rename(draft, path);
  files.flushFolder(place);
}

/** The first records of a file that are no events, and why. */
async function firstRejects(
  database: Database,
  loaded: LoadedEvents,
  index: number,
  events: string,
  options: { readonly signal: AbortSignal; readonly spoolDirectory: string },
): Promise<Reject[]> {
  const reading = loaded.readings[index];
  if (reading === undefined) return [];
  const [row] = await database.rows<{ rows: number }>(sql`
    select count(*) filter (where user_id is null or day is not null) as rows
    from ${ownParquet(events)}`);
  const count = reading.file.records - (row?.rows ?? 0);
  if (count === 0) return [];
  return findRejects(database, { ...loaded, readings: [reading] }, { count, listed: LISTED_REJECTS, path: undefined, ...options });
}

/** What is kept of an input, with the checksum of its events. */
export interface KeptInput extends StoredFile {
  readonly folder: string;
  readonly eventsSha256: string;
}

/** What is kept of an input; undefined where it is not there, or not as it was written. Only `areEventsWhole` looks at every byte of its events. Fails as the disk does. */
export function findStored(
  stateDirectory: string,
  { folder, hasEvents }: Pick<StoredInput, 'folder' | 'hasEvents'>,
): KeptInput | undefined {
  const place = join(stateDirectory, INPUTS_NAME, folder);
  try {
    const { checksum, body } = JSON.parse(readFileSync(join(place, FACTS_NAME), 'utf8')) as { checksum: unknown; body: unknown };
    if (typeof body !== 'string' || checksum !== checksumOf(body)) return undefined;
    const { facts, records, rejects, events_sha256: eventsSha256 } = JSON.parse(body) as FolderDraft['text'] & { events_sha256: string };
    const path = join(place, EVENTS_NAME);
    if (hasEvents && !isThere(path)) return undefined;
    return { path, folder, hasEvents, eventsSha256, facts: parseFacts(facts) satisfies EventsFacts, records, rejects };
  } catch (error) {
    if (isSystemError(error) && !hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
    return undefined;
  }
}

/** Whether the events of an input are the bytes that were written, or were let go. Fails as the disk does. */
export async function areEventsWhole({ path, eventsSha256, hasEvents }: KeptInput): Promise<boolean> {
  if (!hasEvents) return true;
  try {
    return (await hashFile(path)) === eventsSha256;
  } catch (error) {
    if (isSystemError(error) && !hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) throw error;
    return false;
  }
}

/** Removes what is kept of inputs that the ledger does not name, and events that it lets go. */
export function removeOtherInputs(files: FileOperations, stateDirectory: string, ledger: readonly StoredInput[]): void {
  for (const name of otherInputs(files, stateDirectory, ledger)) removeTree(files, join(stateDirectory, INPUTS_NAME, name));
  for (const { folder, hasEvents } of ledger) {
    const events = join(stateDirectory, INPUTS_NAME, folder, EVENTS_NAME);
    if (!hasEvents && existsSync(events)) files.unlink(events);
  }
}

/** The folders of inputs that the ledger does not name: of files that changed, and of runs that broke off. */
export function otherInputs(files: FileOperations, stateDirectory: string, ledger: readonly StoredInput[]): string[] {
  const place = join(stateDirectory, INPUTS_NAME);
  if (!existsSync(place)) return [];
  const known = new Set(ledger.map(({ folder }) => folder));
  return files.readdir(place).flatMap((entry) => {
    const isOurs = MAKING.test(entry.name) || (isInputFolder(entry.name) && !known.has(entry.name));
    return entry.isDirectory() && isOurs ? [entry.name] : [];
  });
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
