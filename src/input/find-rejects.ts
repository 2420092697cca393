import type { Database } from '../engine/database.js';
import type { LoadedEvents } from './load-events.js';
import { addedColumns } from './mapped-file.js';
import { readerOf } from './readers/index.js';
import { type Reject, RejectsFile } from './rejects-file.js';

export interface RejectSearch {
  /** How many there are: the search ends when all are found. */
  readonly count: number;
  /** How many are wanted. */
  readonly listed: number;
  /** Where to write all of them, as CSV; undefined for nowhere. */
  readonly path: string | undefined;
  /** Private folder for what is on the way there. */
  readonly spoolDirectory: string;
  /** Stops the search; it then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The second pass, over files that have rejects: where each unreadable record begins and why. Returns the first
 * `listed`; with a path, writes all as `file,line,reason`. Errors: `rejects-unwritable`, `temp-disk-full`.
 */
export async function findRejects(database: Database, loaded: LoadedEvents, search: RejectSearch): Promise<Reject[]> {
  if (search.path === undefined) return findFirst(database, loaded, search, undefined);
  const out = await RejectsFile.create(search.path, search.spoolDirectory);
  try {
    const first = await findFirst(database, loaded, search, out);
    await out.publish();
    return first;
  } catch (error) {
    await out.discard();
    throw error;
  }
}

async function findFirst(
  database: Database,
  { readings }: LoadedEvents,
  { count, listed, signal }: RejectSearch,
  out: RejectsFile | undefined,
): Promise<Reject[]> {
  const first: Reject[] = [];
  let found = 0;
  if (count === 0) return first;
  for (const reading of readings) {
    const { source } = reading.file;
    const located = readerOf(source.format).findRejects(database, reading.file, {
      ...reading,
      added: addedColumns(reading),
      zone: reading.naiveZone,
      signal,
    });
    for await (const batch of located) {
      const rejects = batch.map(({ line, reason }) => ({ file: source.name, line, reason }));
      found += rejects.length;
      first.push(...rejects.slice(0, listed - first.length));
      await out?.write(rejects);
      if (found >= count || (out === undefined && first.length >= listed)) return first;
    }
  }
  return first;
}
