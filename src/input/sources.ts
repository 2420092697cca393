import type { Stats } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { nearest } from '../errors/nearest.js';
import { fail, SegmentError, segmentError } from '../errors/segment-error.js';
import { hasErrorCode, systemReason } from '../errors/system-error.js';
import { isoOfDay } from '../time/day.js';
import { CONTENT_HEAD_BYTES, type ContentKind, contentKind } from './content-kind.js';
import { lastPartitionDays, type PartitionValues } from './partition-days.js';
import { csvReader } from './readers/csv.js';
import { READERS } from './readers/index.js';
import type { Reader } from './readers/reader.js';
import { peekGzip } from './text/gunzip-file.js';
import { peekZstd } from './text/unzstd-file.js';

export interface InputFile {
  /** Absolute; links are not resolved. */
  readonly path: string;
  /** As the user would recognise it, for messages. */
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Of the reader that reads it, or a container's: `openContainers` puts readable files in its place. */
  readonly format: string;
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** Set where it is packed and nothing in it tells whether a bit was flipped. */
  readonly isUnchecked?: true | undefined;
  /** Names of the `key=value` folders below the one that was named, decoded, with how many folders up from the file each is, its own being 1. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Set for a copy in the spool: what it was taken from. */
  readonly origin?: FileOrigin | undefined;
}

/** What a file is by its content. */
export type FileKind = Pick<InputFile, 'format' | 'compression' | 'isUnchecked'>;

/** The file that a user named where another one is read: an archive, or what came through standard input. */
export interface FileOrigin {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Of its bytes, hex. */
  readonly sha256: string;
  readonly isStdin: boolean;
  /** The file within an archive: its name there, and how many bytes it takes. */
  readonly member: { readonly name: string; readonly packedSize: number } | undefined;
  /** Names of files within the archive that are not read. */
  readonly leftOut: readonly string[];
}

/** Formats of files that hold other files. */
export const CONTAINER = { zip: 'zip', stdin: 'stdin' } as const;
/** Whether files of a format hold other files, and none that a reader reads. */
export function isContainer(format: string): boolean {
  return Object.values<string>(CONTAINER).includes(format);
}

/** How messages call standard input. */
const STDIN_NAME = 'stdin';
/** How arguments name it. */
const STDIN = '-';

/** A file to look at, and the folder below which its partitions begin. */
interface Candidate {
  readonly path: string;
  readonly name: string;
  readonly base: string;
}

/** Endings of text files go on like this when they are packed. */
const PACKED = { gzip: '.gz', zstd: '.zst' } as const;
const ZIP = '.zip';
/** Formats that a name alone rules out, whatever the content. */
const OTHER_NAMES = new Map([
  ['.xlsx', 'an Excel workbook'],
  ['.xls', 'an Excel workbook'],
  ['.avro', 'Avro'],
  ['.orc', 'ORC'],
]);
const REMOTE = /^[a-z][a-z0-9+.-]*:\/\//i;
const AT_ONCE = 32;
/** No two zones are further apart. */
const ZONE_MARGIN_DAYS = 2;
/** What the system lacks, whatever the file. */
const OUT_OF_MEANS = ['EMFILE', 'ENFILE', 'ENOMEM'];
/** Bytes of a file's end that readers may look at. */
const TAIL_BYTES = 16;

/**
 * The files that arguments lead to, sorted by path (bytewise), each real file once. An argument that exists is taken as it is written,
 * otherwise it is a pattern; folders are searched for files of all formats and zip archives, without entries that begin with `.` or
 * `_`. `-` is standard input, which comes first. Errors: `input-is-url`, `input-not-found`, `no-input-files`, `input-not-a-file`, `input-unreadable`, `file-empty`,
 * `input-name-unreadable`, `not-as-named`, `parquet-cut`, `unsupported-format`, `html-page`.
 */
export async function findInputFiles(inputs: readonly string[], cwd: string): Promise<readonly InputFile[]> {
  return (await findInputs(inputs, cwd, undefined)).files;
}

export interface FoundInputs {
  readonly files: readonly InputFile[];
  /** How many more there are in partition folders of days before the first one that counts; they were not opened. */
  readonly skippedFiles: number;
  readonly skippedPaths: readonly string[];
}

