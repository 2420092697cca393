import { type EventShape, propertyColumn } from '../events/event-shape.js';
import { ROLE } from '../events/role-bits.js';
import { countedDayQuery } from '../sql/counted-day.js';
import { join, type Sql, sql } from '../sql/sql.js';
import type { Pause } from '../time/pauses.js';

/**
 * What an event is, as one number: its role bits, the sign of its amount, what is wrong with the amount, and whether its
 * order key is an instant. Rows of one kind are grouped together, so every count and sum follows from the kind after the grouping.
 */
export const AMOUNT = { unknown: 0, positive: 64, zero: 128, negative: 192 } as const;
const AMOUNT_BITS = 192;
export const PROBLEM = { bad_amount: 256, other_currency: 512, rounded: 1024 } as const;
export const KEYED_BY_INSTANT = 4096;
/** The row does not meet the conditions on events. */
export const FILTERED = 131_072;

/**
 * `events` → rows per user, day, kind of event, order key and marked name, and per value of further columns `by`: the only pass over the input. As narrow as
 * the input allows; `userDaysQuery` says what it means.
 */
export function dayKindsQuery(events: Sql, shape: EventShape, by: readonly Sql[] = []): Sql {
  return sql`
with kind_events as (${kindEvents(events, shape, [...carriedColumns(shape), ...by])}),
     keyed_events as (${keyedEvents(shape, by)})
${dayKinds(shape, by)}`;
}

/** The columns of `dayKindsQuery` in their order, the amount in so many decimals. */
export function dayKindColumns(shape: EventShape, moneyScale: number): Sql[] {
  return [
    sql`user_id`,
    sql`day`,
    sql`kind`,
    ...keysBeside(shape),
    sql`events`,
    sql`last_at`,
    sql`amount::${sql`decimal(38, ${moneyScale})`.withLiterals()} as amount`,
    ...(shape.hasCurrency ? [sql`least_currency`, sql`greatest_currency`] : []),
    ...Array.from({ length: shape.propertyCount }, (_, index) => propertyColumn(index)),
  ];
}

/**
 * `day_kinds` → `user_days`, the same rows by what they mean.
 *
 * Columns: `user_id`, `day` (with pauses also `counted_day`, see `dayToCount`), `order_id`, `order_at` (the key of an order row; both null on other rows),
 * `marked_event` (name of a churn or risk event, or of one that may mean churn), `events`, `activity_events`, `last_activity_at`,
 * `order_rows`, `paid_order_rows`, `value_amount` (refunds negative), `last_churn_at`, `last_risk_at`,
 * `last_start_at`, `last_cancel_at`, `last_trial_at`, `last_trial_end_at`,
 * `purchase_rows` and `other_amount_rows` (which value rule holds), `refunds`, `bad_amounts`, `other_currency_amounts`,
 * `rounded_amounts`, and `property_<i>` as STRUCT(at, value). Rows without a user have a null `user_id`, rejected ones a
 * null `day`.
 */
