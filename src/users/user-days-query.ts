import { ROLE } from '../events/role-bits.js';
import { join, type Sql, sql } from '../sql/sql.js';
import { type EventShape, propertyColumn } from '../events/event-shape.js';

/**
 * `events` → one row per user, day, order key and marked name: the only pass over the input.
 *
 * Columns: `user_id`, `day`, `order_id`, `order_at` (the key of an order row; both null on other rows),
 * `marked_event` (name of a churn or risk event), `events`, `activity_events`, `last_activity_at`,
 * `order_rows`, `paid_order_rows`, `value_amount` (refunds negative), `last_churn_at`, `last_risk_at`,
 * `purchase_rows` and `other_amount_rows` (which value rule holds), `refunds`, `bad_amounts`, `other_currency_amounts`,
 * `rounded_amounts`, and `property_<i>` as STRUCT(at, value). Rows without a user have a null `user_id`, rejected ones a
 * null `day`.
 */
export function userDaysQuery(events: Sql, shape: EventShape): Sql {
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
with valued_events as (${valuedEvents(events, shape)}),
     kinds as (${eventKinds(shape)})
select user_id,
       day,
       order_id,
       order_at,
       marked_event,
       count(*) as events,
       count(*) filter (where is_activity) as activity_events,
       max(occurred_at) filter (where is_activity) as last_activity_at,
       count(*) filter (where is_order) as order_rows,
       count(*) filter (where is_order and amount > 0) as paid_order_rows,
       sum(value_amount) as value_amount,
       max(occurred_at) filter (where is_churn) as last_churn_at,
       max(occurred_at) filter (where is_risk) as last_risk_at,
       count(*) filter (where is_purchase) as purchase_rows,
       count(*) filter (where not is_purchase and not is_refund_name and amount is not null) as other_amount_rows,
       count(*) filter (where amount_problem = 'bad_amount') as bad_amounts,
       count(*) filter (where amount_problem = 'other_currency') as other_currency_amounts,
       count(*) filter (where amount_problem = 'rounded') as rounded_amounts,
       count(*) filter (where is_refund) as refunds${currencies}${join(properties, sql``)}
from kinds
group by user_id, day, order_id, order_at, marked_event`;
}

/** Roles as booleans and the value question answered (PRODUCT §1: value event, refund). */
function valuedEvents(events: Sql, shape: EventShape): Sql {
  const isValue = {
    named: sql`(roles & ${ROLE.named | ROLE.refund}) <> 0`,
    purchases: sql`(roles & ${ROLE.purchase | ROLE.refund}) <> 0`,
    amounts: sql`((roles & ${ROLE.purchase | ROLE.refund}) <> 0 or amount is not null)`,
  }[shape.valueRule];
  return sql`
    select *,
           ${isValue} as is_value,
           (roles & ${ROLE.passive}) <> 0 as is_passive,
           (roles & ${ROLE.churn}) <> 0 as is_churn,
           (roles & ${ROLE.risk}) <> 0 as is_risk,
           (roles & ${ROLE.purchase}) <> 0 as is_purchase,
           (roles & ${ROLE.refund}) <> 0 as is_refund_name
    from (${events}) as events`;
}

/** Order rows, activity and the keys of the grouping. A refund-like name makes its amount negative. */
function eventKinds(shape: EventShape): Sql {
  const isOrder = sql`(is_value and not is_refund_name and (amount is null or amount >= 0))`;
  const isRefund = sql`(is_value and (is_refund_name or amount < 0))`;
  const orderId = shape.orderKey === 'order' && shape.hasOrderId ? sql`case when ${isOrder} and order_id <> '' then order_id end` : sql`null::varchar`;
  const orderAt =
    shape.orderKey === 'row'
      ? sql`null::timestamp`
      : shape.hasOrderId
        ? sql`case when ${isOrder} and coalesce(order_id, '') = '' then occurred_at end`
        : sql`case when ${isOrder} then occurred_at end`;
  return sql`
    select user_id,
           day,
           occurred_at,
           amount,
           amount_problem,
           is_churn,
           is_risk,
           is_purchase,
           is_refund_name,
           ${isOrder} as is_order,
           coalesce(${isRefund}, false) as is_refund,
           not is_churn and not is_passive and not coalesce(${isRefund}, false) as is_activity,
           case when not is_value then null when is_refund_name then -abs(amount) else amount end as value_amount,
           ${orderId} as order_id,
           ${orderAt} as order_at,
           ${shape.hasMarkedEvents ? sql`case when is_churn or is_risk then event end` : sql`null::varchar`} as marked_event${shape.hasCurrency ? sql`,
           nullif(upper(trim(currency)), '') as currency` : sql``}${join(
             Array.from({ length: shape.propertyCount }, (_, index) => sql`,
           ${propertyColumn(index)}`),
             sql``,
           )}
    from valued_events`;
}
