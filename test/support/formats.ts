import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { ident, join as joinSql, sql } from '../../src/sql/sql.js';
import { stringify } from './csv-text.js';

/** A small table as text, '' for empty. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** How a test writes a table in each format that has a reader. */
export const WRITERS: Readonly<Record<string, (table: TextTable, folder: string) => Promise<Buffer>>> = {
  csv: async ({ columns, rows }) => Buffer.from(stringify([columns, ...rows])),
  parquet: parquetBytes,
};

async function parquetBytes({ columns, rows }: TextTable, folder: string): Promise<Buffer> {
  const path = join(folder, 'written.parquet');
  const database = await openDuckDb({ memoryLimitBytes: 2 ** 28, tempDirectory: folder, allowedPaths: [], allowedDirectories: [folder] });
  try {
    const selects = rows.map(
      (row, place) =>
        sql`select ${place} as place, ${joinSql(columns.map((name, index) => sql`nullif(${row[index] ?? ''}, '') as ${ident(name)}`))}`,
    );
    await database.copy(sql`select * exclude (place) from (${joinSql(selects, sql` union all `)}) as written order by place`, path, {
      format: 'parquet',
    });
  } finally {
    database.close();
  }
  return readFile(path);
}

/** Writes a table as a file of a format. */
export async function writeFormat(format: string, table: TextTable, path: string, folder: string): Promise<Buffer> {
  const bytes = await WRITERS[format]?.(table, folder);
  if (bytes === undefined) throw new Error(`no way to write ${format}`);
  await writeFile(path, bytes);
  return bytes;
}