export function userDaysQuery(shape: EventShape, pauses: readonly Pause[], dayKinds: Sql = sql`day_kinds`): Sql {
  const carried = [
    ...(shape.hasCurrency ? [sql`least_currency`, sql`greatest_currency`] : []),
    ...Array.from({ length: shape.propertyCount }, (_, index) => propertyColumn(index)),
  ];
  const isOrder = isOrderKind(shape);
  const isRefund = isRefundKind(shape);
  const isInstant = hasRole(KEYED_BY_INSTANT);
  const key = orderKeyOf(shape);
  return sql`
select user_id,
       day,${
         pauses.length === 0
           ? sql``
           : sql`
       ${countedDayQuery(sql`day`, pauses)} as ${dayToCount(pauses)},`
       }
       ${key === 'id' ? sql`case when not ${isInstant} then order_key end` : sql`null::varchar`} as order_id,
       ${
         key === 'id'
           ? sql`case when ${isInstant} then make_timestamp(order_key::bigint) end`
           : key === 'instant'
             ? sql`order_key`
             : sql`null::timestamp`
       } as order_at,
       ${shape.hasMarkedEvents ? sql`marked_event` : sql`null::varchar`} as marked_event,
       events,
       ${countIf(isActivityKind(shape))} as activity_events,
       ${lastIf(isActivityKind(shape))} as last_activity_at,
       ${countIf(isOrder)} as order_rows,
       ${countIf(sql`${isOrder} and ${hasAmount(AMOUNT.positive)}`)} as paid_order_rows,
       case when not ${isValueKind(shape)} then null
            when ${hasRole(ROLE.refund)} and not ${hasAmount(AMOUNT.negative)} then -amount
            else amount
       end as value_amount,
       ${lastIf(hasRole(ROLE.churn))} as last_churn_at,
       ${lastIf(hasRole(ROLE.risk))} as last_risk_at,
       ${lastIf(hasRole(ROLE.start))} as last_start_at,
       ${lastIf(hasRole(ROLE.cancel))} as last_cancel_at,
       ${lastIf(hasRole(ROLE.trial))} as last_trial_at,
       ${lastIf(hasRole(ROLE.trialEnd))} as last_trial_end_at,
       ${countIf(hasRole(ROLE.purchase))} as purchase_rows,
       ${countIf(sql`not ${hasAmount(AMOUNT.unknown)} and not ${hasRole(ROLE.purchase | ROLE.refund)}`)} as other_amount_rows,
       ${countIf(isRefund)} as refunds,
       ${countIf(hasRole(PROBLEM.bad_amount))} as bad_amounts,
       ${countIf(hasRole(PROBLEM.other_currency))} as other_currency_amounts,
       ${countIf(hasRole(PROBLEM.rounded))} as rounded_amounts${lines(carried)}
from ${dayKinds}`;
}

/** The column of `user_days` that lengths are counted by: days, or with pauses days without the paused ones. */
export function dayToCount(pauses: readonly Pause[]): Sql {
  return pauses.length === 0 ? sql`day` : sql`counted_day`;
}

/** `events` → the activity events among them: `user_id`, `day`, `occurred_at` and the columns of `events` that are named. */
export function activityEventsQuery(events: Sql, shape: EventShape, columns: readonly Sql[]): Sql {
  return sql`
      select user_id,
             day,
             occurred_at${lines(columns)}
      from (${kindEvents(events, shape, columns)}) as kind_events
      where ${isActivityKind(shape)}${
        shape.hasFilter
          ? sql`
        and not ${hasRole(FILTERED)}`
          : sql``
      }`;
}

/** `events` → every event that counts: `user_id`, `day`, `occurred_at`, `event`, `amount`, `kind`, `is_activity` and the columns of `events` that are named. */
export function judgedEventsQuery(events: Sql, shape: EventShape, columns: readonly Sql[]): Sql {
  return sql`
      select user_id,
             day,
             occurred_at,
             event,
             amount,
             kind,
             ${isActivityKind(shape)} as is_activity${lines(columns)}
      from (${kindEvents(events, shape, columns)}) as kind_events${
        shape.hasFilter
          ? sql`
      where not ${hasRole(FILTERED)}`
          : sql``
      }`;
}

const hasRole = (bits: number): Sql => sql`(kind & ${bits}) <> 0`;
const hasAmount = (sign: number): Sql => sql`(kind & ${AMOUNT_BITS}) = ${sign}`;
const countIf = (condition: Sql): Sql => sql`case when ${condition} then events else 0 end`;
const lastIf = (condition: Sql): Sql => sql`case when ${condition} then last_at end`;
const lines = (columns: readonly Sql[]): Sql =>
  join(
    columns.map(
      (column) => sql`,
       ${column}`,
    ),
    sql``,
  );

/** Value event (PRODUCT §1); an event with an amount has one of the bits of its sign. */
function isValueKind({ valueRule }: EventShape): Sql {
  const named = { named: ROLE.named, purchases: ROLE.purchase, amounts: ROLE.purchase | AMOUNT_BITS }[valueRule];
  return hasRole(named | ROLE.refund);
}

/** A value event with a refund-like name or a negative amount. */
function isRefundKind(shape: EventShape): Sql {
  return sql`(${isValueKind(shape)} and (${hasRole(ROLE.refund)} or ${hasAmount(AMOUNT.negative)}))`;
}

/** Order row: a value event that is no refund, its amount at least 0 or unknown. */
function isOrderKind(shape: EventShape): Sql {
  return sql`(${isValueKind(shape)} and not ${hasRole(ROLE.refund)} and not ${hasAmount(AMOUNT.negative)})`;
}

