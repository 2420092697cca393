import type { EventShape } from '../../events/event-shape.js';
import { type StatusSettings, statusQuery } from '../../segmentation/status/status-query.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { RuleName } from './explain-result.js';

/** A user's row of the status relation, and of `members` for RFM. Lengths as they are compared, see `statusQuery`. */
export interface DecidedRow extends Readonly<Record<RuleName, boolean | null>> {
  readonly userId: string;
  readonly status: string;
  readonly reason: string;
  readonly group: string;
  readonly firstDay: number | null;
  readonly signupDay: number | null;
  readonly lastActiveDay: number | null;
  readonly idleDays: number | null;
  readonly tenureDays: number | null;
  readonly activeDays: number;
  readonly events: number;
  readonly gaps: number;
  readonly medianGapTwice: number | null;
  readonly longestGap: number | null;
  readonly usualInterval: number | null;
  readonly dormantAfter: number | null;
  readonly churnedAfter: number | null;
  readonly churnEvent: string | null;
  readonly riskEvent: string | null;
  readonly hasOpenSubscription: boolean;
  readonly comebackGap: number | null;
  readonly earlierGap: number | null;
  readonly recentDays: number;
  readonly baselineDays: number;
  readonly activeWeeks: number;
  readonly orderDays: number;
  readonly orderDaysQuantile: number | null;
  readonly rfmSegment: string;
  readonly recencyDays: number | null;
  readonly frequency: number;
  readonly monetary: string | null;
  readonly recencyScore: number | null;
  readonly frequencyScore: number | null;
  readonly monetaryScore: number | null;
  readonly orders: number;
}

/** `users`, the population's scale and `members` → what decided on the users with these ids, sorted by `user_id`. */
export function decidedQuery(status: StatusSettings, userIds: readonly string[]): Sql {
  return sql`
select statuses.user_id as "userId",
       statuses.status,
       statuses.status_reason as reason,
       statuses.status_group as "group",
       statuses.first_day as "firstDay",
       ${status.hasSignups === true ? sql`statuses.signup_day` : sql`null::integer`} as "signupDay",
       statuses.last_active_day as "lastActiveDay",
       statuses.idle_days as "idleDays",
       statuses.tenure_days as "tenureDays",
       statuses.active_days as "activeDays",
       statuses.events,
       statuses.gaps,
       statuses.median_gap_twice as "medianGapTwice",
       nullif(statuses.longest_gap, 0) as "longestGap",
       statuses.usual_interval as "usualInterval",
       statuses.dormant_after as "dormantAfter",
       statuses.churned_after as "churnedAfter",
       case when statuses.last_churn_at is not null then statuses.churn_event end as "churnEvent",
       case when statuses.last_risk_at is not null then statuses.risk_event end as "riskEvent",
       statuses.has_open_subscription as "hasOpenSubscription",
       nullif(statuses.comeback_gap, 0) as "comebackGap",
       nullif(statuses.earlier_gap, 0) as "earlierGap",
       statuses.recent_days as "recentDays",
       statuses.baseline_days as "baselineDays",
       statuses.active_weeks as "activeWeeks",
       statuses.order_days as "orderDays",
       statuses.order_days_q60 as "orderDaysQuantile",
       statuses.has_left as "hasLeft",
       statuses.is_never_active as "isNeverActive",
       statuses.is_inactive as "isInactive",
       statuses.is_paying_but_idle as "isPayingButIdle",
       statuses.is_new as "isNew",
       statuses.is_dormant as "isDormant",
       statuses.has_returned as "hasReturned",
       statuses.has_risk_event as "hasRiskEvent",
       statuses.is_declining as "isDeclining",
       statuses.is_overdue as "isOverdue",
       statuses.is_cancelling as "isCancelling",
       statuses.is_consistent as "isConsistent",
       statuses.is_repeat_buyer as "isRepeatBuyer",
       statuses.is_occasional as "isOccasional",
       members.rfm_segment as "rfmSegment",
       members.recency_days as "recencyDays",
       members.frequency,
       members.monetary::varchar as monetary,
       members.recency_score as "recencyScore",
       members.frequency_score as "frequencyScore",
       members.monetary_score as "monetaryScore",
       members.orders
from (${statusQuery(status)}) as statuses
join members using (user_id)
where user_id in (${join(userIds.map((userId) => sql`${userId}`))})
order by user_id`;
}

