import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { fail, SegmentError, segmentError } from '../../errors/segment-error.js';
import { isSystemError } from '../../errors/system-error.js';
import { isLeftOut, isReadable } from '../sources.js';

/** A zip archive on disk. */
export interface ZipSource {
  readonly path: string;
  readonly name: string;
  readonly size: number;
}

/** One file within an archive. */
export interface ZipMember {
  /** Its path in the archive. */
  readonly name: string;
  /** Bytes it takes there. */
  readonly packedSize: number;
  /** What it holds, checked against its length and checksum. Errors: `zip-damaged`, `zip-expands`. */
  readonly bytes: (maxExpand: number) => AsyncGenerator<Buffer>;
}

export interface ZipContent {
  /** Those to read, sorted by name (bytewise). */
  readonly members: readonly ZipMember[];
  /** Names of those that have no name we read. */
  readonly leftOut: readonly string[];
}

const METHOD = { stored: 0, deflated: 8 } as const;
/** Others that programs write, as people call them. */
const OTHER_METHODS = new Map([
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'zstd'],
  [95, 'xz'],
  [98, 'PPMd'],
  [99, 'AES encryption'],
]);
/** What may follow the last entry of the list of files. */
const ENDS_OF_LIST = ['PK\x05\x05', 'PK\x05\x06', 'PK\x06\x06'];
const FILE_TYPE = 0o170000;
const LINK = 0o120000;

/**
 * The files of a zip archive, while `work` runs. Folders, `__MACOSX` and names that begin with `.` or `_` are none; of the others those
 * are read whose names end as those of our formats do, or the only one there is. Errors: `zip-damaged` (cut off, a list that is wrong,
 * two files of one name, names that lead out of it), `zip-without-files`, `zip-unsupported` (encryption, other methods).
 */
export async function withZip<T>(source: ZipSource, work: (content: ZipContent) => Promise<T>): Promise<T> {
  const { openPromise } = await import('yauzl');
  const zip = await whole(source, () => openPromise(source.path, { autoClose: false }));
  try {
    return await work(await contentOf(zip, source));
  } finally {
    zip.close();
  }
}

async function contentOf(zip: ZipFile, source: ZipSource): Promise<ZipContent> {
  const entries = await whole(source, async () => {
    const all: Entry[] = [];
    for await (const entry of zip.eachEntry()) all.push(entry);
    return all;
  });
  if (!(await isEndOfList(source.path, Number(zip.readEntryCursor)))) damaged(source, 'its list of files goes on where it should end');
  for (const entry of entries) {
    const { fileName } = await whole(source, () => zip.readLocalFileHeaderPromise(entry));
    if (!fileName.equals(entry.fileNameRaw)) damaged(source, `${entry.fileName} has another name where its content stands`);
  }
  const files = entries.filter(isFile).sort((left, right) => Buffer.compare(Buffer.from(left.fileName), Buffer.from(right.fileName)));
  const twice = files.find((entry, index) => entry.fileName === files[index - 1]?.fileName);
  if (twice !== undefined) damaged(source, `two of its files have the name ${twice.fileName}`);
  const packedSize = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  if (packedSize > source.size) damaged(source, 'its files are larger than itself, so they overlap');
  const readable = files.filter(({ fileName }) => isReadable(fileName));
  const [only, ...others] = files;
  const chosen = readable.length === 0 && only !== undefined && others.length === 0 ? [only] : readable;
  if (chosen.length === 0) fail('zip-without-files', { file: source.name, there: files.map(({ fileName }) => fileName) });
  for (const entry of chosen) refuseUnsupported(entry, source);
  return {
    members: chosen.map((entry) => ({
      name: entry.fileName,
      packedSize: entry.compressedSize,
      bytes: (maxExpand) => bytesOf(zip, entry, source, maxExpand),
    })),
    leftOut: files.filter((entry) => !chosen.includes(entry)).map(({ fileName }) => fileName),
  };
}

/** yauzl reads as many entries as the end of the archive says; a wrong number would leave files out. */
async function isEndOfList(path: string, offset: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, offset);
    return ENDS_OF_LIST.includes(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

function isFile({ fileName }: Entry): boolean {
  return !fileName.endsWith('/') && !fileName.split('/').some(isLeftOut);
}

/** What it holds is the name of another file. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & FILE_TYPE) === LINK;
}

function refuseUnsupported(entry: Entry, source: ZipSource): void {
  const { compressionMethod: method } = entry;
  const file = memberName(source, entry.fileName);
  if (entry.isEncrypted()) fail('zip-unsupported', { file, how: 'encrypted' });
  if (isLink(entry)) fail('zip-unsupported', { file, how: 'a link to another file' });
  if (method !== METHOD.stored && method !== METHOD.deflated) {
    fail('zip-unsupported', { file, how: `packed by ${OTHER_METHODS.get(method) ?? `method ${method}`}` });
  }
}

async function* bytesOf(zip: ZipFile, entry: Entry, source: ZipSource, maxExpand: number): AsyncGenerator<Buffer> {
  const file = memberName(source, entry.fileName);
  let checksum = 0;
  let bytes = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxExpand * entry.compressedSize) fail('zip-expands', { file, times: maxExpand });
      checksum = crc32(piece, checksum);
      yield piece;
    }
  } catch (error) {
    throw asDamage(file, error);
  }
  if (checksum !== entry.crc32) fail('zip-damaged', { file, reason: 'its checksum does not match its content' });
}

/** How messages call a file within an archive. */
export function memberName(source: Pick<ZipSource, 'name'>, member: string): string {
  return `${source.name}!${member}`;
}

/** Runs what reads the archive's list of files. */
async function whole<T>({ name }: ZipSource, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw asDamage(name, error);
  }
}

function damaged({ name }: ZipSource, reason: string): never {
  fail('zip-damaged', { file: name, reason });
}

/** What the library and zlib say against an archive; failures of the system and our own stay as they are. */
function asDamage(file: string, error: unknown): unknown {
  const isOurs = error instanceof SegmentError || !(error instanceof Error) || isSystemError(error);
  return isOurs ? error : segmentError('zip-damaged', { file, reason: reasonOf(error) }, { cause: error });
}

function reasonOf({ message }: Error): string {
  if (/End of central directory|unexpected EOF|unexpected end of file/i.test(message))
    return 'it ends in the middle, as a download that was cut off';
  if (/^invalid relative path|^absolute path/.test(message))
    return `a file in it has a name that leads out of it (${message.replace(/^[^:]*: /, '')})`;
  return message.replace(/\.$/, '');
}
