import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { systemReason } from '../errors/system-error.js';
import { hashFile } from '../files/hash-file.js';

/** A folder of this user alone, in which each entry is a folder with a report and the tables that go with it. */
export interface CacheFolder {
  /** Without links. */
  readonly path: string;
  /** What entries may take together. */
  readonly limitBytes: number;
}

/** What an entry holds. */
export interface CacheEntry {
  readonly directory: string;
  /** As it was given to `publish`. */
  readonly report: unknown;
}

/** An entry that is being made; nobody finds it before it is published. */
export interface PendingEntry {
  readonly directory: string;
  /** Puts it in the place of those of that key, and removes those that were not used for longest where there is no room. */
  publish(key: string, report: unknown, tables: readonly string[]): Promise<void>;
  /** Removes it. Never fails; does nothing once it is published. */
  discard(): void;
}

const REPORT = 'report.json';
/** The key and a part of its own: what another run reads meanwhile is never written anew, at most removed. */
const ENTRY = /^([0-9a-f]{32})-[0-9a-f]{16}$/;
const PENDING = /^making-[0-9a-f]{16}$/;
const KEY_LENGTH = 32;
/** Longer than any run takes that still makes its entry. */
const STALE_MS = 86_400_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
/** Whoever else may write there could put in what they like. */
const OTHERS_WRITE = 0o022;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where caches belong on a system; undefined where the environment does not say. */
export function usualCacheFolder(env: Environment, platform: NodeJS.Platform): string | undefined {
  const place = (folder: string | undefined, ...below: string[]): string | undefined =>
    folder !== undefined && isAbsolute(folder) ? join(folder, ...below, 'segment') : undefined;
  if (platform === 'win32') return place(env['LOCALAPPDATA'], 'cache');
  if (platform === 'darwin') return place(env['HOME'], 'Library', 'Caches');
  return place(env['XDG_CACHE_HOME']) ?? place(env['HOME'], '.cache');
}

/** Makes the folder where it is absent; a text says why it cannot be used. */
export function openCacheFolder(place: string, cwd: string, limitBytes: number): CacheFolder | string {
  try {
    const path = resolve(cwd, place);
    mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
    const real = realpathSync.native(path);
    if (!isOurs(statSync(real))) return `other users may write to ${place}`;
    return { path: real, limitBytes };
  } catch (error) {
    return `${place}: ${systemReason(error)}`;
  }
}

function isOurs(stats: Stats): boolean {
  if (process.getuid === undefined) return true;
  return stats.uid === process.getuid() && (stats.mode & OTHERS_WRITE) === 0;
}

/** The key of what a text describes completely. */
export function entryKey(description: string): string {
  return checksumOf(description).slice(0, KEY_LENGTH);
}

/** An entry of a key as it was published; undefined where there is none, or a byte of it is another one. */
export async function findEntry({ path }: CacheFolder, key: string): Promise<CacheEntry | undefined> {
  for (const { name } of entriesIn(path).filter((entry) => entry.key === key)) {
    const directory = join(path, name);
    try {
      const { checksum, body } = JSON.parse(readFileSync(join(directory, REPORT), 'utf8')) as { checksum: unknown; body: unknown };
      if (typeof body !== 'string' || checksum !== checksumOf(body)) continue;
      const { report, tables } = JSON.parse(body) as { report: unknown; tables: Record<string, string> };
      const checksums = await Promise.all(Object.keys(tables).map((table) => hashFile(join(directory, table))));
      if (Object.values(tables).every((sha256, index) => sha256 === checksums[index])) return { directory, report };
    } catch {
      // Damaged, or another run has just removed it: as if it were not there.
    }
  }
  return undefined;
}

/** Says that an entry was of use. */
export function touchEntry({ directory }: CacheEntry, now: Date): void {
  try {
    utimesSync(directory, now, now);
  } catch {
    // Another run has just replaced it.
  }
}

/** Begins an entry. Fails as the system does. */
export function startEntry(folder: CacheFolder, now: Date): PendingEntry {
  const own = randomBytes(8).toString('hex');
  const directory = join(folder.path, `making-${own}`);
  mkdirSync(directory, { mode: PRIVATE_FOLDER });
  return {
    directory,
    async publish(key, report, tables) {
      const checksums: Record<string, string> = {};
      for (const table of tables) {
        chmodSync(join(directory, table), PRIVATE_FILE);
        checksums[table] = await hashFile(join(directory, table));
      }
      const body = JSON.stringify({ report, tables: checksums });
      writeFileSync(join(directory, REPORT), JSON.stringify({ checksum: checksumOf(body), body }), { mode: PRIVATE_FILE });
      utimesSync(directory, now, now);
      const name = `${key}-${own}`;
      renameSync(directory, join(folder.path, name));
      for (const other of entriesIn(folder.path))
        if (other.key === key && other.name !== name) removeQuietly(join(folder.path, other.name));
      removeOldest(folder, now);
    },
    discard: () => removeQuietly(directory),
  };
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

interface Found {
  readonly name: string;
  readonly key: string;
  readonly usedMs: number;
}

/** The entries there are, the one used last first. */
function entriesIn(path: string): Found[] {
  const entries = foldersIn(path).flatMap(({ name, usedMs }) => {
    const key = ENTRY.exec(name)?.[1];
    return key === undefined ? [] : [{ name, key, usedMs }];
  });
  return entries.sort((left, right) => right.usedMs - left.usedMs || (left.name < right.name ? -1 : 1));
}

function foldersIn(path: string): Omit<Found, 'key'>[] {
  return readdirSync(path).flatMap((name) => {
    const stats = lstatSync(join(path, name), { throwIfNoEntry: false });
    return stats?.isDirectory() ? [{ name, usedMs: stats.mtimeMs }] : [];
  });
}

function removeOldest({ path, limitBytes }: CacheFolder, now: Date): void {
  for (const { name, usedMs } of foldersIn(path)) {
    if (PENDING.test(name) && now.getTime() - usedMs > STALE_MS) removeQuietly(join(path, name));
  }
  let bytes = 0;
  for (const { name } of entriesIn(path)) {
    bytes += sizeOf(join(path, name));
    if (bytes > limitBytes) removeQuietly(join(path, name));
  }
}

function sizeOf(directory: string): number {
  try {
    return readdirSync(directory).reduce((sum, name) => sum + lstatSync(join(directory, name)).size, 0);
  } catch {
    return 0;
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A later run removes it.
  }
}
