import { type EventShape, propertyColumn } from '../events/event-shape.js';
import { ROLE } from '../events/role-bits.js';
import { join, type Sql, sql } from '../sql/sql.js';

/** What an event is, one bit each. Rows that differ in it are grouped apart, so that counts need no conditions. */
const KIND = {
  activity: 1,
  order: 2,
  paid: 4,
  churn: 8,
  risk: 16,
  purchase: 32,
  otherAmount: 64,
  refund: 128,
  badAmount: 256,
  otherCurrency: 512,
  rounded: 1024,
} as const;

/**
 * `events` → rows per user, day, kind of event, order key and marked name: the only pass over the input.
 *
 * Columns: `user_id`, `day`, `order_id`, `order_at` (the key of an order row; both null on other rows),
 * `marked_event` (name of a churn or risk event), `events`, `activity_events`, `last_activity_at`,
 * `order_rows`, `paid_order_rows`, `value_amount` (refunds negative), `last_churn_at`, `last_risk_at`,
 * `purchase_rows` and `other_amount_rows` (which value rule holds), `refunds`, `bad_amounts`, `other_currency_amounts`,
 * `rounded_amounts`, and `property_<i>` as STRUCT(at, value). Rows without a user have a null `user_id`, rejected ones a
 * null `day`.
 */
export function userDaysQuery(events: Sql, shape: EventShape): Sql {
  const properties = Array.from({ length: shape.propertyCount }, (_, index) => propertyColumn(index));
  const carried = shape.hasCurrency ? [sql`least_currency`, sql`greatest_currency`, ...properties] : properties;
  return sql`
with valued_events as (${valuedEvents(events, shape)}),
     keyed_events as (${keyedEvents(shape)}),
     day_kinds as (${dayKinds(shape)})
select user_id,
       day,
       order_id,
       order_at,
       marked_event,
       events,
       ${countOf(KIND.activity)} as activity_events,
       ${lastOf(KIND.activity)} as last_activity_at,
       ${countOf(KIND.order)} as order_rows,
       ${countOf(KIND.paid)} as paid_order_rows,
       value_amount,
       ${lastOf(KIND.churn)} as last_churn_at,
       ${lastOf(KIND.risk)} as last_risk_at,
       ${countOf(KIND.purchase)} as purchase_rows,
       ${countOf(KIND.otherAmount)} as other_amount_rows,
       ${countOf(KIND.refund)} as refunds,
       ${countOf(KIND.badAmount)} as bad_amounts,
       ${countOf(KIND.otherCurrency)} as other_currency_amounts,
       ${countOf(KIND.rounded)} as rounded_amounts${join(
         carried.map(
           (column) => sql`,
       ${column}`,
         ),
         sql``,
       )}
from day_kinds`;
}

const countOf = (kind: number): Sql => sql`case when (kind & ${kind}) <> 0 then events else 0 end`;
const lastOf = (kind: number): Sql => sql`case when (kind & ${kind}) <> 0 then last_at end`;

function dayKinds(shape: EventShape): Sql {
  const properties = Array.from(
    { length: shape.propertyCount },
    (_, index) => sql`,
           max({'at': occurred_at, 'value': ${propertyColumn(index)}}) filter (where ${propertyColumn(index)} <> '') as ${propertyColumn(index)}`,
  );
  const currencies = shape.hasCurrency
    ? sql`,
           min(currency) filter (where amount is not null) as least_currency,
           max(currency) filter (where amount is not null) as greatest_currency`
    : sql``;
  return sql`
    select user_id,
           day,
           kind,
           order_id,
           order_at,
           marked_event,
           count(*) as events,
           max(occurred_at) as last_at,
           sum(value_amount) as value_amount${currencies}${join(properties, sql``)}
    from keyed_events
    group by user_id, day, kind, order_id, order_at, marked_event`;
}

/** The value question answered (PRODUCT §1: value event, refund, order row). A refund-like name makes its amount negative. */
function valuedEvents(events: Sql, shape: EventShape): Sql {
  const isValue = {
    named: sql`(roles & ${ROLE.named | ROLE.refund}) <> 0`,
    purchases: sql`(roles & ${ROLE.purchase | ROLE.refund}) <> 0`,
    amounts: sql`((roles & ${ROLE.purchase | ROLE.refund}) <> 0 or amount is not null)`,
  }[shape.valueRule];
  const isRefundName = sql`(roles & ${ROLE.refund}) <> 0`;
  return sql`
    select *,
           ${isValue} and not ${isRefundName} and (amount is null or amount >= 0) as is_order,
           coalesce(${isValue} and (${isRefundName} or amount < 0), false) as is_refund,
           case when not ${isValue} then null when ${isRefundName} then -abs(amount) else amount end as value_amount
    from (${events}) as events`;
}

/** Kinds, and the keys of the grouping. */
function keyedEvents(shape: EventShape): Sql {
  const hasRole = (role: number): Sql => sql`(roles & ${role}) <> 0`;
  const bit = (kind: number, condition: Sql): Sql => sql`case when ${condition} then ${kind} else 0 end`;
  const kinds = join(
    [
      bit(KIND.activity, sql`(roles & ${ROLE.passive | ROLE.churn}) = 0 and not is_refund`),
      bit(KIND.order, sql`is_order`),
      bit(KIND.paid, sql`is_order and amount > 0`),
      bit(KIND.churn, hasRole(ROLE.churn)),
      bit(KIND.risk, hasRole(ROLE.risk)),
      bit(KIND.purchase, hasRole(ROLE.purchase)),
      bit(KIND.otherAmount, sql`amount is not null and (roles & ${ROLE.purchase | ROLE.refund}) = 0`),
      bit(KIND.refund, sql`is_refund`),
      sql`case amount_problem when 'bad_amount' then ${KIND.badAmount} when 'other_currency' then ${KIND.otherCurrency} when 'rounded' then ${KIND.rounded} else 0 end`,
    ],
    sql`
             + `,
  );
  const hasOrderKey = shape.orderKey === 'order';
  const orderId = hasOrderKey && shape.hasOrderId ? sql`case when is_order then order_id end` : sql`null::varchar`;
  const orderAt = !hasOrderKey
    ? sql`null::timestamp`
    : shape.hasOrderId
      ? sql`case when is_order and order_id is null then occurred_at end`
      : sql`case when is_order then occurred_at end`;
  const properties = Array.from(
    { length: shape.propertyCount },
    (_, index) => sql`,
           ${propertyColumn(index)}`,
  );
  const currency = shape.hasCurrency
    ? sql`,
           amount,
           nullif(upper(trim(currency)), '') as currency`
    : sql``;
  return sql`
    select user_id,
           day,
           occurred_at,
           value_amount,
           (${kinds})::smallint as kind,
           ${orderId} as order_id,
           ${orderAt} as order_at,
           ${shape.hasMarkedEvents ? sql`case when (roles & ${ROLE.churn | ROLE.risk}) <> 0 then event end` : sql`null::varchar`} as marked_event${currency}${join(properties, sql``)}
    from valued_events`;
}
