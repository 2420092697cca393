import { unitsOf } from '../../sql/functions.js';
import { type Sql, sql } from '../../sql/sql.js';

/** Days after the date up to which outcomes count, both as day numbers. */
export interface OutcomeWindow {
  readonly asOfDay: Sql;
  readonly lastDay: Sql;
  /** Decimals of money. */
  readonly moneyScale: number;
}

/**
 * `date_segments` (`user_id`, `segment`), `user_days` → the same rows with what followed in the window: `returned` (an activity event),
 * `has_left` (a churn event), both 0 or 1, and `revenue` (net, in the smallest unit of money).
 */
export function outcomesQuery({ asOfDay, lastDay, moneyScale }: OutcomeWindow): Sql {
  return sql`
with window_totals as (
    select user_id,
           max(case when activity_events > 0 then 1 else 0 end) as returned,
           max(case when last_churn_at is not null then 1 else 0 end) as has_left,
           sum(value_amount) as revenue
    from user_days
    where user_id is not null
      and day > ${asOfDay}
      and day <= ${lastDay}
    group by user_id)
select date_segments.user_id,
       segment,
       coalesce(returned, 0) as returned,
       coalesce(has_left, 0) as has_left,
       ${unitsOf(sql`coalesce(revenue, 0)`, moneyScale)} as revenue
from date_segments
left join window_totals on window_totals.user_id = date_segments.user_id`;
}

/** `date_outcomes` → users and sums of every segment at the date; `segment` null for users in none. */
export function dateSumsQuery(): Sql {
  return sql`
select segment,
       count(*) as users,
       sum(returned)::bigint as returned,
       sum(has_left)::bigint as has_left,
       sum(revenue)::varchar as revenue
from date_outcomes
group by segment
order by segment nulls last`;
}

/** `user_outcomes` of earlier dates, `date_outcomes` → `user_outcomes`: of every user in every segment how many dates, and the sums over them. */
export function userOutcomesQuery(isFirst: boolean): Sql {
  const added = sql`
    select user_id,
           segment,
           1::bigint as dates,
           returned::bigint as returned,
           has_left::bigint as has_left,
           revenue::hugeint as revenue
    from date_outcomes`;
  if (isFirst) return added;
  return sql`
select user_id,
       segment,
       sum(dates)::bigint as dates,
       sum(returned)::bigint as returned,
       sum(has_left)::bigint as has_left,
       sum(revenue)::hugeint as revenue
from (
    select * from user_outcomes
    union all${added}
) as outcomes
group by user_id, segment`;
}

/**
 * `user_outcomes` → of every segment the sums over its users that intervals are made of, whole numbers as text: `revenue` is divided by
 * `divisor` before it is squared.
 */
export function pooledSumsQuery(divisor: bigint): Sql {
  const money = sql`(revenue // ${divisor}::hugeint)`;
  return sql`
select segment,
       count(*)::varchar as users,
       sum(dates)::varchar as dates,
       sum(dates * dates)::varchar as dates_squared,
       sum(returned)::varchar as returned,
       sum(returned * returned)::varchar as returned_squared,
       sum(dates * returned)::varchar as dates_returned,
       sum(has_left)::varchar as has_left,
       sum(has_left * has_left)::varchar as has_left_squared,
       sum(dates * has_left)::varchar as dates_has_left,
       sum(revenue)::varchar as revenue,
       sum(${money})::varchar as money,
       sum(${money} * ${money})::varchar as money_squared,
       sum(dates * ${money})::varchar as dates_money
from user_outcomes
group by segment
order by segment nulls last`;
}
