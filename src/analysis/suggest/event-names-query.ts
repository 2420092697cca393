import type { EventShape } from '../../events/event-shape.js';
import { param, type Sql, sql } from '../../sql/sql.js';
import { AMOUNT, judgedEventsQuery } from '../../users/user-days-query.js';

const AMOUNT_BITS = AMOUNT.positive | AMOUNT.zero | AMOUNT.negative;
/** Names beyond the most frequent are counted by nobody here. */
const MOST_NAMES = 200;

/**
 * `events` (each that counts once) → `event_days`: a row for each user, day and name of an event, with `events`, `amounts` (rows with a
 * readable amount), `kinds`, the bits of all of them, and `has_other`, whether the user has something else that day.
 */
export function eventDaysQuery(
  events: Sql,
  { shape, asOfDay, sinceDay }: { readonly shape: EventShape; readonly asOfDay: number; readonly sinceDay: number | undefined },
): Sql {
  const since =
    sinceDay === undefined
      ? sql``
      : sql`
      and day >= ${sinceDay}`;
  return sql`
with judged_events as (${judgedEventsQuery(events, shape, [])}),
     named_days as (
    select user_id,
           day,
           event,
           count(*) as events,
           count(*) filter (where (kind & ${AMOUNT_BITS}) <> 0) as amounts,
           bit_or(kind) as kinds
    from judged_events
    where user_id is not null
      and event is not null
      and day <= ${asOfDay}${since}
    group by user_id, day, event
)
select *,
       count(*) over (partition by user_id, day) > 1 as has_other
from named_days`;
}

/**
 * `event_days`, `users` → the most frequent names: `events`, `users` (who have it), `amounts`, `days` and `lonely_days` (users' days
 * with it, and those on which they have nothing else); `kinds`, the bits of all; `followed`, users who had it `within` days ago or earlier, and `returned`, those of
 * them who were active on a day after their last one of that time; the first row, without a name, has the same of any active day.
 */
export function eventNamesQuery(asOfDay: number, within: number): Sql {
  const lastDay = sql`${param('as_of_day', asOfDay)} - ${within}`;
  return sql`
with user_names as (
    select event,
           user_id,
           sum(events)::bigint as events,
           sum(amounts)::bigint as amounts,
           count(*) as days,
           count(*) filter (where not has_other) as lonely_days,
           bit_or(kinds) as kinds,
           max(day) filter (where day <= ${lastDay}) as last_day
    from event_days
    group by event, user_id
),
     names as (
    select event as name,
           sum(user_names.events)::bigint as events,
           count(*) as users,
           sum(amounts)::bigint as amounts,
           sum(days)::bigint as days,
           sum(lonely_days)::bigint as lonely_days,
           bit_or(kinds) as kinds,
           count(last_day) as followed,
           count(*) filter (where last_active_day > last_day) as returned
    from user_names
    join users using (user_id)
    group by event
    order by events desc, name
    limit ${MOST_NAMES}
),
     last_days as (
    select user_id,
           max(day) as last_day
    from user_gaps
    where day <= ${lastDay}
    group by user_id
)
select null as name,
       0 as events,
       count(*) as users,
       0 as amounts,
       0 as days,
       0 as lonely_days,
       0 as kinds,
       count(*) as followed,
       count(*) filter (where last_active_day > last_day) as returned
from last_days
join users using (user_id)
union all
select *
from names
order by events desc, name nulls first`;
}
