import { parseOwn } from '../../segmentation/rules/own-name.js';
import type { Leaf } from '../../segmentation/rules/rule.js';
import { ident, type Sql, sql } from '../../sql/sql.js';
import { flipQuery } from './flip-query.js';
import { pairsQuery } from './pairs-query.js';

export interface MovesSettings {
  /** Name of the segmentation, and the column of the members that holds it; that of an own segment is true for who is in it. */
  readonly segmentation: string;
  readonly column: string;
  /** Of an own segment the conditions whose tests `leaves_before` and `leaves_after` hold; undefined without these tables. */
  readonly leaves?: readonly Leaf[] | undefined;
  /** Last days of the earlier and the later members, days since 1970. */
  readonly fromDay: Sql;
  readonly toDay: Sql;
  /** Whether the later members come from files of their own, so that rows of earlier days can have come late. */
  readonly canBeLate: boolean;
  /** Whether the rule of an own segment, or of one that it refers to, said something else of the earlier members. */
  readonly hasOtherRule?: boolean;
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
 * there before, or were others), `threshold` (by the earlier gaps and edges they would have stayed; of value tiers: the same money), `rule`
 * (a move in or out of an own segment whose rule is another one: whether it alone would have been enough is not known).
 */
export function movesQuery(settings: MovesSettings): Sql {
  const { column, leaves } = settings;
  const segment = parseOwn(settings.segmentation) === undefined ? ident(column) : sql`case when ${ident(column)} then ${column} end`;
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
       pairs.from_segment,
       pairs.to_segment,
       pairs.change,
       pairs.reason_before,
       pairs.reason_after,
       ${settings.segmentation === 'rfm' ? direction() : sql`null::varchar`} as direction,
       case when pairs.change = 'moved' then ${flipQuery(settings)} end as flipped,
       ${cause(settings)} as cause
from pairs
left join members_before as before using (user_id)
left join members_after as after using (user_id)${
    leaves === undefined
      ? sql``
      : sql`
left join leaves_before using (user_id)
left join leaves_after using (user_id)`
  }${
    settings.hasOldScale
      ? sql`
left join on_old_scale using (user_id)`
      : sql``
  }
order by user_id`;
}

function pairs(segment: Sql, reason: Sql): Sql {
  const rows = (members: Sql): Sql => sql`(
      select user_id,
             ${segment} as segment,
             ${reason} as reason
      from ${members}
    )`;
  return pairsQuery(rows(sql`members_before`), rows(sql`members_after`), [
    sql`earlier.reason as reason_before`,
    sql`later.reason as reason_after`,
  ]);
}

function direction(): Sql {
  const sum = (row: Sql): Sql => sql`coalesce(${row}.recency_score + ${row}.frequency_score, 0)`;
  const [before, after] = [sum(sql`before`), sum(sql`after`)];
  return sql`case when pairs.change = 'moved' and ${after} > ${before} then 'up'
            when pairs.change = 'moved' and ${after} < ${before} then 'down'
       end`;
}

function cause({ segmentation, fromDay, toDay, canBeLate, hasOtherRule = false, hasOldScale }: MovesSettings): Sql {
  const isOldDay = (day: Sql): Sql => sql`${day} - date '1970-01-01' <= ${fromDay}`;
  const late = sql`
            when pairs.change = 'entered' and ${isOldDay(sql`after.first_seen`)} then 'late_data'
            when pairs.change = 'moved'
             and (after.first_seen is distinct from before.first_seen
                  or (${isOldDay(sql`after.last_seen`)} and (after.last_seen is distinct from before.last_seen
                                                             or after.active_days <> before.active_days))
                  or after.active_days not between before.active_days and before.active_days + ${toDay} - ${fromDay}) then 'late_data'`;
  const threshold = sql`
            when pairs.change = 'moved' and on_old_scale.old_scale_segment is not distinct from pairs.from_segment then 'threshold'`;
  const sameMoney = sql`
            when pairs.change = 'moved' and 'none' not in (pairs.from_segment, pairs.to_segment) and before.monetary = after.monetary then 'threshold'`;
  const otherRule = sql`
            when pairs.change = 'moved' then 'rule'`;
  return sql`case when pairs.change in ('left', 'stayed') then null${hasOtherRule ? otherRule : sql``}${canBeLate ? late : sql``}${hasOldScale ? threshold : sql``}${
    segmentation === 'value_tier' ? sameMoney : sql``
  }
            else 'user'
       end`;
}
