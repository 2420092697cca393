import { join as joinPath } from 'node:path';
import type { Database } from '../engine/database.js';
import type { Sql } from '../sql/sql.js';
import type { OutputFolder, PublishedFile } from './publish/output-folder.js';
import { writeError } from './write-members.js';
import { WRITERS } from './writers/index.js';

export interface RowsFile {
  /** Relative, `/`-separated. */
  readonly name: string;
  readonly format: 'csv' | 'jsonl';
  /** Text columns of the query's table. */
  readonly columns: readonly string[];
  readonly spreadsheetSafe: boolean;
  /** The rows in their order. */
  readonly query: (cells: Sql) => Sql;
}

/** Writes rows of text into the folder's staging place. Fails with `disk-full`, `no-permission`, `output-failed`. */
export async function writeRows(
  database: Database,
  folder: OutputFolder,
  { name, format, columns: names, spreadsheetSafe, query }: RowsFile,
): Promise<PublishedFile> {
  const path = folder.stagedPath(name);
  const columns = names.map((column) => ({ name: column, type: 'VARCHAR', isNarrow: false }));
  try {
    return {
      name,
      rows: await WRITERS[format].write(database, query(WRITERS[format].selectList(columns, spreadsheetSafe)), path, columns),
    };
  } catch (error) {
    throw writeError(error, path, joinPath(folder.directory, name));
  }
}