/** The same without the files in partition folders of days before one; the folders' days may be those of another zone. Error, too: `no-files-since`. */
export async function findInputs(inputs: readonly string[], cwd: string, sinceDay: number | undefined): Promise<FoundInputs> {
  const candidates: Candidate[] = [];
  for (const input of inputs) if (input !== STDIN) candidates.push(...(await candidatesOf(input, cwd)));
  candidates.sort((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)));
  const counting = sinceDay === undefined ? candidates : sinceThatDay(candidates, sinceDay);
  if (sinceDay !== undefined && counting.length === 0 && !inputs.includes(STDIN)) refuseEarlierDays(candidates, sinceDay);
  const counted = new Set(counting.map(({ path }) => path));
  const skippedPaths = [...new Set(candidates.map(({ path }) => path))].filter((path) => !counted.has(path));
  const skipped = { skippedFiles: skippedPaths.length, skippedPaths };
  const seen = new Set<string>();
  const real = await inOrder(counting, (candidate) => reading(candidate.name, () => realpath(candidate.path)));
  const once = counting.filter((_, index) => {
    const path = real[index] ?? '';
    return !seen.has(path) && seen.add(path);
  });
  const files = await inOrder(once, (candidate) => reading(candidate.name, () => describe(candidate)));
  return { files: inputs.includes(STDIN) ? [standardInput(), ...files] : files, ...skipped };
}

/** Those that may hold events of that day or a later one. */
function sinceThatDay(candidates: readonly Candidate[], sinceDay: number): Candidate[] {
  const lastDays = lastPartitionDays(candidates.map(partitionValues));
  return candidates.filter((_, index) => (lastDays[index] ?? sinceDay) >= sinceDay - ZONE_MARGIN_DAYS);
}

function refuseEarlierDays(candidates: readonly Candidate[], sinceDay: number): never {
  const days = lastPartitionDays(candidates.map(partitionValues)).map((day) => day ?? sinceDay);
  const newest = days.reduce((latest, day) => Math.max(latest, day));
  return fail('no-files-since', { since: isoOfDay(sinceDay), files: candidates.length, newest: isoOfDay(newest) });
}

/** Standard input before anything is read of it. */
function standardInput(): InputFile {
  return {
    path: STDIN,
    name: STDIN_NAME,
    size: 0,
    modifiedMs: 0,
    format: CONTAINER.stdin,
    compression: 'none',
    partitions: new Map(),
  };
}

async function candidatesOf(input: string, cwd: string): Promise<Candidate[]> {
  const path = resolve(cwd, input);
  const stats = input === '' ? undefined : await reading(input, () => statOf(path));
  if (stats?.isDirectory()) return folderCandidates(input, path, cwd);
  if (stats !== undefined) return [{ path, name: input, base: dirname(path) }];
  if (REMOTE.test(input)) fail('input-is-url', { input });
  const { isDynamicPattern } = await import('tinyglobby');
  if (input !== '' && isDynamicPattern(input)) return patternCandidates(input, cwd);
  fail('input-not-found', { input, folder: nameOf(dirname(path), input, cwd), nearest: await nearestName(path) });
}

/** The stats of what a path leads to; undefined when there is nothing. */
async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) throw error;
    const isLink = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    if (isLink) throw new Error('the link leads nowhere', { cause: error });
    return undefined;
  }
}

async function nearestName(path: string): Promise<string | undefined> {
  try {
    return nearest(basename(path), (await readdir(dirname(path))).sort());
  } catch {
    return undefined;
  }
}

async function folderCandidates(input: string, folder: string, cwd: string): Promise<Candidate[]> {
  const others: string[] = [];
  const paths = await filesBelow(folder, input, new Set(), others);
  if (paths.length === 0) fail('no-input-files', { input, what: 'folder', there: others.sort() });
  return paths.map((path) => ({ path, name: nameOf(path, input, cwd), base: folder }));
}

/** The files of a folder and the folders in it that have a name we read; `others` takes the names of the rest. */
async function filesBelow(folder: string, input: string, visited: Set<string>, others: string[]): Promise<string[]> {
  return reading(input, async () => {
    const real = await realpath(folder);
    if (visited.has(real)) return [];
    visited.add(real);
    const paths: string[] = [];
    const names = (await readdir(folder)).sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    for (const name of names.filter((entry) => !isLeftOut(entry))) {
      const path = join(folder, name);
      const stats = await statOf(path);
      if (stats?.isDirectory()) paths.push(...(await filesBelow(path, input, visited, others)));
      else if (stats?.isFile() && isSearched(name)) paths.push(path);
      else others.push(name);
    }
    return paths;
  });
}

