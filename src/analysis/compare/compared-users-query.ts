import { type EventShape, propertyColumn, userPropertyColumn } from '../../events/event-shape.js';
import { countedDayQuery, dayOfCountQuery } from '../../sql/counted-day.js';
import { unitsOf } from '../../sql/functions.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { Pause } from '../../time/pauses.js';
import { dayToCount } from '../../users/user-days-query.js';
import { hasOpenSubscription, isInTrial, userOrdersQuery } from '../../users/users-query.js';
import type { Landmark } from './compare-result.js';
import { segmentThen } from './grouping.js';
import { type Metric, RETURN_WEEKS } from './metrics.js';

/** What holds users apart: the month they were first seen in, or a kept property. */
export type Layering = { readonly kind: 'month' } | { readonly kind: 'property'; readonly place: number } | { readonly kind: 'none' };

export interface CandidateSettings {
  readonly asOfDay: Sql;
  readonly pauses: readonly Pause[];
  readonly shape: EventShape;
  /** From where on the metrics look; undefined: at everything. */
  readonly landmark: Landmark | undefined;
  /** The segmentations a group may be of: columns of `members`. */
  readonly columns: readonly string[];
  /** Further columns of `members` a group may be of, as of the as-of day only. */
  readonly marks: readonly string[];
  /** Whether `members_then` is there, with the same columns as of the day before the landmark. */
  readonly hasMembersThen: boolean;
  /** Where the properties come from that groups and layers are made of, by place. */
  readonly properties: readonly { readonly of: 'events' | 'users'; readonly index: number }[];
  /** Length of a trial. */
  readonly trialDays: Sql;
  /** Whether `session_totals` is there. */
  readonly hasSessions: boolean;
}

export interface ComparedUsersSettings {
  /** The counted number of the as-of day: windows reach back from here. */
  readonly countedAsOfDay: Sql;
  readonly pauses: readonly Pause[];
  readonly moneyScale: number;
  /** The place of a row of `candidates` among the groups (0, 1, …), null for none. */
  readonly place: Sql;
  readonly layering: Layering;
  readonly metrics: readonly Metric[];
}

/** Column of a metric in `compared_users`. */
export const metricColumn = (name: string): Sql => ident(`m_${name}`);
/** Column of what the ratio's numerator is divided by. */
export const RATIO_BELOW = sql`m_ratio_orders`;

/** A property as it was known before the landmark, or as of the as-of date. */
export const knownProperty = (place: number): Sql => ident(`known_${place}`);

/**
 * `starts`, `users`, `members`, `user_days`, `user_gaps`, `session_totals` where sessions count, and `members_then` where groups are segments of an earlier day → `candidates`: one row for every user who was
 * there for the landmark, with their segments, what was known of them by `start_day` (`…_by_then`, `known_…`) and what was seen of
 * them from that day on (`…_seen`). `start_day` is the day of the landmark, or first seen: then all there is counts as known and as seen.
 */
export function candidatesQuery(settings: CandidateSettings): Sql {
  const { asOfDay, shape } = settings;
  return sql`
with known as (${known(settings)}),
     observed_days as (${observedDays(settings)}),
     activities as (${activities()}),
     returns as (${returns(settings)}),
     orders as (${userOrdersQuery(asOfDay, shape)}),
     order_counts as (${orderCounts(settings)})
${candidates(settings)}`;
}

/**
 * `candidates` → `compared_users`: one row for every user of a group, with `place`, `layer`, `tenure_days`, `observed_days` and a column
 * a metric (whole numbers; null where the metric is not about the user).
 */
export function comparedUsersQuery(settings: ComparedUsersSettings): Sql {
  const { countedAsOfDay, pauses, metrics, place, layering } = settings;
  return sql`
with placed_users as (
    select *,
           ${place} as place
    from candidates
)
select user_id,
       place::integer as place,
       ${layer(layering)} as layer,
       ${countedAsOfDay} - ${countedDayQuery(sql`first_day`, pauses)} as tenure_days,
       ${countedAsOfDay} - ${countedDayQuery(sql`start_day`, pauses)} + 1 as observed_days,
       orders_seen as ${RATIO_BELOW}${join(
         metrics.map(
           ({ name }) => sql`,
       ${VALUES[name]?.(settings) ?? sql`null::bigint`} as ${metricColumn(name)}`,
         ),
         sql``,
       )}
from placed_users
where place is not null`;
}

