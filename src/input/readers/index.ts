import { arrowReader } from './arrow.js';
import { csvReader } from './csv.js';
import { jsonlReader } from './jsonl.js';
import { parquetReader } from './parquet.js';
import type { Reader } from './reader.js';

/** The formats of input files, in the order in which they look at a file; CSV takes what no other knows. */
export const READERS: readonly Reader[] = [parquetReader, arrowReader, jsonlReader, csvReader];

/** The reader of a format. */
export function readerOf(format: string): Reader {
  const reader = READERS.find((candidate) => candidate.format === format);
  if (reader === undefined) throw new RangeError(`no reader for ${format}`);
  return reader;
}
