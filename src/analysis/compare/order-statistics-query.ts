import { list, type Sql, sql } from '../../sql/sql.js';

/**
 * One column `value` of whole numbers → the values at these places among them sorted, from 1: rows `rank`, `value` in the order of rank.
 */
export function orderStatisticsQuery(values: Sql, ranks: readonly number[]): Sql {
  return sql`
with value_counts as (
    select value,
           count(*) as users
    from (${values}) as value_rows
    group by value
),
     cumulative_counts as (
    select value,
           sum(users) over (order by value)::bigint as upto
    from value_counts
),
     ranks as (
    select distinct unnest(${list(ranks)}::bigint[]) as rank
)
select ranks.rank,
       min(cumulative_counts.value) as value
from ranks
asof join cumulative_counts on ranks.rank <= cumulative_counts.upto
group by ranks.rank
order by ranks.rank`;
}
