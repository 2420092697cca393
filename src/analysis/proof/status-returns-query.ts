import { type StatusesAt, statusesAtQuery } from '../../membership/statuses-at-query.js';
import { param, type Sql, sql } from '../../sql/sql.js';

/**
 * `user_days`, `user_gaps`, `users` (as of a later day) → one row for every status that somebody had on the earlier day, by name: `users`,
 * `returned` (those with an activity event after that day) and `returned_leavers` (of them, those whom a churn event had made churned).
 */
export function statusReturnsQuery(earlier: StatusesAt): Sql {
  const day = param(`${earlier.name}_day`, earlier.day);
  return sql`
with earlier_statuses as (${statusesAtQuery(earlier)})
select status,
       count(*) as users,
       count(*) filter (where last_active_day > ${day}) as returned,
       count(*) filter (where last_active_day > ${day} and has_left) as returned_leavers
from earlier_statuses
left join users using (user_id)
group by status
order by status`;
}
