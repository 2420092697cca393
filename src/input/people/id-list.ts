import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { ident, sql } from '../../sql/sql.js';
import type { InputNote } from '../input-note.js';
import { textOfColumn } from '../text-of-column.js';
import { resolvedId } from './resolved-id.js';
import { type SideFile, sideRows, userIdColumn } from './side-file.js';
import type { TableStep } from './table-step.js';

/** A list of ids, as the table `only_ids`, `excluded_ids` or `listed_ids`. */
export interface IdList {
  readonly side: SideFile;
  readonly column: string;
  readonly counts: {
    readonly total: number;
    readonly rejected: number;
    readonly withoutUser: number;
    readonly ids: number;
  };
  readonly notes: readonly InputNote[];
  readonly steps: (hasNamedPaths: boolean) => readonly TableStep[];
}

export interface IdListOptions {
  /** The name of the user column of the events. */
  readonly userOfEvents: string | null;
  readonly hasIdentity: boolean;
}

/** The table that a list becomes. */
const LIST_TABLES = { '--only': 'only_ids', '--exclude': 'excluded_ids', '--ids': 'listed_ids' } as const;
export type IdListFlag = keyof typeof LIST_TABLES;

/** Reads a list of ids: the column of user ids, or the first one. Errors: `side-column-ambiguous`, `side-column-missing`. */
export async function loadIdList(
  database: Database,
  side: SideFile & { readonly flag: IdListFlag },
  { userOfEvents, hasIdentity }: IdListOptions,
): Promise<IdList> {
  const { columns, source, records } = side.file;
  const named = userIdColumn(side, userOfEvents, undefined);
  const column = named ?? columns.find(({ isNested }) => !isNested);
  if (column === undefined) {
    return fail('side-column-missing', {
      flag: side.flag,
      file: source.name,
      what: 'user id',
      option: undefined,
      found: columns.map(({ name }) => name),
    });
  }
  const steps = (hasNamedPaths: boolean): TableStep[] => [
    {
      name: LIST_TABLES[side.flag],
      comment: `the ids of ${side.flag}`,
      query: sql`
select ${resolvedId(hasIdentity)} as user_id,
       count(*) as times
from (
  select ${textOfColumn(column)} as id_text
  from ${sideRows(side, [column], hasNamedPaths)} as file_rows
) as read_rows
${hasIdentity ? sql`left join identities on identities.alias = read_rows.id_text` : sql``}
group by all`,
    },
  ];
  const table = ident(LIST_TABLES[side.flag]);
  for (const { query } of steps(false)) await database.run(sql`create or replace temp table ${table} as ${query}`);
  const [counts] = await database.rows<{ read: number; withoutUser: number; ids: number }>(sql`
    select coalesce(sum(times), 0)::bigint as read,
           coalesce(sum(times) filter (where user_id is null), 0)::bigint as "withoutUser",
           count(user_id) as ids
    from ${table}`);
  if (counts === undefined) throw new Error('a grand total has one row');
  const message = `${side.flag} ${source.name}: no column is named like a user id, so the ids are those of the first column; its first line, "${column.name}", was read as the name of the column`;
  return {
    side,
    column: column.name,
    counts: { total: records, rejected: records - counts.read, withoutUser: counts.withoutUser, ids: counts.ids },
    notes: named === undefined ? [{ code: 'list_column', message }] : [],
    steps,
  };
}