/** A part of a pattern that is no pattern: `\[` stands for a bracket. */
function withoutEscapes(part: string): string {
  return part.replaceAll(/\\([^\w\s])/g, '$1');
}

async function patternCandidates(pattern: string, cwd: string): Promise<Candidate[]> {
  const { glob, isDynamicPattern } = await import('tinyglobby');
  const parts = pattern.split('/');
  const last = parts.at(-1) ?? '';
  const firstDynamic = parts.findIndex((part) => isDynamicPattern(part));
  const base = resolve(cwd, isAbsolute(pattern) ? sep : '.', ...parts.slice(0, Math.max(0, firstDynamic)).map(withoutEscapes));
  const namesEnd = /\.[^*?]*$/.test(last);
  const namesUnderscore = parts.some((part) => part.startsWith('_'));
  const matches = await reading(pattern, () => glob([pattern], { cwd, absolute: true, expandDirectories: false, onlyFiles: false }));
  const candidates: Candidate[] = [];
  const others: string[] = [];
  for (const match of matches.sort()) {
    const path = resolve(match);
    const stats = await reading(pattern, () => statOf(path));
    const inside = relative(base, path).split(sep);
    if (!namesUnderscore && inside.some(isLeftOut)) others.push(basename(path));
    else if (stats?.isDirectory()) {
      const paths = await filesBelow(path, pattern, new Set(), others);
      candidates.push(...paths.map((found) => ({ path: found, name: nameOf(found, pattern, cwd), base })));
    } else if (namesEnd || isSearched(path)) candidates.push({ path, name: nameOf(path, pattern, cwd), base });
    else others.push(basename(path));
  }
  if (candidates.length === 0) fail('no-input-files', { input: pattern, what: 'pattern', there: others });
  return candidates;
}

/** Whether a name is one that folders are searched for. */
function isSearched(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.endsWith(ZIP) || isReadable(lower);
}

/** Whether a name is one of a file that some reader reads. */
export function isReadable(name: string): boolean {
  const lower = name.toLowerCase();
  return READERS.some(({ endings, isText }) =>
    endings.some(
      (ending) => lower.endsWith(ending) || (isText && Object.values(PACKED).some((packed) => lower.endsWith(`${ending}${packed}`))),
    ),
  );
}

