import { type StatusesAt, statusesAtQuery } from '../../membership/statuses-at-query.js';
import { inHundredths, type ParameterName } from '../../segmentation/status/status-parameters.js';
import { parameter } from '../../segmentation/status/status-query.js';
import { ident, param, type Sql, sql } from '../../sql/sql.js';

/** Beyond the border whatever the value. */
export const ALWAYS_BEYOND = 1_000_000;

/** Columns of a status that its borders are made of. */
const BORDER_COLUMNS = [
  'idle_days',
  'usual_interval',
  'gaps',
  'longest_gap',
  'p75',
  'p90',
  'dormant_after',
  'churned_after',
  'has_open_subscription',
] as const;

/**
 * `user_days`, `user_gaps`, `users` (as of a later day) → who of an earlier day came back since, counted by the greatest value of a
 * parameter with which its border would still lie before their idle time: `border`, `limit_value`, `users`, `returned`. Factors count in
 * quarters, the others in days; 0 is within the border whatever the value, ALWAYS_BEYOND beyond it. `idle_ratio` has whole quarters of idle ÷ usual
 * interval, `present` 0 within both borders as they stand, 1 beyond the dormant one, 2 beyond the churn one. Who left by an event or pays
 * is judged by no border and left out.
 */
export function borderCasesQuery(earlier: StatusesAt): Sql {
  const day = param(`${earlier.name}_day`, earlier.day);
  const { parameters } = earlier;
  const p = (name: ParameterName): Sql => parameter(parameters, name);
  const ratio = sql`least((400 * idle_days - 1) // nullif(usual_interval, 0), ${ALWAYS_BEYOND - 1})`;
  const dormantTimes = sql`usual_interval * ${inHundredths(parameters['dormant.multiple'])}`;
  const churnedTimes = sql`usual_interval * ${inHundredths(parameters['churned.multiple'])}`;
  const isWithinOwn = sql`coalesce(gaps >= 2 and 2 * idle_days <= 3 * longest_gap, false)`;
  const columns = BORDER_COLUMNS.map((name) => ident(name));
  return sql`
with earlier_statuses as (${statusesAtQuery({ ...earlier, columns })}),
     judged_users as (
    select earlier_statuses.*,
           users.last_active_day > ${day} as has_returned
    from earlier_statuses
    join users using (user_id)
    where not has_left
      and not earlier_statuses.has_open_subscription
      and earlier_statuses.usual_interval is not null
),
     border_cases as (
    select 'dormant.multiple' as border,
           case when idle_days > ${p('dormant.max')} then ${ALWAYS_BEYOND}
                when idle_days <= greatest(p75, ${p('dormant.min')}) then 0
                else greatest(${ratio}, 0)
           end as limit_value,
           has_returned
    from judged_users
    union all
    select 'dormant.min',
           case when idle_days > ${p('dormant.max')} then ${ALWAYS_BEYOND}
                when idle_days <= p75 or 10000 * idle_days <= ${dormantTimes} then 0
                else idle_days - 1
           end,
           has_returned
    from judged_users
    union all
    select 'churned.multiple',
           case when 2000000 * idle_days <= 3 * dormant_after then 0
                when idle_days > ${p('churned.max')} then ${ALWAYS_BEYOND}
                when idle_days <= greatest(p90, ${p('churned.min')}) or ${isWithinOwn} then 0
                else greatest(${ratio}, 0)
           end,
           has_returned
    from judged_users
    union all
    select 'dormant.max',
           case when idle_days > greatest(p75, ${p('dormant.min')}) and 10000 * idle_days > ${dormantTimes} then ${ALWAYS_BEYOND}
                else idle_days - 1
           end,
           has_returned
    from judged_users
    union all
    select 'churned.min',
           case when 2000000 * idle_days <= 3 * dormant_after then 0
                when idle_days > ${p('churned.max')} then ${ALWAYS_BEYOND}
                when idle_days <= p90 or 10000 * idle_days <= ${churnedTimes} or ${isWithinOwn} then 0
                else idle_days - 1
           end,
           has_returned
    from judged_users
    union all
    select 'churned.max',
           case when 2000000 * idle_days <= 3 * dormant_after then 0
                when idle_days > greatest(p90, ${p('churned.min')}) and 10000 * idle_days > ${churnedTimes} and not ${isWithinOwn} then ${ALWAYS_BEYOND}
                else idle_days - 1
           end,
           has_returned
    from judged_users
    union all
    select 'idle_ratio',
           400 * idle_days // usual_interval,
           has_returned
    from judged_users
    where usual_interval > 0
    union all
    select 'present',
           case when 1000000 * idle_days > churned_after then 2
                when 1000000 * idle_days > dormant_after then 1
                else 0
           end,
           has_returned
    from judged_users
)
select border,
       limit_value,
       count(*) as users,
       count(*) filter (where has_returned) as returned
from border_cases
group by border, limit_value
order by border, limit_value`;
}
