import { type EventShape, propertyColumn } from '../events/event-shape.js';
import { join, type Sql, sql } from '../sql/sql.js';
import type { Pause } from '../time/pauses.js';
import { type KnownUsers, userProperties } from './known-users-query.js';
import { dayToCount } from './user-days-query.js';

/** Days are integers since 1970-01-01 in the report zone; windows are half-open `[first day, as-of day]`. */
export interface UserWindows {
  readonly asOfDay: Sql;
  /** Its counted number: windows of statuses reach back from here. */
  readonly countedAsOfDay: Sql;
  readonly pauses: readonly Pause[];
  /** First day of the lookback, by the calendar. */
  readonly lookbackFirstDay: Sql;
  readonly recentDays: Sql;
  readonly baselineDays: Sql;
  readonly reactivatedDays: Sql;
  readonly riskDays: Sql;
  readonly trialDays: Sql;
}

/** Days a year of revenue and of order days covers. */
const YEAR_DAYS = 365;
/** `consistent` loyalty looks at this many seven-day weeks (PRODUCT §3, rule 8a). */
const LOYAL_WEEKS_SEEN = 12;

/**
 * `user_days` → the days with activity up to the as-of day: `user_id`, `day` and `gap`, the days since the user's
 * previous active day (null on the first, 0 on a further row of one day). With pauses also `counted_day`, which gaps are then between:
 * days that share a number are one active day; and `calendar_gap`.
 */
export function userGapsQuery(asOfDay: Sql, pauses: readonly Pause[]): Sql {
  const day = dayToCount(pauses);
  const paused = sql`
       counted_day,
       day - lag(day) over (partition by user_id order by day) as calendar_gap,`;
  return sql`
select user_id,
       day,${pauses.length === 0 ? sql`` : paused}
       ${day} - lag(${day}) over (partition by user_id order by day) as gap
from user_days
where user_id is not null
  and day <= ${asOfDay}
  and activity_events > 0`;
}

/**
 * `user_days`, `user_gaps` → one row a user: what the statuses, RFM and the other segmentations decide on.
 *
 * Days as in `user_days`; `gaps` is the number of gaps, `median_gap_twice` twice their median (whole), `comeback_gap`
 * the longest gap that ended within the reactivation window and `earlier_gap` the longest that ended before it, `active_weeks` how many
 * of the last 12 seven-day weeks saw activity. Money is DECIMAL(38, s). At one instant a start comes after an end: `has_open_subscription`
 * when the latest start is no earlier than the latest cancellation, `has_cancelled` when a cancellation of the risk window is later than
 * every start, `is_in_trial` when the latest trial is within its days, no earlier than every end and later than every start. With a
 * users file (`known_users`), its people are users too, `signup_day` is theirs, `is_listed` says who stands in it, and `first_day` is
 * the earlier of sign-up and first event (null for who has neither).
 */
export function usersQuery(windows: UserWindows, shape: EventShape, known?: KnownUsers | undefined): Sql {
  return sql`
with ${
    known === undefined
      ? sql`totals as (${totals(windows, shape)})`
      : sql`event_totals as (${totals(windows, shape)}),
     totals as (${withKnownUsers(known)})`
  },
     cadences as (${cadences(windows)}),
     order_days as (${orderDays(windows)}),
     orders as (${userOrdersQuery(windows.asOfDay, shape)}),
     order_totals as (${orderTotals(windows)})${
       shape.hasMarkedEvents
         ? sql`,
     churn_names as (${latestNames(windows, sql`last_churn_at`)}),
     risk_names as (${latestNames(windows, sql`last_risk_at`)})`
         : sql``
     }
select totals.*,
       cadences.* exclude (user_id, active_days, gaps, recent_days, baseline_days, active_weeks, lookback_active_days),
       coalesce(active_days, 0) as active_days,
       coalesce(gaps, 0) as gaps,
       coalesce(recent_days, 0) as recent_days,
       coalesce(baseline_days, 0) as baseline_days,
       coalesce(active_weeks, 0) as active_weeks,
       coalesce(lookback_active_days, 0) as lookback_active_days,
       coalesce(order_days, 0) as order_days,
       coalesce(orders, 0) as orders,
       coalesce(frequency, 0) as frequency,
       newest_order_day,
       ${shape.hasMarkedEvents ? sql`churn_names.event` : sql`null::varchar`} as churn_event,
       ${shape.hasMarkedEvents ? sql`risk_names.event` : sql`null::varchar`} as risk_event,
       ${shape.hasPlanEvents ? hasOpenSubscription() : sql`false`} as has_open_subscription,
       ${shape.hasPlanEvents ? hasCancelled() : sql`false`} as has_cancelled,
       ${shape.hasPlanEvents ? isInTrial(windows) : sql`false`} as is_in_trial
from totals
left join cadences using (user_id)
left join order_days using (user_id)
left join order_totals using (user_id)${
    shape.hasMarkedEvents
      ? sql`
left join churn_names using (user_id)
left join risk_names using (user_id)`
      : sql``
  }`;
}

