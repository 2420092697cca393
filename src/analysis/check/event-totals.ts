import type { Database } from '../../engine/database.js';
import { type Sql, sql } from '../../sql/sql.js';

/** More names than these are no kinds of events, but texts such as addresses of pages. */
const WATCHED_NAMES = 200;

/** Rows that count by event name, of `event`, `rows` however often a name occurs; null where there are more names than anybody watches, or none. */
export async function eventTotals(database: Database, usedNames: Sql): Promise<Readonly<Record<string, number>> | null> {
  const totals = await database.rows<{ name: string; events: number }>(sql`
with used_names as (${usedNames}),
     named_events as (
    select event as name,
           sum(rows)::bigint as events
    from used_names
    where event is not null
    group by event
)
select name,
       events
from named_events
order by name
limit ${WATCHED_NAMES + 1}`);
  if (totals.length === 0 || totals.length > WATCHED_NAMES) return null;
  return Object.fromEntries(totals.map(({ name, events }) => [name, events]));
}
