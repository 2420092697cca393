import type { Database } from '../../engine/database.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import { hasLineBreak, type TextFile } from '../text/text-file.js';
import { globLiteral } from './glob-literal.js';
import type { ReadColumn } from './reader.js';

/** The table DuckDB keeps rejected records in. */
const REJECTS_TABLE = sql`reject_errors`;
const SCANS_TABLE = sql`reject_scans`;

/** The columns of a text file; names that repeat, or are empty, get a name of their own in the query only. */
export function csvColumns(file: TextFile): ReadColumn[] {
  const taken = new Set<string>();
  return file.header.map((name, index) => {
    let unique = name === '' ? `column ${index + 1}` : name;
    // DuckDB compares column names without case.
    while (taken.has(unique.toLowerCase())) unique = `${unique} ${index + 1}`;
    taken.add(unique.toLowerCase());
    return { name, value: ident(unique), type: 'VARCHAR', isNested: false, hasEmptyText: false };
  });
}

/**
 * Reads text files of one header and dialect with an explicit all-text schema; nothing is sniffed. Records that do not fit
 * the schema go to the rejects table, empty fields are null.
 */
export function csvSource(files: readonly TextFile[], columns: readonly ReadColumn[], hasNamedPaths: boolean): Sql {
  const [first] = files;
  if (first === undefined) throw new RangeError('no file to read');
  // Such files have LF ends; told so, the engine reads what it must not be told of others (CRLF: no rows at all).
  const recordEnd = hasLineBreak(first.header)
    ? sql`
        new_line = '\\n',`
    : sql``;
  const schema = join(columns.map(({ value }) => sql`${value}: 'VARCHAR'`));
  return sql`read_csv(
        ${list(files.map(({ readPath, source }) => globLiteral(hasNamedPaths ? source.path : readPath)))},
        columns = {${schema}},
        auto_detect = false,
        header = true,
        skip = ${first.blankLinesBeforeHeader},
        delim = ${first.delimiter},${recordEnd}
        quote = '"',
        escape = '"',
        strict_mode = true,
        null_padding = false,
        store_rejects = true
      )`;
}

/** Forgets the rejects of earlier scans. */
export async function clearCsvRejects(database: Database): Promise<void> {
  await database.run(sql`drop table if exists ${REJECTS_TABLE}`);
  await database.run(sql`drop table if exists ${SCANS_TABLE}`);
}

/** Rejected records of the scans since the last `clearCsvRejects`, by the path that was read. */
export async function countCsvRejects(database: Database): Promise<ReadonlyMap<string, number>> {
  const [existing] = await database.rows(
    sql`select 1 as found from duckdb_tables() where table_name = 'reject_errors' order by found limit 1`,
  );
  if (existing === undefined) return new Map();
  const rows = await database.rows<{ path: string; records: number }>(sql`
    select file_path as path,
           count(*) as records
    from (select distinct scan_id, file_id, line from ${REJECTS_TABLE}) as records
    join (select distinct scan_id, file_id, file_path from ${SCANS_TABLE}) as files using (scan_id, file_id)
    group by file_path
    order by file_path`);
  return new Map(rows.map(({ path, records }) => [path, records]));
}