export interface DayRow {
  readonly day: number;
  readonly isActive: boolean;
  readonly hasOrder: boolean;
  readonly hasRefund: boolean;
  readonly hasChurn: boolean;
  readonly hasPassive: boolean;
}

/** `user_days` → a user's days with events up to the as-of day, in order, and what kinds of events each has. */
export function lifelineQuery(asOfDay: Sql, userId: string): Sql {
  return sql`
select day,
       sum(activity_events) > 0 as "isActive",
       sum(order_rows) > 0 as "hasOrder",
       sum(refunds) > 0 as "hasRefund",
       count(last_churn_at) > 0 as "hasChurn",
       coalesce(sum(events - activity_events - refunds) filter (where last_churn_at is null), 0) > 0 as "hasPassive"
from user_days
where user_id = ${userId}
  and day <= ${asOfDay}
group by day
order by day`;
}

/** `user_days` → one row: the days of a user's latest churn event, of their latest risk event and of their latest cancellation. */
export function markedDaysQuery(asOfDay: Sql, userId: string): Sql {
  return sql`
select max_by(day, last_churn_at) as "churnDay",
       max_by(day, last_risk_at) as "riskDay",
       max_by(day, last_cancel_at) as "cancelDay"
from user_days
where user_id = ${userId}
  and day <= ${asOfDay}`;
}

/** `members` → the segments of a user by these columns. */
export function furtherSegmentsQuery(columns: readonly string[], userId: string): Sql {
  return sql`
select ${join(columns.map((column) => ident(column)))}
from members
where user_id = ${userId}`;
}

export interface MarkedDays {
  readonly churnDay: number | null;
  readonly riskDay: number | null;
  readonly cancelDay: number | null;
}

export interface OrderRow {
  readonly day: number;
  readonly orderId: string | null;
  readonly amount: string | null;
  /** False for orders of one day that `user_days` holds as one row: their single amounts are not known. */
  readonly isSingle: boolean;
}

/** `user_days` → a user's newest orders, each on the day of its newest row. */
export function newestOrdersQuery(asOfDay: Sql, userId: string, { orderKey }: Pick<EventShape, 'orderKey'>, count: number): Sql {
  const key = orderKey === 'row' ? sql`day, marked_event` : sql`order_id, order_at`;
  const single = orderKey === 'row' ? sql`sum(order_rows) = 1` : sql`true`;
  return sql`
select max(day) as day,
       max(order_id) as "orderId",
       sum(value_amount)::varchar as amount,
       ${single} as "isSingle"
from user_days
where user_id = ${userId}
  and day <= ${asOfDay}
  and order_rows > 0
group by ${key}
order by max(day) desc,
         max(order_at) desc nulls last,
         max(order_id) nulls last,
         sum(value_amount) desc nulls last
limit ${count}`;
}

/** `users` → one row: why an id may be missing. Ids are alike when only case, blanks, leading zeros or a final `.0` differ. */
export function missingUserQuery(asOfDay: Sql, userId: string, shown: number): Sql {
  const ownRows = sql`from user_days where user_id = ${userId}`;
  const ids = (which: Sql): Sql => sql`
         select list(user_id order by user_id)
         from (select user_id from users${which} order by user_id limit ${shown}) as shown_ids`;
  return sql`
select (select coalesce(sum(events), 0)::bigint ${ownRows} and day > ${asOfDay}) as "afterAsOf",
       (select min(day) ${ownRows} and day > ${asOfDay}) as "nextDay",
       (select coalesce(sum(events), 0)::bigint ${ownRows} and day is null) as rejected,
       (select count(*) from users) as users,
       (${ids(sql` where ${looseId(sql`user_id`)} = ${looseId(sql`${userId}::varchar`)}`)}) as alike,
       (${ids(sql``)}) as examples`;
}

export interface MissingUser {
  readonly afterAsOf: number;
  readonly nextDay: number | null;
  readonly rejected: number;
  readonly users: number;
  readonly alike: readonly string[] | null;
  readonly examples: readonly string[] | null;
}

function looseId(id: Sql): Sql {
  return sql`regexp_replace(regexp_replace(lower(${id}), '\\s+', '', 'g'), '^0+|\\.0+$', '', 'g')`;
}
