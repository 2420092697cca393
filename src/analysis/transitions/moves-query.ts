import { ident, type Sql, sql } from '../../sql/sql.js';
import { flipQuery } from './flip-query.js';

export interface MovesSettings {
  /** Name of the segmentation, and the column of the members that holds it. */
  readonly segmentation: string;
  readonly column: string;
  /** Last days of the earlier and the later members, days since 1970. */
  readonly fromDay: Sql;
  readonly toDay: Sql;
  /** Whether the later members come from files of their own, so that rows of earlier days can have come late. */
  readonly canBeLate: boolean;
  /** Whether the table `members_on_old_scale` holds the later members by the gaps and edges of the earlier ones, of those it is known of. */
  readonly hasOldScale: boolean;
}

/**
 * `members_before`, `members_after` → `moves`: one row for everybody in either, in the order of `user_id` (bytewise).
 *
 * `from_segment` and `to_segment` (null: in the population, but in no segment of this segmentation, or not in it at all), `change`:
 * `entered` (not in the earlier population), `left` (not in the later one), `moved`, `stayed`; `reason_before` and
 * `reason_after` (of the status; null for other segmentations), `direction` (of moves among RFM segments: `up` or `down` by the sum of
 * recency and frequency score, unscored as 0; null when it is the same), `flipped` (the rule or value that decided, for those who moved), `cause`
 * of a move or an entrance: `user` (their own doing, or their silence), `late_data` (rows of days up to the earlier date that were not
 * there before, or were others), `threshold` (by the earlier gaps and edges they would have stayed; of value tiers: the same money).
 */
export function movesQuery(settings: MovesSettings): Sql {
  const segment = ident(settings.column);
  const reason = settings.segmentation === 'status' ? sql`status_reason` : sql`null::varchar`;
  return sql`
with pairs as (${pairs(segment, reason)})${
    settings.hasOldScale
      ? sql`,
     on_old_scale as (
    select user_id,
           ${segment} as old_scale_segment
    from members_on_old_scale)`
      : sql``
  }
select user_id,
       from_segment,
       to_segment,
       change,
       reason_before,
       reason_after,
       ${settings.segmentation === 'rfm' ? direction() : sql`null::varchar`} as direction,
       case when change = 'moved' then ${flipQuery(settings.segmentation, settings.column)} end as flipped,
       ${cause(settings)} as cause
from pairs
left join members_before as before using (user_id)
left join members_after as after using (user_id)${
    settings.hasOldScale
      ? sql`
left join on_old_scale using (user_id)`
      : sql``
  }
order by user_id`;
}

function pairs(segment: Sql, reason: Sql): Sql {
  return sql`
    select coalesce(earlier.user_id, later.user_id) as user_id,
           earlier.segment as from_segment,
           later.segment as to_segment,
           case when earlier.user_id is null then 'entered'
                when later.user_id is null then 'left'
                when earlier.segment is distinct from later.segment then 'moved'
                else 'stayed'
           end as change,
           earlier.reason as reason_before,
           later.reason as reason_after
    from (
      select user_id,
             ${segment} as segment,
             ${reason} as reason
      from members_before
    ) as earlier
    full join (
      select user_id,
             ${segment} as segment,
             ${reason} as reason
      from members_after
    ) as later using (user_id)`;
}

function direction(): Sql {
  const sum = (row: Sql): Sql => sql`coalesce(${row}.recency_score + ${row}.frequency_score, 0)`;
  const [before, after] = [sum(sql`before`), sum(sql`after`)];
  return sql`case when change = 'moved' and ${after} > ${before} then 'up'
            when change = 'moved' and ${after} < ${before} then 'down'
       end`;
}

function cause({ segmentation, fromDay, toDay, canBeLate, hasOldScale }: MovesSettings): Sql {
  const isOldDay = (day: Sql): Sql => sql`${day} - date '1970-01-01' <= ${fromDay}`;
  const late = sql`
            when change = 'entered' and ${isOldDay(sql`after.first_seen`)} then 'late_data'
            when change = 'moved'
             and (after.first_seen is distinct from before.first_seen
                  or (${isOldDay(sql`after.last_seen`)} and (after.last_seen is distinct from before.last_seen
                                                             or after.active_days <> before.active_days))
                  or after.active_days not between before.active_days and before.active_days + ${toDay} - ${fromDay}) then 'late_data'`;
  const threshold = sql`
            when change = 'moved' and old_scale_segment is not distinct from from_segment then 'threshold'`;
  const sameMoney = sql`
            when change = 'moved' and 'none' not in (from_segment, to_segment) and before.monetary = after.monetary then 'threshold'`;
  return sql`case when change in ('left', 'stayed') then null${canBeLate ? late : sql``}${hasOldScale ? threshold : sql``}${
    segmentation === 'value_tier' ? sameMoney : sql``
  }
            else 'user'
       end`;
}
