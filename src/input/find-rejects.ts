import { type FileHandle, open } from 'node:fs/promises';
import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import type { LoadedEvents } from './load-events.js';
import { readerOf } from './readers/index.js';
import type { LocatedReject } from './readers/reader.js';

export interface Reject extends LocatedReject {
  /** As the user would recognise it. */
  readonly file: string;
}

export interface RejectSearch {
  readonly zone: ZoneOffsets;
  /** How many there are: the search ends when all are found. */
  readonly count: number;
  /** How many are wanted. */
  readonly listed: number;
  /** Where to write all of them, as CSV; undefined for nowhere. */
  readonly path: string | undefined;
}

const WRITE_AT = 65_536;

/**
 * The second pass, over files that have rejects: where each unreadable record begins and why. Returns the first
 * `listed`; with a path, writes all as `file,line,reason`. Errors: `unterminated-quote`, `rejects-unwritable`.
 */
export async function findRejects(database: Database, loaded: LoadedEvents, search: RejectSearch): Promise<Reject[]> {
  const out = search.path === undefined ? undefined : await RejectsFile.open(search.path);
  const first: Reject[] = [];
  let found = 0;
  try {
    if (search.count === 0) return first;
    for (const reading of loaded.readings) {
      const { source } = reading.file;
      const located = readerOf(source.format).findRejects(database, reading.file, { ...reading, zone: search.zone });
      for await (const batch of located) {
        const rejects = batch.map(({ line, reason }) => ({ file: source.name, line, reason }));
        found += rejects.length;
        first.push(...rejects.slice(0, search.listed - first.length));
        await out?.write(rejects);
        if (found >= search.count || (out === undefined && first.length >= search.listed)) return first;
      }
    }
    return first;
  } finally {
    await out?.close();
  }
}

/** `file,line,reason`, written as it is found. */
class RejectsFile {
  readonly #handle: FileHandle;
  #text = 'file,line,reason\n';

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<RejectsFile> {
    try {
      return new RejectsFile(await open(path, 'w', 0o600));
    } catch (error) {
      return fail('rejects-unwritable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  }

  async write(rejects: readonly Reject[]): Promise<void> {
    for (const { file, line, reason } of rejects) this.#text += `${csvCell(file)},${line},${csvCell(reason)}\n`;
    if (this.#text.length >= WRITE_AT) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    await this.#handle.write(this.#text);
    this.#text = '';
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
