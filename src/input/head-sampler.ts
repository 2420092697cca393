import type { Database } from '../engine/database.js';
import { readerOf } from './readers/index.js';
import type { Head, ReadableFile, ReadColumn } from './readers/reader.js';

/** Reads columns of a file's head: a list of texts a column, '' for empty. */
export type HeadSampler = (file: ReadableFile, columns: readonly ReadColumn[]) => Promise<readonly (readonly string[])[]>;

/** A sampler of the first `limit` records that keeps the head of the file it read last. */
export function headSampler(database: Database, limit: number): HeadSampler {
  let last: { readonly file: ReadableFile; readonly head: Head } | undefined;
  return async (file, columns) => {
    if (last?.file !== file) last = { file, head: await readerOf(file.source.format).openHead(database, file, limit) };
    return last.head(columns);
  };
}
