import { listedIdsQuery, type MemberCondition } from '../../membership/list-query.js';
import { unitsOf } from '../../sql/functions.js';
import { quantilesQuery } from '../../sql/quantile-query.js';
import { ident, join, param, type Sql, sql } from '../../sql/sql.js';
import { metricColumn, RATIO_BELOW } from '../compare/compared-users-query.js';
import type { Metric } from '../compare/metrics.js';
import type { TypicalValue } from './profile-result.js';

/** A number that a typical member is described with. */
export interface TypicalMetric extends Pick<TypicalValue, 'name' | 'title' | 'unit' | 'lacking'> {
  /** Its column holds whole units of 1 ÷ 10^decimals; money has decimals of its own. */
  readonly decimals: number;
  readonly needs: 'orders' | 'money' | null;
}

/** In reading order. */
export const TYPICAL: readonly TypicalMetric[] = [
  { name: 'idle_days', title: 'days idle', unit: 'days', lacking: 'never active', decimals: 0, needs: null },
  { name: 'tenure_days', title: 'days since first seen', unit: 'days', lacking: 'never seen', decimals: 0, needs: null },
  { name: 'active_days', title: 'active days', unit: 'number', lacking: '', decimals: 0, needs: null },
  { name: 'usual_interval', title: 'usual interval, days', unit: 'days', lacking: 'never back', decimals: 2, needs: null },
  { name: 'frequency', title: 'orders in lookback', unit: 'number', lacking: 'without orders', decimals: 0, needs: 'orders' },
  { name: 'monetary', title: 'money in lookback', unit: 'money', lacking: 'without orders', decimals: 0, needs: 'money' },
  { name: 'order_value', title: 'own order value', unit: 'money', lacking: 'never ordered', decimals: 0, needs: 'money' },
];

const YEAR_DAYS = 365;

/** What members are worth beside the rest, by the methods of `segment compare`. */
export const WORTH: readonly Metric[] = [
  {
    name: 'buyers',
    title: 'buyers',
    kind: 'share',
    unit: 'share',
    meaning: 'with an order',
    madeOf: ['orders'],
    divisor: 1,
    needs: 'orders',
    knownBy: 'always',
  },
  {
    name: 'orders_per_buyer',
    title: 'orders per buyer',
    kind: 'mean',
    unit: 'number',
    meaning: 'orders of all time of a user with one',
    madeOf: ['orders'],
    divisor: 1,
    needs: 'orders',
    knownBy: 'always',
  },
  {
    name: 'average_order_value',
    title: 'order value',
    kind: 'ratio',
    unit: 'money',
    meaning: 'amounts of orders of all time, refunds left out, divided by orders',
    madeOf: ['money'],
    divisor: 1,
    needs: 'money',
    knownBy: 'always',
  },
  {
    name: 'revenue_per_user',
    title: 'revenue per user',
    kind: 'mean',
    unit: 'money',
    meaning: `amounts of the last ${YEAR_DAYS} days a user, refunds taken off, none included`,
    madeOf: ['orders', 'money'],
    divisor: 1,
    needs: 'money',
    knownBy: 'always',
  },
];

export interface ProfiledUsersSettings {
  readonly asOfDay: number;
  readonly moneyScale: number;
  readonly conditions: readonly MemberCondition[];
  /** What is compared by its values: segmentations, and what was carried along. */
  readonly columns: readonly Sql[];
}

/** What is compared by its values, as text in `profiled_users`: names may differ by case alone, so places tell columns apart. */
export const textColumn = (place: number): Sql => ident(`c_${place}`);

/** A number of `profiled_users` that a typical member is described with. */
const typicalColumn = (name: string): Sql => ident(`t_${name}`);

/**
 * `members`, `users`, `user_days` → `profiled_users`: every user with `is_member`, the columns to compare as text (`c_…`), the numbers of a
 * typical member (`t_…`, whole units, null for who has none) and `year_revenue`, `orders` and `order_value`.
 */
export function profiledUsersQuery({ asOfDay, moneyScale, conditions, columns }: ProfiledUsersSettings): Sql {
  const texts = columns.map((value, place) => sql`nullif(${value}::varchar, '') as ${textColumn(place)}`);
  const money = (amount: Sql): Sql => unitsOf(amount, moneyScale);
  return sql`
with listed_users_of_segment as (${listedIdsQuery(conditions)}),
     order_values as (
    select user_id,
           sum(value_amount) filter (where order_rows > 0) as order_value
    from user_days
    where user_id is not null
      and day <= ${param('as_of_day', asOfDay)}
    group by user_id
)
select members.user_id,
       listed_users_of_segment.user_id is not null as is_member,
       ${join(
         texts,
         sql`,
       `,
       )},
       members.idle_days as t_idle_days,
       members.tenure_days as t_tenure_days,
       members.active_days as t_active_days,
       case when users.gaps > 0 then (100 * members.usual_interval_days)::bigint end as t_usual_interval,
       nullif(members.frequency, 0) as t_frequency,
       case when members.frequency > 0 then ${money(sql`members.monetary`)} end as t_monetary,
       case when members.orders > 0 then ${money(sql`order_values.order_value`)} // members.orders end as t_order_value,
       members.year_revenue,
       members.orders,
       coalesce(order_values.order_value, 0) as order_value
from members
join users using (user_id)
left join order_values using (user_id)
left join listed_users_of_segment using (user_id)`;
}

/** `profiled_users` → `compared_users`, as `segment compare` wants it: members have place 0, the rest place 1. */
export function worthQuery(metrics: readonly Metric[], moneyScale: number): Sql {
  const values: Readonly<Record<string, Sql>> = {
    buyers: sql`(orders > 0)::integer::bigint`,
    orders_per_buyer: sql`nullif(orders, 0)::bigint`,
    average_order_value: sql`case when orders > 0 then ${unitsOf(sql`order_value`, moneyScale)} end`,
    revenue_per_user: unitsOf(sql`year_revenue`, moneyScale),
  };
  return sql`
select user_id,
       case when is_member then 0 else 1 end as place,
       '' as layer,
       orders as ${RATIO_BELOW}${join(
         metrics.map(
           ({ name }) => sql`,
       ${values[name] ?? sql`null::bigint`} as ${metricColumn(name)}`,
         ),
         sql``,
       )}
from profiled_users`;
}

const QUARTERS = [
  { numerator: 1, denominator: 4, column: sql`low` },
  { numerator: 1, denominator: 2, column: sql`median` },
  { numerator: 3, denominator: 4, column: sql`high` },
];

/** `profiled_users` → a row a number and side (`metric`, `is_member`): quartiles in hundredths of its units, `users` who have it, `without`. */
export function typicalQuery(metrics: readonly TypicalMetric[]): Sql {
  const sides = metrics.flatMap(({ name }) => [true, false].map((isMember) => typicalSide(name, isMember)));
  return join(
    sides,
    sql`
union all`,
  );
}

function typicalSide(name: string, isMember: boolean): Sql {
  const column = typicalColumn(name);
  const values = sql`select ${column} as value from profiled_users where is_member = ${isMember} and ${column} is not null`;
  return sql`
select ${name} as metric,
       ${isMember} as is_member,
       quartiles.*,
       counts.*
from (${quantilesQuery(values, QUARTERS)}) as quartiles
cross join (
  select count(${column}) as users,
         count(*) - count(${column}) as without
  from profiled_users
  where is_member = ${isMember}
) as counts`;
}
