import type { StatusName } from '../../segmentation/status/status.js';
import { inHundredths, type StatusParameters } from '../../segmentation/status/status-parameters.js';
import { type StatusSettings, statusQuery } from '../../segmentation/status/status-query.js';
import { type Sql, sql } from '../../sql/sql.js';

/** A millionth of a day is what the borders of a user are counted in. */
const DAY = 1_000_000n;
const TYPICAL_USERS = 3;

/**
 * Users of one status to show: `user_id`, `chosen`, in the order to show them. `typical` are those nearest to the medians
 * of idle days and usual interval within the status (the sum of both distances counts), `nearest border` is the one with the
 * fewest days until the next rule takes them over; it is not among the typical ones. Ties go to the least id, bytewise.
 */
export function ofStatusQuery(settings: StatusSettings, status: StatusName): Sql {
  return sql`
with status_users as (${statusUsers(settings, status)}),
     border_users as (${borderUsers()}),
     medians as (${medians()}),
     typical_users as (${typicalUsers()})
select *
from (
  select user_id, 'typical' as chosen, place from typical_users
  union all
  select user_id, 'nearest border' as chosen, ${TYPICAL_USERS + 1} as place from border_users
) as chosen_users
order by place`;
}

function statusUsers(settings: StatusSettings, status: StatusName): Sql {
  return sql`
    select user_id,
           idle_days,
           usual_interval,
           ${daysToBorder(status, settings.parameters)} as to_border
    from (${statusQuery(settings)}) as statuses
    where status = ${status}`;
}

/** Millionths of a day until the next border of time: of tenure for who is new, of idle days for the others. Null for who is gone. */
function daysToBorder(status: StatusName, parameters: StatusParameters): Sql {
  switch (status) {
    case 'churned':
    case 'never_active':
      return sql`null::hugeint`;
    case 'new':
      return sql`(${parameters['new.days']} - tenure_days) * ${DAY}`;
    case 'dormant':
      return sql`churned_after - idle_days * ${DAY}`;
    case 'at_risk':
    case 'reactivated':
      return sql`dormant_after - idle_days * ${DAY}`;
    case 'loyal':
    case 'occasional':
    case 'active':
      return sql`case when gaps >= 2
                then dormant_after * ${inHundredths(parameters['at_risk.overdue'])} // 100
                else dormant_after
           end - idle_days * ${DAY}`;
  }
}

function borderUsers(): Sql {
  return sql`
    select user_id
    from status_users
    where to_border >= 0
    order by to_border, user_id
    limit 1`;
}

/** Type-7 medians, twice: whole numbers. */
function medians(): Sql {
  return sql`
    select (2 * median(idle_days))::bigint as idle_twice,
           (2 * median(usual_interval))::bigint as usual_twice
    from status_users`;
}

/** Both distances in half hundredths of a day. */
function typicalUsers(): Sql {
  return sql`
    select user_id,
           row_number() over (order by distance, user_id) as place
    from (
      select user_id,
             coalesce(abs(200 * idle_days - 100 * idle_twice) + abs(2 * usual_interval - usual_twice), 0) as distance
      from status_users
      cross join medians
      where user_id not in (select user_id from border_users)
    ) as distances
    qualify place <= ${TYPICAL_USERS}`;
}
