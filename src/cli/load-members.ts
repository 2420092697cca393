import { fail } from '../errors/segment-error.js';
import { readerOf } from '../input/readers/index.js';
import type { ReadableFile } from '../input/readers/reader.js';
import type { InputFile } from '../input/sources.js';
import type { TextOptions } from '../input/text/plain-text.js';
import { textOfColumn } from '../input/text-of-column.js';
import { MEMBER_COLUMNS } from '../membership/members-query.js';
import { readMembers } from '../membership/read-members.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';
import type { Session } from './session.js';

/** The columns of a file of members by name; names differ in more than case. */
export interface MembersFile {
  readonly file: ReadableFile;
  readonly columns: ReadonlyMap<string, Sql>;
}

/** Checks a file of members from end to end and finds its columns. Errors: those of readers. */
export async function prepareMembers(
  { database, spoolDirectory, signal }: Session,
  source: InputFile,
  { maxExpand, encoding, delimiter, head }: Pick<TextOptions, 'maxExpand' | 'encoding' | 'delimiter' | 'head'>,
): Promise<MembersFile> {
  const file = await readerOf(source.format).prepare(database, source, { maxExpand, encoding, delimiter, head, spoolDirectory, signal });
  const columns = new Map<string, Sql>();
  const taken = new Set<string>();
  for (const column of file.columns) {
    const lower = column.name.toLowerCase();
    if (column.isNested || taken.has(lower)) continue;
    taken.add(lower);
    columns.set(MEMBER_COLUMNS.find((name) => name === lower) ?? column.name, textOfColumn(column));
  }
  return { file, columns };
}

/**
 * Makes the table `table` of a file of members, in the types of `members`; `marks` are own segments. Errors: those of `readMembers`, `members-rows`.
 */
export async function loadMembers(
  { database }: Session,
  table: string,
  { file, columns }: MembersFile,
  { isSpreadsheetSafe, marks = [] }: { readonly isSpreadsheetSafe: boolean; readonly marks?: readonly string[] },
): Promise<void> {
  const source = readerOf(file.source.format).source([file], file.columns, { hasNamedPaths: false, isWhole: true });
  const rows = file.isReject === undefined ? source : sql`(select * from ${source} as all_rows where not ${file.isReject})`;
  const cells = join([...columns].map(([name, text]) => sql`${text} as ${ident(name)}`));
  await readMembers(database, table, {
    file: file.source.name,
    rows: sql`(select ${cells} from ${rows} as file_rows)`,
    names: [...columns.keys()],
    marks,
    // Only CSV is for spreadsheets.
    isSpreadsheetSafe: isSpreadsheetSafe && file.source.format === 'csv',
  });
  const [counted] = await database.rows<{ users: number }>(sql`select count(*) as users from ${ident(table)}`);
  const lost = file.records - (counted?.users ?? 0);
  if (lost !== 0) fail('members-rows', { file: file.source.name, rows: lost });
}
