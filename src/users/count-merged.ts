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

/** Counts over `day_kinds`; `repeated` are rows that were looked at as duplicates. */
export async function countMerged(database: Database, aliases: number, repeated: Sql | undefined, asOfDay: number): Promise<Merged> {
  const others =
    repeated === undefined
      ? sql``
      : sql`
      union
      select alias
      from (${repeated}) as repeated_events`;
  const [row] = await database.rows<Omit<Merged, 'unmatched'> & { readonly seen: number }>(sql`
    select coalesce(sum(events) filter (where day <= ${asOfDay}), 0)::bigint as events,
           count(distinct alias) filter (where day <= ${asOfDay}) as ids,
           count(distinct user_id) filter (where day <= ${asOfDay}) as users,
           (
             select count(alias)
             from (
               select distinct alias
               from day_kinds${others}
             ) as aliases
           ) as seen
    from day_kinds
    where alias is not null`);
  if (row === undefined) throw new Error('a grand total has one row');
  const { seen, ...counts } = row;
  return { ...counts, unmatched: aliases - seen };
}
