import type { Database } from '../../engine/database.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { isReadFailure } from '../read-failure.js';
import { textOfColumn } from '../text-of-column.js';
import { typedTimeProblemQuery } from '../time-query.js';
import type { AddedColumns, LocatedReject, ReadColumn, RejectQuestion } from './reader.js';

/** The rows of one file whose columns have types. */
export interface NumberedRows {
  readonly table: Sql;
  /** Its number from 1, for a row of the table. */
  readonly row: Sql;
}

const PAGE_ROWS = 100_000;
/** Beside the columns of the file and those added to it. */
const LINE = ident('line of the file');

/** The first records of columns as text, '' for empty; a column that cannot be read has none. */
export async function sampleRows(
  database: Database,
  numbered: NumberedRows,
  columns: readonly ReadColumn[],
  limit: number,
): Promise<string[][]> {
  if (columns.length === 0) return [];
  try {
    return await sampleTogether(database, numbered, columns, limit);
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    const samples: string[][] = [];
    for (const column of columns)
      samples.push(columns.length === 1 ? [] : ((await sampleRows(database, numbered, [column], limit))[0] ?? []));
    return samples;
  }
}

async function sampleTogether(
  database: Database,
  numbered: NumberedRows,
  columns: readonly ReadColumn[],
  limit: number,
): Promise<string[][]> {
  const names = columns.map((_, index) => ident(`c${index}`));
  const read = columns.map(({ value }, index) => ({ name: names[index] ?? sql``, value }));
  const rows = await database.rows<Record<string, string>>(sql`
    select ${join(names.map((name) => sql`coalesce(${name}::varchar, '') as ${name}`))}
    from (select * from (${numberedRowsQuery(numbered, read)}) as numbered_rows where line <= ${limit}) as head
    order by line`);
  return columns.map((_, index) => rows.map((row) => row[`c${index}`] ?? ''));
}

/** Values from the rows of a file, and `line`, the row from 1. */
function numberedRowsQuery(
  { table, row }: NumberedRows,
  values: readonly { readonly name: Sql; readonly value: Sql }[],
  added?: AddedColumns | undefined,
): Sql {
  const selected = join(values.map(({ name, value }) => sql`${value} as ${name}`));
  if (added === undefined) {
    return sql`
      select ${selected},
             ${row} as line
      from ${table}`;
  }
  return sql`
      select ${selected},
             ${LINE} as line
      from ${added.relation(sql`(select *, ${row} as ${LINE} from ${table}) as numbered_rows`)}`;
}

/** The rows of a file whose time cannot be read, a page at a time. */
export async function* rejectedRows(
  database: Database,
  numbered: NumberedRows,
  { timeColumn, userColumn, added, time, zone }: RejectQuestion,
): AsyncGenerator<readonly LocatedReject[]> {
  const values = [
    { name: sql`user_id`, value: textOfColumn(userColumn) },
    { name: sql`reason`, value: typedTimeProblemQuery(timeColumn.value, timeColumn.type, time, zone) },
  ];
  const query = numberedRowsQuery(numbered, values, added);
  for (let after = 0; ; ) {
    const rows = await database.rows<{ line: number; reason: string }>(sql`
      select line,
             reason
      from (${query}) as read_rows
      where reason is not null
        and user_id is not null
        and line > ${after}
      order by line
      limit ${PAGE_ROWS}`);
    yield rows;
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)?.line ?? after;
  }
}
