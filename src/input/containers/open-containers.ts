import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { fail, segmentError } from '../../errors/segment-error.js';
import { isSystemError, systemReason } from '../../errors/system-error.js';
import { hashFile } from '../../files/hash-file.js';
import { CONTAINER, type FileOrigin, type InputFile, recognise } from '../sources.js';
import { Spool } from '../text/spool.js';
import { memberName, withZip } from './zip-archive.js';

export interface ContainerOptions {
  /** An existing private folder for copies. */
  readonly spoolDirectory: string;
  /** How many times its packed size a file in an archive may have. */
  readonly maxExpand: number;
  /** Standard input; undefined when it is a terminal, which holds no data. */
  readonly openStdin: (() => Readable) | undefined;
  /** Stops the reading; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The input files with those in place of standard input and of zip archives that are found in them, as copies in the spool; a
 * file of an archive is called `archive.zip!file`. Errors: `stdin-terminal`, `stdin-unreadable`, `file-empty`, those of `recognise` and `withZip`.
 */
export async function openContainers(files: readonly InputFile[], options: ContainerOptions): Promise<InputFile[]> {
  const spool = new Spool(options.spoolDirectory, options.signal);
  const opened: InputFile[] = [];
  for (const file of files) {
    const source = file.format === CONTAINER.stdin ? await readStdin(file, spool, options) : file;
    if (source.format === CONTAINER.zip) opened.push(...(await unzip(source, spool, options)));
    else opened.push(source);
  }
  return opened;
}

async function readStdin(stdin: InputFile, spool: Spool, { openStdin, signal }: ContainerOptions): Promise<InputFile> {
  if (openStdin === undefined) fail('stdin-terminal', {});
  const hash = createHash('sha256');
  const path = await spool.copy(hashed(chunksOf(openStdin(), signal), hash));
  const { size, mtimeMs } = await stat(path);
  if (size === 0) fail('file-empty', { file: stdin.name, what: 'ended without a byte' });
  const file = { ...stdin, path, size, modifiedMs: Math.floor(mtimeMs) };
  const origin = { ...file, sha256: hash.digest('hex'), isStdin: true, member: undefined, leftOut: [] };
  return { ...file, ...(await recognise(file)), origin };
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The bytes of a stream; one that is waited for ends with the signal. */
async function* chunksOf(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    if (signal !== undefined) addAbortSignal(signal, stream);
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    signal?.throwIfAborted();
    throw isSystemError(error) ? segmentError('stdin-unreadable', { reason: systemReason(error) }, { cause: error }) : error;
  }
}

async function unzip(archive: InputFile, spool: Spool, { maxExpand, signal }: ContainerOptions): Promise<InputFile[]> {
  const { path, name, size, modifiedMs } = archive;
  const sha256 = archive.origin?.sha256 ?? (await hashFile(path, signal));
  return withZip(archive, async ({ members, leftOut }) => {
    const files: InputFile[] = [];
    for (const { name: member, packedSize, bytes } of members) {
      const origin: FileOrigin = {
        path,
        name,
        size,
        modifiedMs,
        sha256,
        isStdin: archive.origin !== undefined,
        member: { name: member, packedSize },
        leftOut,
      };
      files.push(await describeCopy(await spool.copy(bytes(maxExpand)), memberName(archive, member), origin));
    }
    return files;
  });
}

async function describeCopy(path: string, name: string, origin: FileOrigin): Promise<InputFile> {
  const { size } = await stat(path);
  if (size === 0) fail('file-empty', { file: name });
  const kind = await recognise({ path, name, size });
  if (kind.format === CONTAINER.zip) fail('unsupported-format', { file: name, found: 'a zip archive within a zip archive' });
  return { path, name, size, modifiedMs: origin.modifiedMs, ...kind, partitions: new Map(), origin };
}
