import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';
import { readerOf } from './readers/index.js';
import { findColumn, type ReadableFile, type ReadColumn } from './readers/reader.js';

/**
 * Those of some dotted names that lead to fields which the heads of the files do not show, but which are there: entries of
 * maps, fields of JSON that come later in a file, and fields of JSON that stands in a text column. A name is looked for in whole
 * files, until one of them has it.
 */
export async function findHiddenFields(
  database: Database,
  files: readonly ReadableFile[],
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const hidden = new Set<string>();
  const shown = new Set(
    files.flatMap(({ columns }) => columns.flatMap((column) => [column, ...(column.leaves ?? [])])).map(({ name }) => name),
  );
  for (const name of new Set(names)) {
    if (shown.has(name)) continue;
    for (const file of files) {
      const column = findColumn(file.columns, name);
      if (column === undefined || !(await isPresent(database, file, column))) continue;
      hidden.add(name);
      break;
    }
  }
  return hidden;
}

async function isPresent(database: Database, file: ReadableFile, column: ReadColumn): Promise<boolean> {
  const source = readerOf(file.source.format).source([file], [column], { hasNamedPaths: false, isWhole: false });
  const [row] = await database.rows<{ found: boolean }>(sql`
    select exists(select 1 from ${source} as read_rows where ${column.value} is not null) as found`);
  return row?.found === true;
}

/** The files, each with the fields that any of them shows in a column whose fields can be read under any name. */
export function withSharedFields(files: readonly ReadableFile[]): ReadableFile[] {
  const fields = new Map<string, Set<string>>();
  for (const { name, leaves } of files.flatMap(({ columns }) => columns)) {
    const known = fields.get(name) ?? new Set();
    for (const leaf of leaves ?? []) known.add(leaf.name);
    fields.set(name, known);
  }
  const shared = (column: ReadColumn): ReadColumn => {
    const { name, entry, leaves = [] } = column;
    if (entry === undefined) return column;
    const missing = [...(fields.get(name) ?? [])].filter((field) => !leaves.some((leaf) => leaf.name === field));
    return missing.length === 0
      ? column
      : { ...column, leaves: [...leaves, ...missing.map((field) => entry(field.slice(name.length + 1)))] };
  };
  return files.map((file) => ({ ...file, columns: file.columns.map(shared) }));
}
