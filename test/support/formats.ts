import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrowBytes } from './arrow-file.js';
import { csvText, jsonlText, type Table, writeParquet } from './messy-export.js';

/** How a test writes a table in each format that has a reader. */
export const WRITERS: Readonly<Record<string, (table: Table, folder: string) => Promise<Buffer>>> = {
  csv: async (table) => Buffer.from(csvText(table)),
  jsonl: async (table) => Buffer.from(jsonlText(table)),
  parquet: parquetBytes,
  arrow: async (table) => arrowBytes(table),
};

async function parquetBytes(table: Table, folder: string): Promise<Buffer> {
  const path = join(folder, 'written.parquet');
  await writeParquet(path, table);
  return readFile(path);
}

/** Writes a table as a file of a format. */
export async function writeFormat(format: string, table: Table, path: string, folder: string): Promise<Buffer> {
  const bytes = await WRITERS[format]?.(table, folder);
  if (bytes === undefined) throw new Error(`no way to write ${format}`);
  await writeFile(path, bytes);
  return bytes;
}