/** `users` → from which day on each user is looked at; users who were not there long enough are left out. */
export function startsQuery(asOfDay: Sql, landmark: Landmark | undefined, pauses: readonly Pause[]): Sql {
  if (landmark?.kind === 'date') {
    return sql`
select user_id,
       first_day,
       ${landmark.day}::integer as start_day
from users
where first_day < ${landmark.day}`;
  }
  const startDay =
    landmark === undefined ? sql`first_day` : dayOfCountQuery(sql`(${countedDayQuery(sql`first_day`, pauses)} + ${landmark.days})`, pauses);
  return sql`
select user_id,
       first_day,
       ${startDay} as start_day
from users
where ${startDay} <= ${asOfDay}`;
}

/** What was known of a user before the landmark; all there is without one. */
function known({ asOfDay, landmark, properties, shape, trialDays }: CandidateSettings): Sql {
  const isKnown = landmark === undefined ? sql`true` : sql`day < start_day`;
  const ofEvents = properties.flatMap(({ of, index }, place) =>
    of === 'events'
      ? [
          sql`,
           (max(${propertyColumn(index)}) filter (where ${isKnown})).value as ${knownProperty(place)}`,
        ]
      : [],
  );
  const instants = ['last_start_at', 'last_cancel_at', 'last_trial_at', 'last_trial_end_at'].map(
    (name) => sql`,
             max(${ident(name)}) filter (where ${isKnown}) as ${ident(name)}`,
  );
  const plan = shape.hasPlanEvents
    ? sql`${join(instants, sql``)},
             max(day) filter (where last_trial_at is not null and ${isKnown}) as last_trial_day`
    : sql``;
  const lastDay = landmark === undefined ? asOfDay : sql`start_day - 1`;
  return sql`
    select user_id,
           has_paid_by_then,
           last_churn_by_then,
           last_activity_by_then,
           ${shape.hasPlanEvents ? hasOpenSubscription() : sql`false`} as has_subscription_by_then,
           ${shape.hasPlanEvents ? isInTrial({ asOfDay: lastDay, trialDays }) : sql`false`} as is_in_trial_by_then${join(
             properties.flatMap(({ of }, place) =>
               of === 'events'
                 ? [
                     sql`,
           ${knownProperty(place)}`,
                   ]
                 : [],
             ),
             sql``,
           )}
    from (
      select user_days.user_id,
             max(start_day) as start_day,
             coalesce(sum(paid_order_rows) filter (where ${isKnown}), 0) > 0 as has_paid_by_then,
             max(last_churn_at) filter (where ${isKnown}) as last_churn_by_then,
             max(last_activity_at) filter (where ${isKnown}) as last_activity_by_then${plan}${join(ofEvents, sql``)}
      from user_days
      join starts using (user_id)
      where day <= ${asOfDay}
      group by user_days.user_id
    ) as known_rows`;
}

function observedDays({ asOfDay, pauses }: CandidateSettings): Sql {
  return sql`
    select user_id,
           day,
           ${dayToCount(pauses)} as number,
           events,
           activity_events,
           order_rows,
           value_amount
    from user_days
    join starts using (user_id)
    where day <= ${asOfDay}
      and day >= start_day`;
}

function activities(): Sql {
  return sql`
    select user_id,
           count(distinct number) filter (where activity_events > 0) as active_days_seen,
           max(day) filter (where activity_events > 0) as last_active_day_seen,
           sum(events)::bigint as events_seen,
           coalesce(sum(value_amount), 0) as revenue_seen,
           coalesce(sum(value_amount) filter (where order_rows > 0), 0) as order_value_seen,
           min(day) filter (where order_rows > 0) as first_order_day
    from observed_days
    group by user_id`;
}

/** In which weeks after the first active day a user was active again, by counted numbers of days. */
function returns({ pauses }: CandidateSettings): Sql {
  const weeks = RETURN_WEEKS.map(
    (week) => sql`,
           bool_or(day between first_active_day + ${7 * week} and first_active_day + ${7 * week + 6}) as ${ident(`is_back_${week}`)}`,
  );
  return sql`
    select user_id,
           min(first_active_day) as first_active_day${join(weeks, sql``)}
    from (
      select user_id,
             ${dayToCount(pauses)} as day,
             min(${dayToCount(pauses)}) over (partition by user_id) as first_active_day
      from user_gaps
    ) as active_days
    group by user_id`;
}

/** Orders by the day of their newest row: before the landmark, and from then on. */
function orderCounts({ landmark }: CandidateSettings): Sql {
  const isKnown = landmark === undefined ? sql`true` : sql`last_day < start_day`;
  return sql`
    select user_id,
           coalesce(sum(order_rows) filter (where ${isKnown}), 0)::bigint as orders_by_then,
           coalesce(sum(order_rows) filter (where last_day >= start_day), 0)::bigint as orders_seen
    from orders
    join starts using (user_id)
    group by user_id`;
}

