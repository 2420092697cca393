import { countedDayQuery } from '../../sql/counted-day.js';
import { param, type Sql, sql } from '../../sql/sql.js';
import type { Pause } from '../../time/pauses.js';
import { inHundredths, type ParameterName, type StatusParameters } from './status-parameters.js';

/**
 * Lengths are compared exactly as whole millionths of a day: a factor with two decimals times an interval
 * with two decimals, and half of that, are whole.
 */
const DAY = 1_000_000n;

/** A whole parameter, or one with two decimals in hundredths (its name says so). */
export function parameter(parameters: StatusParameters, name: ParameterName): Sql {
  return param(name.replaceAll('.', '_'), parameters[name]);
}

function hundredths(parameters: StatusParameters, name: ParameterName): Sql {
  return param(`${name.replaceAll('.', '_')}_hundredths`, inHundredths(parameters[name]));
}

export interface StatusSettings {
  /** Counted numbers of the as-of day and of the day of the earliest used event: days less the paused ones. */
  readonly countedAsOfDay: Sql;
  readonly countedFirstDay: Sql;
  readonly pauses: readonly Pause[];
  readonly parameters: StatusParameters;
  /** Whether `users` has the `signup_day` of a users file. */
  readonly hasSignups?: boolean;
}

/**
 * `users`, `population_gaps`, `order_day_quantile` → one row a user with `status`, `status_reason`,
 * `status_group`, the values decided on (`idle_days`, `tenure_days`; `usual_interval` in hundredths of a day,
 * `dormant_after` and `churned_after` in millionths; null without activity) and one boolean a rule. PRODUCT §3; the first rule that holds decides.
 */
export function statusQuery(settings: StatusSettings): Sql {
  return sql`
with intervals as (${intervals(settings)}),
     borders as (${borders(settings)}),
     rules as (${rules(settings)}),
     statuses as (${statuses()})
select *,
       case when status in ('new', 'reactivated', 'loyal', 'occasional', 'active') then 'engaged'
            when status in ('dormant', 'at_risk') then 'slipping'
            else 'gone'
       end as status_group
from statuses`;
}

/** usual_interval = (n · own median gap + 2 · P50) / (n + 2), rounded half up to hundredths. */
function intervals({ countedAsOfDay, pauses }: StatusSettings): Sql {
  return sql`
    select users.*,
           ${countedAsOfDay} - ${countedDayQuery(sql`last_active_day`, pauses)} as idle_days,
           ${countedAsOfDay} - ${countedDayQuery(sql`first_day`, pauses)} as tenure_days,
           case when last_active_day is not null
                then (100 * (gaps * coalesce(median_gap_twice, 0) + 4 * p50) + gaps + 2) // (2 * (gaps + 2))
           end as usual_interval,
           p50,
           p75,
           p90
    from users
    cross join population_gaps`;
}

function borders({ parameters }: StatusSettings): Sql {
  return sql`
    select *,
           case when dormant_after is not null then greatest(
             dormant_after * 3 // 2,
             least(
               greatest(
                 usual_interval * 100 * ${hundredths(parameters, 'churned.multiple')},
                 p90 * ${DAY},
                 ${parameter(parameters, 'churned.min')} * ${DAY},
                 case when gaps >= 2 then longest_gap * ${(DAY * 3n) / 2n} end
               ),
               ${parameter(parameters, 'churned.max')} * ${DAY}
             )
           ) end as churned_after
    from (
      select *,
             case when usual_interval is not null
                  then least(
                    greatest(
                      usual_interval * 100 * ${hundredths(parameters, 'dormant.multiple')},
                      p75 * ${DAY},
                      ${parameter(parameters, 'dormant.min')} * ${DAY}
                    ),
                    ${parameter(parameters, 'dormant.max')} * ${DAY}
                  )
             end as dormant_after
      from intervals
    ) as dormant_borders`;
}

function rules(settings: StatusSettings): Sql {
  const { countedAsOfDay, countedFirstDay, pauses, parameters, hasSignups = false } = settings;
  const p = (name: ParameterName): Sql => parameter(parameters, name);
  const startsLate = sql`${countedDayQuery(sql`first_day`, pauses)} - ${countedFirstDay} >= greatest(${p('new.days')}, 2 * p50)`;
  const isKnownFromStart = hasSignups ? sql`(signup_day is not null or ${startsLate})` : startsLate;
  return sql`
    select *,
           last_churn_at is not null
             and (last_activity_at is null or last_activity_at <= last_churn_at + to_hours(${p('churned.grace_hours')})) as has_left,
           last_active_day is null as is_never_active,
           ${countedAsOfDay} - ${countedFirstDay} + 1 >= ${p('churned.history')}
             and idle_days * ${DAY} > churned_after
             and not has_open_subscription as is_inactive,
           ${countedAsOfDay} - ${countedFirstDay} + 1 >= ${p('churned.history')}
             and idle_days * ${DAY} > churned_after
             and has_open_subscription as is_paying_but_idle,
           tenure_days < ${p('new.days')}
             and ${isKnownFromStart} as is_new,
           idle_days * ${DAY} > dormant_after as is_dormant,
           comeback_gap * ${DAY} > dormant_after
             and (earlier_gap is null or comeback_gap > earlier_gap) as has_returned,
           last_risk_at is not null as has_risk_event,
           baseline_days >= ${p('at_risk.baseline_days')}
             and 100 * ${p('at_risk.baseline')} * recent_days
                 < ${hundredths(parameters, 'at_risk.decline')} * ${p('at_risk.window')} * baseline_days as is_declining,
           gaps >= 2
             and idle_days * ${100n * DAY} > ${hundredths(parameters, 'at_risk.overdue')} * dormant_after as is_overdue,
           has_cancelled as is_cancelling,
           tenure_days >= ${p('loyal.tenure')}
             and active_weeks >= ${p('loyal.weeks')} as is_consistent,
           tenure_days >= ${p('loyal.tenure')}
             and order_days >= ${p('loyal.orders')}
             and 100 * order_days >= order_days_q60 as is_repeat_buyer,
           active_days < ${p('occasional.days')} as is_occasional
    from borders
    cross join order_day_quantile`;
}

function statuses(): Sql {
  return sql`
    select *,
           case when has_left then 'churned'
                when is_never_active then 'never_active'
                when is_inactive then 'churned'
                when is_paying_but_idle then 'dormant'
                when is_new then 'new'
                when is_dormant then 'dormant'
                when has_returned then 'reactivated'
                when has_risk_event or is_declining or is_overdue or is_cancelling then 'at_risk'
                when is_consistent or is_repeat_buyer then 'loyal'
                when is_occasional then 'occasional'
                else 'active'
           end as status,
           case when has_left then churn_event
                when is_never_active then 'no_activity'
                when is_inactive then 'inactivity'
                when is_paying_but_idle then 'paying_but_idle'
                when is_new then 'first_seen'
                when is_dormant then 'idle'
                when has_returned then 'returned'
                when has_risk_event then risk_event
                when is_declining then 'declining'
                when is_overdue then 'overdue'
                when is_cancelling then 'cancelling'
                when is_consistent then 'consistent'
                when is_repeat_buyer then 'repeat_buyer'
                when is_occasional then 'few_days'
                else 'active'
           end as status_reason
    from rules`;
}

/** The 60 % type-7 quantile, in hundredths, of order days a year over users with at least one. */
export const ORDER_DAY_SHARE = { numerator: 3, denominator: 5, column: sql`order_days_q60` } as const;
