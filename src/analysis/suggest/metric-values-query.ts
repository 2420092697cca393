import type { RfmMetric } from '../../segmentation/rfm/rfm-model.js';
import { saltedDraw, unitsOf } from '../../sql/functions.js';
import { type Sql, sql } from '../../sql/sql.js';

/** Values of more digits are grouped by the first ones: at most 900 groups a power of ten. */
const DIGITS = 3;

/**
 * `members` → the scored users by their value of a metric, by rising value: `least` and `most` (decimal text) of a group of values with the same
 * first three digits, `middle`, its mean, `users`, and `half_users`, those of them in one half of all by a hash of the id. Money at or below zero is left out.
 */
export function metricValuesQuery(metric: RfmMetric, moneyScale: number): Sql {
  const value = { recency: sql`recency_days`, frequency: sql`frequency`, monetary: sql`monetary` }[metric];
  const units = metric === 'monetary' ? unitsOf(sql`monetary`, moneyScale) : sql`${value}::hugeint`;
  return sql`
with scored_members as (
    select ${value} as metric_value,
           ${units}::varchar as digits,
           ${saltedDraw(sql`'halves'`, sql`user_id`)} % 2 as half
    from members
    where rfm_score is not null
      and ${value} is not null${
        metric === 'monetary'
          ? sql`
      and monetary > 0`
          : sql``
      }
)
select min(metric_value)::varchar as least,
       max(metric_value)::varchar as most,
       (sum(metric_value)::double / count(*))::double as middle,
       count(*) as users,
       count(*) filter (where half = 0) as half_users
from scored_members
group by left(digits, ${DIGITS}), length(digits)
order by min(metric_value)`;
}