function candidates({ columns, marks, properties, hasSessions, hasMembersThen }: CandidateSettings): Sql {
  const segments = [...columns, ...marks].map(
    (column) => sql`
       members.${ident(column)},`,
  );
  const segmentsThen = (hasMembersThen ? columns : []).map(
    (column) => sql`
       members_then.${ident(column)} as ${segmentThen(column)},`,
  );
  const joinThen = hasMembersThen
    ? sql`
left join members_then using (user_id)`
    : sql``;
  const ofUsers = properties.flatMap(({ of, index }, place) =>
    of === 'users'
      ? [
          sql`
       users.${userPropertyColumn(index)} as ${knownProperty(place)},`,
        ]
      : [],
  );
  const sessions = hasSessions
    ? sql`
       coalesce(session_totals.sessions, 0) as sessions_seen,
       coalesce(session_totals.seconds, 0) as seconds_seen,`
    : sql``;
  const joinSessions = hasSessions
    ? sql`
left join session_totals using (user_id)`
    : sql``;
  return sql`select user_id,${join([...segments, ...segmentsThen, ...ofUsers], sql``)}
       members.first_seen,
       members.usual_interval_days,
       starts.first_day,
       starts.start_day,
       known.* exclude (user_id),${sessions}
       coalesce(active_days_seen, 0) as active_days_seen,
       last_active_day_seen,
       coalesce(events_seen, 0) as events_seen,
       coalesce(revenue_seen, 0) as revenue_seen,
       coalesce(order_value_seen, 0) as order_value_seen,
       first_order_day,
       returns.* exclude (user_id),
       coalesce(orders_by_then, 0) as orders_by_then,
       coalesce(orders_seen, 0) as orders_seen,
       users.gaps
from starts
join members using (user_id)
join users using (user_id)
left join known using (user_id)
left join activities using (user_id)
left join returns using (user_id)
left join order_counts using (user_id)${joinSessions}${joinThen}`;
}

function layer(layering: Layering): Sql {
  if (layering.kind === 'month') return sql`strftime(first_seen, '%Y-%m')`;
  if (layering.kind === 'none') return sql`''`;
  return sql`coalesce(${knownProperty(layering.place)}, 'unknown')`;
}

const countIf = (condition: Sql): Sql => sql`coalesce(${condition}, false)::integer::bigint`;

/** Each metric of a row of `candidates`. */
const VALUES: Readonly<Record<string, (settings: ComparedUsersSettings) => Sql>> = {
  share_of_users: () => sql`1::bigint`,
  active_7d: (settings) => activeIn(7, settings),
  active_30d: (settings) => activeIn(30, settings),
  active_days: () => sql`active_days_seen::bigint`,
  events: () => sql`events_seen::bigint`,
  sessions: () => sql`sessions_seen::bigint`,
  minutes: () => sql`seconds_seen::bigint`,
  ...Object.fromEntries(
    RETURN_WEEKS.map((week) => [`returned_week_${week}`, (settings: ComparedUsersSettings) => returned(week, settings)]),
  ),
  at_risk: () => countIf(sql`status = 'at_risk'`),
  dormant: () => countIf(sql`status = 'dormant'`),
  churned: () => countIf(sql`status = 'churned'`),
  buyers: () => countIf(sql`orders_seen > 0`),
  orders_per_user: () => sql`orders_seen::bigint`,
  orders_per_buyer: () => sql`nullif(orders_seen, 0)::bigint`,
  average_order_value: ({ moneyScale }) => sql`case when orders_seen > 0 then ${unitsOf(sql`order_value_seen`, moneyScale)} end`,
  revenue_per_user: ({ moneyScale }) => unitsOf(sql`revenue_seen`, moneyScale),
  days_to_first_order: ({ pauses }) =>
    sql`(${countedDayQuery(sql`first_order_day`, pauses)} - ${countedDayQuery(sql`start_day`, pauses)})::bigint`,
  usual_interval: () => sql`case when gaps > 0 then (100 * usual_interval_days)::bigint end`,
};

/** In the last so many counted days. */
function activeIn(days: number, { countedAsOfDay, pauses }: ComparedUsersSettings): Sql {
  return countIf(sql`${countedDayQuery(sql`last_active_day_seen`, pauses)} > ${countedAsOfDay} - ${days}`);
}

/** Null for users who were never active, or not watched to the end of that week. */
function returned(week: number, { countedAsOfDay }: ComparedUsersSettings): Sql {
  return sql`case when first_active_day + ${7 * week + 6} <= ${countedAsOfDay} then ${countIf(ident(`is_back_${week}`))} end`;
}
