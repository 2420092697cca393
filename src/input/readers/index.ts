import type { Database } from '../../engine/database.js';
import { csvReader } from './csv.js';
import { parquetReader } from './parquet.js';
import type { Reader } from './reader.js';

/** The formats of input files, in the order in which they look at a file; CSV takes what no other knows. */
export const READERS: readonly Reader[] = [parquetReader, csvReader];

/** The reader of a format. */
export function readerOf(format: string): Reader {
  const reader = READERS.find((candidate) => candidate.format === format);
  if (reader === undefined) throw new RangeError(`no reader for ${format}`);
  return reader;
}

/** Forgets the records that earlier scans left out. */
export async function clearRejects(database: Database): Promise<void> {
  for (const reader of READERS) await reader.clearRejects(database);
}

/** How many records the scans since the last `clearRejects` left out, in all formats. */
export async function countRejects(database: Database): Promise<number> {
  let records = 0;
  for (const reader of READERS) records += await reader.countRejects(database);
  return records;
}
