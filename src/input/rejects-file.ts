import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { segmentError } from '../errors/segment-error.js';
import { systemReason } from '../errors/system-error.js';
import { readChunks } from '../files/read-chunks.js';
import { SpoolFile } from './text/spool-file.js';

export interface Reject {
  /** As the user would recognise it. */
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

const WRITE_AT = 65_536;
const PRIVATE_MODE = 0o600;

/** `file,line,reason` of every reject: collected in the spool folder, and put in its place when it is complete. */
export class RejectsFile {
  readonly #path: string;
  readonly #spool: SpoolFile;
  #text = 'file,line,reason\n';

  private constructor(path: string, spool: SpoolFile) {
    this.#path = path;
    this.#spool = spool;
  }

  static async create(path: string, spoolDirectory: string): Promise<RejectsFile> {
    return new RejectsFile(path, await SpoolFile.create(spoolDirectory));
  }

  async write(rejects: readonly Reject[]): Promise<void> {
    for (const { file, line, reason } of rejects) this.#text += `${csvCell(file)},${line},${csvCell(reason)}\n`;
    if (this.#text.length >= WRITE_AT) await this.#flush();
  }

  /** Puts the file in its place, in one step where it is an ordinary one. Error: `rejects-unwritable`; the earlier file then stays. */
  async publish(): Promise<void> {
    await this.#flush();
    await this.#spool.close();
    try {
      await place(this.#spool.path, this.#path);
    } catch (error) {
      throw segmentError('rejects-unwritable', { path: this.#path, reason: systemReason(error) }, { cause: error });
    } finally {
      await this.#spool.discard();
    }
  }

  async discard(): Promise<void> {
    await this.#spool.discard();
  }

  async #flush(): Promise<void> {
    await this.#spool.write(Buffer.from(this.#text, 'utf8'));
    this.#text = '';
  }
}

async function place(from: string, path: string): Promise<void> {
  const target = existsSync(path) ? realpathSync.native(path) : path;
  const found = statSync(target, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    await copy(from, target, 'w');
    return;
  }
  const beside = join(dirname(target), `.segment-rejects-${randomBytes(8).toString('hex')}`);
  try {
    await copy(from, beside, 'wx');
    if (found !== undefined) chmodSync(beside, found.mode & 0o777);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

async function copy(from: string, to: string, flags: 'w' | 'wx'): Promise<void> {
  const out = await open(to, flags, PRIVATE_MODE);
  try {
    for await (const chunk of readChunks(from)) await out.writeFile(chunk);
    if (flags === 'wx') await out.sync();
  } finally {
    await out.close();
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