/**
 * `user_days` and the gaps of those days → the columns of `usersQuery` that a status is decided on, and nothing that only money, RFM or the
 * reason of a status need: `churn_event` and `risk_event` are null.
 */
export function statusUsersQuery(windows: UserWindows, gaps: Sql, shape: EventShape, known?: KnownUsers | undefined): Sql {
  const statusTotals = sql`
    select user_id,${sightings(windows)}${shape.hasPlanEvents ? planInstants(windows) : sql``}
    from user_days
    where user_id is not null
      and day <= ${windows.asOfDay}
    group by user_id`;
  return sql`
with ${
    known === undefined
      ? sql`totals as (${statusTotals})`
      : sql`event_totals as (${statusTotals}),
     totals as (${withKnownUsers({ ...known, propertyCount: 0 })})`
  },
     cadences as (${cadences(windows, gaps)}),
     order_days as (${orderDays(windows)})
select totals.*,
       cadences.* exclude (user_id, active_days, gaps, recent_days, baseline_days, active_weeks, lookback_active_days),
       coalesce(active_days, 0) as active_days,
       coalesce(gaps, 0) as gaps,
       coalesce(recent_days, 0) as recent_days,
       coalesce(baseline_days, 0) as baseline_days,
       coalesce(active_weeks, 0) as active_weeks,
       coalesce(order_days, 0) as order_days,
       null::varchar as churn_event,
       null::varchar as risk_event,
       ${shape.hasPlanEvents ? hasOpenSubscription() : sql`false`} as has_open_subscription,
       ${shape.hasPlanEvents ? hasCancelled() : sql`false`} as has_cancelled
from totals
left join cadences using (user_id)
left join order_days using (user_id)`;
}

const notBefore = (instant: Sql, other: Sql): Sql => sql`(${other} is null or ${instant} >= ${other})`;
const after = (instant: Sql, other: Sql): Sql => sql`(${other} is null or ${instant} > ${other})`;

/** Whether the latest start, of the instants of a row, is no earlier than the latest cancellation. */
export function hasOpenSubscription(): Sql {
  return sql`(last_start_at is not null and ${notBefore(sql`last_start_at`, sql`last_cancel_at`)})`;
}

function hasCancelled(): Sql {
  return sql`(recent_cancel_at is not null and ${after(sql`recent_cancel_at`, sql`last_start_at`)})`;
}

/** Whether the latest trial of a row is within its days and neither over nor followed by a start. */
export function isInTrial({ asOfDay, trialDays }: Pick<UserWindows, 'asOfDay' | 'trialDays'>): Sql {
  const trial = sql`last_trial_at`;
  return sql`(
         last_trial_day is not null
         and last_trial_day > ${asOfDay} - ${trialDays}
         and ${notBefore(trial, sql`last_trial_end_at`)}
         and ${notBefore(trial, sql`last_cancel_at`)}
         and ${after(trial, sql`last_start_at`)}
       )`;
}

/** The latest instants that tell whether a subscription or a trial is open. */
function planInstants({ countedAsOfDay, pauses, riskDays }: UserWindows): Sql {
  return sql`,
           max(last_start_at) as last_start_at,
           max(last_cancel_at) as last_cancel_at,
           max(last_cancel_at) filter (where ${dayToCount(pauses)} > ${countedAsOfDay} - ${riskDays}) as recent_cancel_at,
           max(last_trial_at) as last_trial_at,
           max(last_trial_end_at) as last_trial_end_at,
           max(day) filter (where last_trial_at is not null) as last_trial_day`;
}

/** First and last seen, and the instants that rules of hours compare. */
function sightings(windows: UserWindows): Sql {
  return sql`
           min(day) as first_day,
           max(day) filter (where activity_events > 0) as last_active_day,
           max(last_activity_at) as last_activity_at,
           sum(events)::bigint as events,
           max(last_churn_at) as last_churn_at,
           max(last_risk_at) filter (where ${dayToCount(windows.pauses)} > ${windows.countedAsOfDay} - ${windows.riskDays}) as last_risk_at`;
}

