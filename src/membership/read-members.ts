import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { STATUSES } from '../segmentation/status/status.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';
import { MEMBER_COLUMNS, PEOPLE_COLUMN } from './members-query.js';
import { FORMULA_START } from './writers/csv.js';

/** A file of members as its reader gives it. */
export interface WrittenMembers {
  /** For messages. */
  readonly file: string;
  /** Its columns, each as text under its name, null where it is empty. */
  readonly rows: Sql;
  readonly names: readonly string[];
  /** Those of them that are own segments. */
  readonly marks: readonly string[];
  /** Whether a `'` stands before texts that a spreadsheet would run. */
  readonly isSpreadsheetSafe: boolean;
}

/** Columns without which a table is none of members. */
export const LEAST_COLUMNS = ['user_id', 'status', 'rfm_segment'] as const;

const NEVER_EMPTY: readonly string[] = LEAST_COLUMNS;
/** Decimals of money at most (PRODUCT §2). */
const MOST_DECIMALS = 10;
const MONEY = 'monetary';
const LENGTHS: readonly string[] = ['usual_interval_days', 'dormant_after_days', 'churned_after_days'];
const DATES: readonly string[] = ['first_seen', 'last_seen'];
const COUNTS: readonly string[] = [
  'recency_score',
  'frequency_score',
  'monetary_score',
  'recency_days',
  'frequency',
  'orders',
  'idle_days',
  'tenure_days',
  'active_days',
  'events',
  PEOPLE_COLUMN,
];

/**
 * Makes a table of a file of members, in the types and the order of `members`: columns of `MEMBER_COLUMNS` that the file lacks are empty, its
 * others follow as text. Errors: `members-column-missing`, `members-unreadable`, `members-repeated`.
 */
export async function readMembers(database: Database, table: string, written: WrittenMembers): Promise<void> {
  const { file, names } = written;
  const missing = LEAST_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) fail('members-column-missing', { file, missing, found: names });
  const decimals = names.includes(MONEY) ? await moneyDecimals(database, written) : 2;
  await refuseUnreadable(database, written, decimals);
  const own = names.filter((name) => !(MEMBER_COLUMNS as readonly string[]).includes(name));
  const columns = [...MEMBER_COLUMNS, ...own].map((name) =>
    names.includes(name)
      ? sql`${written.marks.includes(name) ? sql`${ident(name)} = 'true'` : typed(name, decimals, written)} as ${ident(name)}`
      : sql`null::${typeOf(name, decimals)} as ${ident(name)}`,
  );
  await database.run(sql`
create or replace temp table ${ident(table)} as
with written_members as (select * from ${written.rows} as file_rows)
select ${join(columns, sql`,\n       `)}
from written_members
order by user_id`);
}

/** The decimals that the file's money is written with. */
async function moneyDecimals(database: Database, { rows }: WrittenMembers): Promise<number> {
  const [row] = await database.rows<{ decimals: number | null }>(sql`
    select max(length(rtrim(split_part(${ident(MONEY)}, '.', 2), '0'))) as decimals
    from ${rows} as file_rows`);
  return Math.min(Math.max(row?.decimals ?? 2, 2), MOST_DECIMALS);
}

async function refuseUnreadable(database: Database, written: WrittenMembers, decimals: number): Promise<void> {
  const { file, names, rows } = written;
  const [counts] = await database.rows<Record<string, string | null>>(sql`
    with written_members as (select * from ${rows} as file_rows)
    select ${join(
      names.map(
        (name, index) =>
          sql`min(coalesce(${ident(name)}, '')) filter (where not ${isReadable(name, decimals, written)}) as ${ident(`cell_${index}`)}`,
      ),
    )}
    from written_members`);
  for (const [index, name] of names.entries()) {
    const found = counts?.[`cell_${index}`] ?? null;
    if (found !== null) fail('members-unreadable', { file, column: name, found });
  }
  const [repeated] = await database.rows<{ user_id: string }>(sql`
    with written_members as (select * from ${rows} as file_rows)
    select ${textOf('user_id', written)} as user_id
    from written_members
    group by all
    having count(*) > 1
    order by user_id
    limit 1`);
  if (repeated !== undefined) fail('members-repeated', { file, user: repeated.user_id });
}

/** Whether a cell may stand in its column. */
function isReadable(name: string, decimals: number, written: WrittenMembers): Sql {
  const cell = ident(name);
  if (name === 'status') return sql`coalesce(${cell} in (${join(STATUSES.map((status) => sql`${status.name}`))}), false)`;
  if (written.marks.includes(name)) return sql`coalesce(${cell} in ('true', 'false'), false)`;
  if (NEVER_EMPTY.includes(name)) return sql`(${cell} is not null)`;
  return sql`(${cell} is null or ${typed(name, decimals, written)} is not null)`;
}

function typed(name: string, decimals: number, written: WrittenMembers): Sql {
  return isText(name) ? textOf(name, written) : sql`try_cast(${ident(name)} as ${typeOf(name, decimals)})`;
}

function textOf(name: string, { isSpreadsheetSafe }: WrittenMembers): Sql {
  const cell = ident(name);
  return isSpreadsheetSafe
    ? sql`case when regexp_matches(${cell}, ${FORMULA_START.replace('^', "^'")}) then substr(${cell}, 2) else ${cell} end`
    : cell;
}

function isText(name: string): boolean {
  return name !== MONEY && ![...LENGTHS, ...DATES, ...COUNTS].includes(name);
}

function typeOf(name: string, decimals: number): Sql {
  if (COUNTS.includes(name)) return sql`bigint`;
  if (DATES.includes(name)) return sql`date`;
  if (LENGTHS.includes(name)) return sql`decimal(38, 2)`;
  // A type takes no bound value.
  return name === MONEY ? sql`decimal(38, ${decimals})`.withLiterals() : sql`varchar`;
}
