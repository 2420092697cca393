import { type Sql, sql } from '../../sql/sql.js';

/**
 * `segments_before`, `segments_after` → every pair of segments with its users, the largest first: `change`, `from`, `to` as in `movesQuery`, `users`, and
 * `by_threshold`, those of them who stay where they were by `segments_on_old_scale` (0 without that table).
 */
export function periodFlowsQuery(hasOldScale: boolean): Sql {
  const byThreshold = sql`count(*) filter (where change = 'moved' and old_scale.segment is not distinct from from_segment)`;
  return sql`
with pairs as (
    select coalesce(segments_before.user_id, segments_after.user_id) as user_id,
           segments_before.segment as from_segment,
           segments_after.segment as to_segment,
           case when segments_before.user_id is null then 'entered'
                when segments_after.user_id is null then 'left'
                when segments_before.segment is distinct from segments_after.segment then 'moved'
                else 'stayed'
           end as change
    from segments_before
    full join segments_after on segments_after.user_id = segments_before.user_id)
select change,
       from_segment as "from",
       to_segment as "to",
       count(*) as users,
       ${hasOldScale ? byThreshold : sql`0`} as by_threshold
from pairs${
    hasOldScale
      ? sql`
left join segments_on_old_scale as old_scale on old_scale.user_id = pairs.user_id`
      : sql``
  }
group by change, from_segment, to_segment
order by users desc, change, from_segment nulls last, to_segment nulls last`;
}