/** Sightings, money and properties. */
function totals(windows: UserWindows, shape: EventShape): Sql {
  const { asOfDay } = windows;
  const properties = Array.from(
    { length: shape.propertyCount },
    (_, index) => sql`,
           max(${propertyColumn(index)}) as ${propertyColumn(index)}`,
  );
  return sql`
    select user_id,${sightings(windows)},
           sum(paid_order_rows) > 0 as has_paid_order,
           sum(value_amount) as net_value,
           sum(value_amount) filter (where day >= ${windows.lookbackFirstDay}) as monetary,
           sum(value_amount) filter (where day > ${asOfDay} - ${YEAR_DAYS}) as revenue${shape.hasPlanEvents ? planInstants(windows) : sql``}${join(properties, sql``)}
    from user_days
    where user_id is not null
      and day <= ${asOfDay}
    group by user_id`;
}

/** Everybody with an event, and everybody of the users file who had signed up by then. */
function withKnownUsers({ propertyCount }: KnownUsers): Sql {
  const properties = userProperties(propertyCount).map(
    (name) => sql`,
           known_users.${name}`,
  );
  return sql`
    select coalesce(event_totals.user_id, known_users.user_id) as user_id,
           event_totals.* exclude (user_id, first_day, events),
           least(coalesce(first_day, signup_day), coalesce(signup_day, first_day)) as first_day,
           signup_day,
           known_users.user_id is not null as is_listed,
           coalesce(events, 0) as events${join(properties, sql``)}
    from event_totals
    full join known_users on known_users.user_id = event_totals.user_id
    where event_totals.user_id is not null
       or not is_later`;
}

function cadences(windows: UserWindows, gapRows: Sql = sql`user_gaps`): Sql {
  const { countedAsOfDay: asOfDay, pauses } = windows;
  const day = dayToCount(pauses);
  const isNewDay = sql`(gap is null or gap > 0)`;
  const isNewDate = pauses.length === 0 ? isNewDay : sql`(calendar_gap is null or calendar_gap > 0)`;
  return sql`
    select user_id,
           count(*) filter (where ${isNewDay}) as active_days,
           count(*) filter (where gap > 0) as gaps,
           (2 * median(gap) filter (where gap > 0))::bigint as median_gap_twice,
           max(gap) as longest_gap,
           max(gap) filter (where ${day} > ${asOfDay} - ${windows.reactivatedDays}) as comeback_gap,
           max(gap) filter (where ${day} <= ${asOfDay} - ${windows.reactivatedDays}) as earlier_gap,
           count(*) filter (where ${isNewDay} and ${day} > ${asOfDay} - ${windows.recentDays}) as recent_days,
           count(*) filter (
             where ${isNewDay}
               and ${day} <= ${asOfDay} - ${windows.recentDays}
               and ${day} > ${asOfDay} - ${windows.recentDays} - ${windows.baselineDays}
           ) as baseline_days,
           bit_count(bit_or(
             case when ${day} > ${asOfDay} - ${7 * LOYAL_WEEKS_SEEN}
                  then 1 << ((${asOfDay} - ${day}) // 7)
                  else 0
             end
           )) as active_weeks,
           count(*) filter (where ${isNewDate} and day >= ${windows.lookbackFirstDay}) as lookback_active_days
    from ${gapRows}
    group by user_id`;
}

/** Days with an order in the last year. */
function orderDays({ asOfDay, countedAsOfDay, pauses }: UserWindows): Sql {
  const day = dayToCount(pauses);
  return sql`
    select user_id,
           count(distinct ${day}) as order_days
    from user_days
    where user_id is not null
      and day <= ${asOfDay}
      and ${day} > ${countedAsOfDay} - ${YEAR_DAYS}
      and order_rows > 0
    group by user_id`;
}

/** `user_days` → one row per user and order: distinct order keys, with `last_day`, the day of the order's newest row, and `order_rows`, orders in it. */
export function userOrdersQuery(asOfDay: Sql, shape: EventShape): Sql {
  if (shape.orderKey === 'row')
    return sql`
    select user_id,
           day as last_day,
           order_rows
    from user_days
    where user_id is not null
      and day <= ${asOfDay}
      and order_rows > 0`;
  return sql`
    select user_id,
           max(day) as last_day,
           1 as order_rows
    from user_days
    where user_id is not null
      and day <= ${asOfDay}
      and order_rows > 0
    group by user_id, order_id, order_at`;
}

function orderTotals(windows: UserWindows): Sql {
  return sql`
    select user_id,
           sum(order_rows)::bigint as orders,
           coalesce(sum(order_rows) filter (where last_day >= ${windows.lookbackFirstDay}), 0)::bigint as frequency,
           max(last_day) as newest_order_day
    from orders
    group by user_id`;
}

/** The name of a user's latest marked event; at one instant the least name, bytewise. */
function latestNames(windows: UserWindows, instant: Sql): Sql {
  return sql`
    select user_id,
           arg_min(marked_event, {'before': -epoch_us(${instant}), 'name': marked_event}) as event
    from user_days
    where user_id is not null
      and day <= ${windows.asOfDay}
      and ${instant} is not null
    group by user_id`;
}
