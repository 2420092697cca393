import { type Sql, sql } from '../../sql/sql.js';
import { flowsQuery, pairsQuery } from '../transitions/pairs-query.js';

/**
 * `segments_before`, `segments_after` → the flows between them, and of each `by_threshold`, those of its users who stay where they were by
 * `segments_on_old_scale` (0 without that table).
 */
export function periodFlowsQuery(hasOldScale: boolean): Sql {
  const pairs = sql`
with pairs as (${pairsQuery(sql`segments_before`, sql`segments_after`)})`;
  if (!hasOldScale) {
    return sql`${pairs}${flowsQuery(
      sql`pairs`,
      sql`,
       0 as by_threshold`,
    )}`;
  }
  return sql`${pairs}${flowsQuery(
    sql`pairs
left join segments_on_old_scale as old_scale using (user_id)`,
    sql`,
       count(*) filter (where change = 'moved' and old_scale.segment is not distinct from from_segment) as by_threshold`,
  )}`;
}
