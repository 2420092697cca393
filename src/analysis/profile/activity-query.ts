import { type Sql, sql } from '../../sql/sql.js';

/** The whole of a user's activity, in whole units. */
export const WHOLE = 1_000_000_000;

/** What activity is split by. */
export type ActivityPart = 'event' | 'weekday' | 'hour';

/**
 * `profile_events`, `profiled_users` → `user_activity`: which part of a user's own activity of the lookback is each event, weekday and hour,
 * in billionths, so that everybody counts equally however much they did. Where most rows stand at midnight (`isUntimed`), those say no hour.
 */
export function userActivityQuery(isUntimed: boolean): Sql {
  const isTimed = isUntimed
    ? sql`
    where not is_midnight`
    : sql``;
  return sql`
with activities as (
    select user_id,
           is_member,
           event,
           weekday,
           hour,
           is_midnight,
           events
    from profile_events
    join profiled_users using (user_id)
    where is_activity
),
     parts as (
    select user_id,
           is_member,
           'event' as part,
           event as name,
           sum(events) as events
    from activities
    group by user_id, is_member, event
    union all
    select user_id,
           is_member,
           'weekday' as part,
           weekday::varchar as name,
           sum(events) as events
    from activities
    group by user_id, is_member, weekday
    union all
    select user_id,
           is_member,
           'hour' as part,
           hour::varchar as name,
           sum(events) as events
    from activities${isTimed}
    group by user_id, is_member, hour
)
select user_id,
       is_member,
       part,
       name,
       (${WHOLE} * events // sum(events) over (partition by user_id, part))::bigint as weight
from parts`;
}

/** `user_activity` → `activity_sums`: of each part the sums of `weight` over members and the rest, and of its squares over members. */
export function activitySumsQuery(): Sql {
  return sql`
select part,
       name,
       coalesce(sum(weight) filter (where is_member), 0) as members,
       coalesce(sum(weight) filter (where not is_member), 0) as rest,
       coalesce(sum(weight::hugeint * weight) filter (where is_member), 0) as squares
from user_activity
group by part, name
order by part, name`;
}

/** `user_activity` → how many members and how many of the rest have any activity of each kind. */
export function activeUsersQuery(): Sql {
  return sql`
select part,
       count(distinct user_id) filter (where is_member) as members,
       count(distinct user_id) filter (where not is_member) as rest
from user_activity
group by part
order by part`;
}

/** `user_activity` → over members, the sums of the products of each part of a kind with its top one. */
export function productsQuery(part: ActivityPart, top: string): Sql {
  return sql`
with tops as (
    select user_id,
           weight
    from user_activity
    where is_member
      and part = ${part}
      and name = ${top}
)
select name,
       sum(user_activity.weight::hugeint * tops.weight)::varchar as products
from user_activity
join tops using (user_id)
where part = ${part}
group by name
order by name`;
}
