import type { FrozenScale } from '../../membership/member-relations.js';
import type { RfmModel } from '../../segmentation/rfm/rfm-model.js';
import { frozenEdgesQuery, type RfmBasis, rfmQuery } from '../../segmentation/rfm/rfm-query.js';
import { inHundredths, type StatusParameters } from '../../segmentation/status/status-parameters.js';
import { type Sql, sql } from '../../sql/sql.js';

/** Active days that two gaps take, with which somebody can be overdue. */
const OVERDUE_DAYS = 3;

/**
 * `members_before`, `members_after` → `user_id`, `status`: the users of whom nothing new is known, and who by the limits they had at
 * the earlier date would still have the status of that date. For others the columns of members do not tell.
 *
 * With nothing new, only time passes: who was dormant stays so up to the limit of churn, churned by inactivity for good, at risk from
 * the overdue share on up to the limit of dormancy; occasional and active users stay up to their limit when they have too few active
 * days to be declining or loyal.
 */
export function statusOnOldScaleQuery(parameters: StatusParameters): Sql {
  const baselineDays = parameters['at_risk.baseline_days'];
  const occasionalDays = parameters['occasional.days'];
  const isOverdue = sql`100 * after.idle_days > ${inHundredths(parameters['at_risk.overdue'])} * before.dormant_after_days`;
  const isFewForLoyal = sql`after.active_days < ${Math.min(parameters['loyal.orders'], parameters['loyal.weeks'])}`;
  return sql`
select user_id,
       before.status as status
from members_before as before
join members_after as after using (user_id)
where after.events = before.events
  and after.active_days = before.active_days
  and after.first_seen = before.first_seen
  and after.last_seen = before.last_seen
  and after.idle_days >= before.idle_days
  and case before.status
        when 'churned' then before.status_reason = 'inactivity' and after.idle_days > before.churned_after_days
        when 'dormant' then before.status_reason = 'idle'
                            and after.idle_days > before.dormant_after_days
                            and after.idle_days <= before.churned_after_days
        when 'at_risk' then after.active_days >= ${OVERDUE_DAYS} and ${isOverdue} and after.idle_days <= before.dormant_after_days
        when 'occasional' then after.active_days < ${Math.min(OVERDUE_DAYS, occasionalDays, baselineDays)}
                               and ${isFewForLoyal}
                               and after.idle_days <= before.dormant_after_days
        when 'active' then after.active_days between ${occasionalDays} and ${baselineDays - 1}
                           and (${isFewForLoyal} or after.tenure_days < ${parameters['loyal.tenure']})
                           and not ${isOverdue}
                           and after.idle_days <= before.dormant_after_days
        else false
      end
order by user_id`;
}

/**
 * `members_after` → `user_id`, `rfm_segment` by the edges of the earlier date: in hundredths of a day, of an order, and of the last of
 * `moneyScale` decimals.
 */
export function rfmOnOldScaleQuery(
  model: RfmModel,
  { basis, edges, moneyScale }: { readonly basis: RfmBasis; readonly edges: FrozenScale['edges']; readonly moneyScale: number },
): Sql {
  const newest = sql`-recency_days`;
  const scorable =
    basis === 'orders'
      ? sql`frequency,
           ${newest} as newest_order_day,
           monetary::decimal(38, 10) as monetary,
           case when rfm_segment = 'prospects' then 0 else 1 end as orders`
      : sql`frequency as lookback_active_days,
           ${newest} as last_active_day,
           case when rfm_segment = 'prospects' then 0 else 1 end as active_days`;
  return sql`
with rfm_edges as (${frozenEdgesQuery(model, edges, false)}),
     scorable_members as (
    select user_id,
           ${scorable}
    from members_after),
     scores as (${rfmQuery(sql`scorable_members`, { asOfDay: sql`0`, basis, scoring: 'auto', model, moneyScale })})
select user_id,
       rfm_segment
from scores
order by user_id`;
}
