import { join, type Sql, sql } from '../../sql/sql.js';

/**
 * Two relations with `user_id` and `segment` → one row for everybody in either: `user_id`, `from_segment`, `to_segment`, `change` as in
 * `movesQuery`, and `further` columns, over `earlier` and `later`.
 */
export function pairsQuery(before: Sql, after: Sql, further: readonly Sql[] = []): Sql {
  const columns = further.map(
    (column) => sql`,
           ${column}`,
  );
  return sql`
    select coalesce(earlier.user_id, later.user_id) as user_id,
           earlier.segment as from_segment,
           later.segment as to_segment,
           case when earlier.user_id is null then 'entered'
                when later.user_id is null then 'left'
                when earlier.segment is distinct from later.segment then 'moved'
                else 'stayed'
           end as change${join(columns, sql``)}
    from ${before} as earlier
    full join ${after} as later using (user_id)`;
}

/** Rows of pairs → every pair of segments with its users, the largest first: `change`, `from`, `to`, `users`, and a `further` column. */
export function flowsQuery(pairs: Sql, further: Sql = sql``): Sql {
  return sql`
select change,
       from_segment as "from",
       to_segment as "to",
       count(*) as users${further}
from ${pairs}
group by change, from_segment, to_segment
order by users desc, change, from_segment nulls last, to_segment nulls last`;
}
