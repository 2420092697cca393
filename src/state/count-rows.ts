import type { Database } from '../engine/database.js';
import { ownParquets } from '../input/readers/own-parquet.js';
import { sql } from '../sql/sql.js';
import type { KeptInput } from './event-store.js';

/**
 * How many rows of the kept events have a user and a day up to this one (days since 1970). With `within`, rows of one event id count once where,
 * sorted by day, none is more days than that after the one before.
 */
export async function countRowsUpTo(
  database: Database,
  inputs: readonly KeptInput[],
  { day, within }: { readonly day: number; readonly within: number | undefined },
): Promise<number> {
  if (inputs.length === 0) return 0;
  const rows = sql`
    from ${ownParquets([...new Set(inputs.map(({ path }) => path))])} as kept_rows
    where user_id is not null
      and day <= ${day}`;
  const [row] = await database.rows<{ rows: number }>(
    within === undefined
      ? sql`select count(*) as rows ${rows}`
      : sql`
with dated_ids as (
    select event_id,
           day - lag(day) over (partition by event_id order by day) as days_since
    ${rows}
)
select count(*) filter (where event_id is null or days_since is null or days_since > ${within}) as rows
from dated_ids`,
  );
  return row?.rows ?? 0;
}
