import type { Database } from '../engine/database.js';
import { type Sql, sql } from '../sql/sql.js';

/** What an identity map did to the events. */
export interface Merged {
  /** Rows up to the as-of day whose id became another, how many ids they had, and of how many users those are now. */
  readonly events: number;
  readonly ids: number;
  readonly users: number;
  /** Ids of the map that no row has, not even a repeated one. */
  readonly unmatched: number;
}

export interface MergedSettings {
  /** How many ids the map knows. */
  readonly aliases: number;
  readonly repeated: Sql | undefined;
  readonly asOfDay: number;
  /** Whether the map is about the people of entities: `entity_people`. */
  readonly hasPeople: boolean;
}

/** Counts over `day_kinds`, or over the people of entities; `repeated` are rows that were looked at as duplicates. */
export async function countMerged(database: Database, { aliases, repeated, asOfDay, hasPeople }: MergedSettings): Promise<Merged> {
  const rows = hasPeople
    ? sql`select alias, person_id as id, rows_before_end as events from entity_people`
    : sql`select alias, user_id as id, case when day <= ${asOfDay} then events else 0 end as events from day_kinds`;
  const others =
    repeated === undefined
      ? sql``
      : sql`
      union
      select alias
      from (${repeated}) as repeated_events`;
  const [row] = await database.rows<Omit<Merged, 'unmatched'> & { readonly seen: number }>(sql`
    with alias_rows as (${rows})
    select coalesce(sum(events), 0)::bigint as events,
           count(distinct alias) filter (where events > 0) as ids,
           count(distinct id) filter (where events > 0) as users,
           (
             select count(alias)
             from (
               select distinct alias
               from alias_rows${others}
             ) as aliases
           ) as seen
    from alias_rows
    where alias is not null`);
  if (row === undefined) throw new Error('a grand total has one row');
  const { seen, ...counts } = row;
  return { ...counts, unmatched: aliases - seen };
}