/** Every event except churn, passive, and refunds. */
function isActivityKind(shape: EventShape): Sql {
  return sql`(not ${hasRole(ROLE.passive | ROLE.churn)} and not ${isRefundKind(shape)})`;
}

function kindEvents(events: Sql, shape: EventShape, carried: readonly Sql[]): Sql {
  return sql`
    select user_id,
           day,
           occurred_at,
           event,
           amount,
           order_id,
           roles
             + case when amount is null then ${AMOUNT.unknown}
                    when amount > 0 then ${AMOUNT.positive}
                    when amount = 0 then ${AMOUNT.zero}
                    else ${AMOUNT.negative}
               end
             + case when amount_problem is null then 0
                    when amount_problem = 'bad_amount' then ${PROBLEM.bad_amount}
                    when amount_problem = 'other_currency' then ${PROBLEM.other_currency}
                    else ${PROBLEM.rounded}
               end${
                 shape.hasFilter
                   ? sql`
             + case when is_filtered then ${FILTERED} else 0 end`
                   : sql``
               } as kind${lines(carried)}
    from (${events}) as events`;
}

function carriedColumns(shape: EventShape): Sql[] {
  return [
    ...(shape.hasCurrency ? [sql`currency`] : []),
    ...(shape.hasAliases ? [sql`alias`] : []),
    ...Array.from({ length: shape.propertyCount }, (_, index) => propertyColumn(index)),
  ];
}

/** How the orders of a day are told apart: by id and, without one, by instant; by instant alone; or not at all. */
function orderKeyOf({ orderKey, hasOrderId }: EventShape): 'id' | 'instant' | undefined {
  if (orderKey === 'row') return undefined;
  return hasOrderId ? 'id' : 'instant';
}

/** The keys of the grouping beside user, day and kind: what tells orders apart, and the names that reasons are made of. */
function keyedEvents(shape: EventShape, by: readonly Sql[]): Sql {
  const isOrder = isOrderKind(shape);
  const key = orderKeyOf(shape);
  const keys = [
    ...(key === 'id' ? [sql`case when ${isOrder} then coalesce(order_id, epoch_us(occurred_at)::varchar) end as order_key`] : []),
    ...(key === 'instant' ? [sql`case when ${isOrder} then occurred_at end as order_key`] : []),
    ...(shape.hasMarkedEvents ? [sql`case when ${hasRole(ROLE.churn | ROLE.risk | ROLE.hint)} then event end as marked_event`] : []),
  ];
  const kind = key === 'id' ? sql`kind + case when ${isOrder} and order_id is null then ${KEYED_BY_INSTANT} else 0 end as kind` : sql`kind`;
  return sql`
    select user_id,
           day,
           ${kind},
           occurred_at,
           amount${lines([...keys, ...carriedColumns(shape), ...by])}
    from kind_events`;
}

/** The keys of a row of `day_kinds` besides user, day and kind. */
function keysBeside(shape: EventShape): Sql[] {
  return [
    ...(orderKeyOf(shape) === undefined ? [] : [sql`order_key`]),
    ...(shape.hasMarkedEvents ? [sql`marked_event`] : []),
    ...(shape.hasAliases ? [sql`alias`] : []),
  ];
}

function dayKinds(shape: EventShape, by: readonly Sql[]): Sql {
  const keys = [...keysBeside(shape), ...by];
  const properties = Array.from(
    { length: shape.propertyCount },
    (_, index) =>
      sql`max({'at': occurred_at, 'value': ${propertyColumn(index)}}) filter (where ${propertyColumn(index)} <> '') as ${propertyColumn(index)}`,
  );
  const currency = sql`nullif(upper(trim(currency)), '')`;
  const currencies = shape.hasCurrency
    ? [
        sql`min(${currency}) filter (where amount is not null) as least_currency`,
        sql`max(${currency}) filter (where amount is not null) as greatest_currency`,
      ]
    : [];
  return sql`select user_id,
       day,
       kind,${join(
         keys.map(
           (name) => sql`
       ${name},`,
         ),
         sql``,
       )}
       count(*) as events,
       max(occurred_at) as last_at,
       sum(amount) as amount${lines([...currencies, ...properties])}
from keyed_events
group by ${join([sql`user_id`, sql`day`, sql`kind`, ...keys])}`;
}