/** Hidden files, and the markers and half-written files that other programs keep beside data. */
export function isLeftOut(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

/** A path the way the argument that led to it was given: absolute or from the working folder. */
function nameOf(path: string, input: string, cwd: string): string {
  return isAbsolute(input) ? path : relative(cwd, path) || '.';
}

async function describe(candidate: Candidate): Promise<InputFile> {
  const { path, name } = candidate;
  const stats = await stat(path);
  if (!stats.isFile()) fail('input-not-a-file', { file: name, what: kindOf(stats) });
  if (stats.size === 0) fail('file-empty', { file: name });
  if (sep === '/' && /\\/.test(path) && /[*?[]/.test(path)) fail('input-name-unreadable', { file: name });
  const kind = await recognise({ path, name, size: stats.size });
  const partitions = partitionsOf(candidate);
  return { path, name, size: stats.size, modifiedMs: Math.floor(stats.mtimeMs), ...kind, partitions };
}

/**
 * Format and compression by content; a name that promises something else is refused. Errors: `not-as-named`, `parquet-cut`,
 * `unsupported-format`, `html-page`, `file-empty`.
 */
export async function recognise(file: Pick<InputFile, 'path' | 'name' | 'size'>): Promise<FileKind> {
  const { path, name, size } = file;
  const { head, tail } = await readEnds(path, size);
  const content = contentKind(head);
  const suffix = /\.[a-z0-9]+$/i.exec(name)?.[0].toLowerCase() ?? '';
  const other = OTHER_NAMES.get(suffix);
  if (other !== undefined) {
    fail('unsupported-format', { file: name, found: content.kind === 'readable' ? `text under the name of ${other}` : other });
  }
  const promised = READERS.find(({ promisedBy }) => promisedBy.includes(suffix));
  if (promised !== undefined && !content.name.endsWith(promised.title)) {
    fail('not-as-named', { file: name, named: promised.title, found: content.name });
  }
  // Amplitude's export of many .json.gz files is a zip archive of the same ending.
  if (content.kind === 'zip') return { format: CONTAINER.zip, compression: 'none' };
  if (suffix === ZIP) fail('not-as-named', { file: name, named: 'a zip archive', found: content.name });
  for (const packing of ['gzip', 'zstd'] as const) {
    if (suffix === PACKED[packing] && content.kind !== packing) fail('not-as-named', { file: name, named: packing, found: content.name });
  }
  if (content.kind === 'gzip') {
    return { format: formatInside(await peekGzip(path, CONTENT_HEAD_BYTES), 'gzip', name), compression: 'gzip' };
  }
  if (content.kind === 'zstd') {
    const { head: inside, isUnchecked } = await peekZstd(path, CONTENT_HEAD_BYTES);
    return { format: formatInside(inside, 'zstd', name), compression: 'zstd', ...(isUnchecked && { isUnchecked }) };
  }
  const reader = readerIn(content, name, content.name);
  reader.refuseCut({ name, size }, tail);
  return { format: reader.format, compression: 'none' };
}

/** What cannot be unpacked at all is told when the file is read. */
function formatInside(head: Buffer | undefined, packing: string, name: string): string {
  if (head === undefined) return csvReader.format;
  if (head.length === 0) fail('file-empty', { file: name, what: `is ${packing} around nothing` });
  const content = contentKind(head);
  const found = `${content.name} within ${packing}`;
  const reader = readerIn(content, name, found);
  if (!reader.isText) fail('unsupported-format', { file: name, found });
  return reader.format;
}

function readerIn(content: ContentKind, name: string, found: string): Reader {
  if (content.kind === 'html') fail('html-page', { file: name });
  if (content.kind !== 'readable') fail('unsupported-format', { file: name, found });
  return content.reader;
}

async function readEnds(path: string, size: number): Promise<{ head: Buffer; tail: Buffer }> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(CONTENT_HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const tail = Buffer.alloc(Math.min(TAIL_BYTES, size));
    await file.read(tail, 0, tail.length, Math.max(0, size - tail.length));
    return { head: head.subarray(0, bytesRead), tail };
  } finally {
    await file.close();
  }
}

function partitionValues({ path, base }: Candidate): Map<string, string> {
  const values = new Map<string, string>();
  for (const folder of relative(base, dirname(path)).split(sep)) {
    const at = folder.indexOf('=');
    if (at > 0) values.set(decoded(folder.slice(0, at)).toLowerCase(), decoded(folder.slice(at + 1)));
  }
  return values;
}

/** The values of a file's partition folders, by lower-cased key. */
export function partitionValuesOf({ path, partitions }: Pick<InputFile, 'path' | 'partitions'>): PartitionValues {
  const folders = dirname(path).split(sep);
  return new Map(
    [...partitions].map(([name, up]) => {
      const folder = folders.at(-up) ?? '';
      return [name.toLowerCase(), decoded(folder.slice(folder.indexOf('=') + 1))];
    }),
  );
}

function partitionsOf({ path, base }: Candidate): Map<string, number> {
  const partitions = new Map<string, number>();
  const folders = relative(base, dirname(path)).split(sep);
  for (const [index, folder] of folders.entries()) {
    const at = folder.indexOf('=');
    if (at > 0) partitions.set(decoded(folder.slice(0, at)), folders.length - index);
  }
  return partitions;
}

/** Percent signs that encode nothing stay. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isDirectory() ? 'a folder' : 'a device';
}

/** Runs a file operation; what the system says against it becomes the error of that input. */
async function reading<T>(name: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof SegmentError || hasErrorCode(error, ...OUT_OF_MEANS)) throw error;
    throw segmentError(
      'input-unreadable',
      { file: name, reason: hasErrorCode(error, 'ENOENT') ? 'it has just been removed' : systemReason(error) },
      { cause: error },
    );
  }
}

/** Works on many items, some at once; results, and the first error, in the order of the items. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const settled = await Promise.allSettled(items.slice(from, from + AT_ONCE).map(work));
    for (const result of settled) {
      if (result.status === 'rejected') throw result.reason;
      results.push(result.value);
    }
  }
  return results;
}
