import type { Database } from '../engine/database.js';
import { csvColumns } from './readers/csv.js';
import { type ParquetFile, parquetSample, prepareParquetFile } from './readers/parquet.js';
import type { ReadColumn } from './readers/reader.js';
import type { InputFile } from './sources.js';
import { readHead } from './text/read-head.js';
import { prepareTextFile, type TextFile, type TextOptions } from './text/text-file.js';

/** A file that passed its checks, with its columns. */
export type ReadableFile =
  | {
      readonly kind: 'csv';
      readonly source: InputFile;
      readonly sha256: string;
      readonly columns: readonly ReadColumn[];
      readonly text: TextFile;
    }
  | {
      readonly kind: 'parquet';
      readonly source: InputFile;
      readonly sha256: string;
      readonly columns: readonly ReadColumn[];
      readonly parquet: ParquetFile;
    };

/** Checks a file from end to end and finds its columns. Errors: those of `prepareTextFile` and `prepareParquetFile`. */
export async function prepareFile(database: Database, source: InputFile, options: TextOptions): Promise<ReadableFile> {
  if (source.format === 'parquet') {
    const parquet = await prepareParquetFile(database, source, options.signal);
    return { kind: 'parquet', source, sha256: parquet.sha256, columns: parquet.columns, parquet };
  }
  const text = await prepareTextFile(source, options);
  return { kind: 'csv', source, sha256: text.sha256, columns: csvColumns(text), text };
}

/** Reads columns of a file's head: a list of texts a column, '' for empty. */
export type HeadSampler = (file: ReadableFile, columns: readonly ReadColumn[]) => Promise<readonly (readonly string[])[]>;

/** A sampler of the first `limit` records that keeps the head of the text file it read last. */
export function headSampler(database: Database, limit: number): HeadSampler {
  let last: { readonly file: ReadableFile; readonly records: readonly (readonly string[])[] } | undefined;
  return async (file, columns) => {
    if (file.kind === 'parquet') return parquetSample(database, file.parquet, columns, limit);
    if (last?.file !== file) last = { file, records: await readHead(file.text, limit) };
    const { records } = last;
    const indexes = columns.map((column) => file.columns.indexOf(column));
    return indexes.map((index) => records.map((record) => record[index] ?? ''));
  };
}
