import type { EventShape } from '../../events/event-shape.js';
import { type StatusSettings, statusQuery } from '../../segmentation/status/status-query.js';
import { statusWindows } from '../../segmentation/status/status-windows.js';
import { countedDayQuery } from '../../sql/counted-day.js';
import { type Sql, sql } from '../../sql/sql.js';
import type { Pause } from '../../time/pauses.js';
import type { KnownUsers } from '../../users/known-users-query.js';
import { userGapsQuery, usersQuery } from '../../users/users-query.js';

export interface StatusAhead {
  readonly daysAhead: number;
  readonly status: string;
  readonly reason: string;
}

/** The first and the last of the days to look at, counted from the as-of day. */
interface DaysAhead {
  readonly first: number;
  readonly last: number;
}

/**
 * `user_days`, with a users file `known_users`, and the population's scale → the first of the days ahead on which a user without further events has another
 * status than now, or no row.
 *
 * The relations that decide are the ones of every run, over a population of this one user on each of those days: whoever has
 * the id k there is the user with the same past, k days later. Order ids are left out, no status reads them.
 */
export function nextStatusQuery(
  today: Sql,
  settings: StatusSettings,
  { shape, known }: { readonly shape: EventShape; readonly known?: KnownUsers | undefined },
  user: { readonly userId: string; readonly status: string },
  ahead: DaysAhead,
): Sql {
  const { parameters, pauses } = settings;
  const asOfDay = sql`(${today} + user_id)`;
  const days = { asOfDay, countedAsOfDay: sql`(${countedDayQuery(asOfDay, pauses)})`, pauses };
  const windows = statusWindows({ ...days, lookbackFirstDay: settings.countedFirstDay }, parameters);
  return sql`
with own_days as (${ownDays(today, user.userId, pauses)}),
     user_days as (${daysOfCopies(ahead)}),${
       known === undefined
         ? sql``
         : sql`
     own_signups as (select signup_day from known_users where user_id = ${user.userId}),
     known_users as (${knownCopies(ahead)}),`
     }
     user_gaps as (${userGapsQuery(asOfDay, pauses)}),
     users as (${usersQuery(windows, { ...shape, propertyCount: 0 }, known && { ...known, propertyCount: 0 })}),
     statuses as (${statusQuery({ ...settings, ...days })})
select user_id as "daysAhead",
       status,
       status_reason as reason
from statuses
where status <> ${user.status}
order by user_id
limit 1`;
}

function ownDays(asOfDay: Sql, userId: string, pauses: readonly Pause[]): Sql {
  const paused = sql`
           min(counted_day) as counted_day,`;
  return sql`
    select day,${pauses.length === 0 ? sql`` : paused}
           marked_event,
           sum(events)::bigint as events,
           sum(activity_events)::bigint as activity_events,
           max(last_activity_at) as last_activity_at,
           sum(order_rows)::bigint as order_rows,
           sum(paid_order_rows)::bigint as paid_order_rows,
           sum(value_amount) as value_amount,
           max(last_churn_at) as last_churn_at,
           max(last_risk_at) as last_risk_at,
           max(last_start_at) as last_start_at,
           max(last_cancel_at) as last_cancel_at,
           max(last_trial_at) as last_trial_at,
           max(last_trial_end_at) as last_trial_end_at
    from user_days
    where user_id = ${userId}
      and day <= ${asOfDay}
    group by day, marked_event`;
}

function daysOfCopies({ first, last }: DaysAhead): Sql {
  return sql`
    select copies.user_id,
           own_days.*,
           null::varchar as order_id,
           null::timestamp as order_at
    from own_days
    cross join (select unnest(range(${first}, ${last + 1}))::integer as user_id) as copies`;
}

function knownCopies({ first, last }: DaysAhead): Sql {
  return sql`
    select copies.user_id,
           signup_day,
           false as is_later
    from own_signups
    cross join (select unnest(range(${first}, ${last + 1}))::integer as user_id) as copies`;
}
