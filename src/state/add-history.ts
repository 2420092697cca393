import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';

/** Columns that runs add to `members`. */
export const HISTORY_COLUMNS = ['status_since', 'previous_status'] as const;

/**
 * Adds to the table `members` since when (DATE) each user has been in their status, and the status before it, by the run of the date before.
 * `members_before` is what that run wrote. Who has always been seen in one status has no earlier one, and it is not known since when.
 */
export async function addHistory(
  database: Database,
  { asOf, hasEarlier }: { readonly asOf: string; readonly hasEarlier: boolean },
): Promise<void> {
  await database.run(
    hasEarlier
      ? sql`
create or replace temp table members as
with earlier_members as (
    select user_id,
           status as earlier_status,
           status_since as earlier_since,
           previous_status as status_before
    from members_before
)
select members.*,
       case
         when earlier_status = status then earlier_since
         else ${asOf}::date
       end as status_since,
       case when earlier_status = status then status_before else earlier_status end as previous_status
from members
left join earlier_members using (user_id)
order by user_id`
      : sql`
create or replace temp table members as
select members.*,
       null::date as status_since,
       null::varchar as previous_status
from members
order by user_id`,
  );
}
