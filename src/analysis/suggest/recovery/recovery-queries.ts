import type { EventShape } from '../../../events/event-shape.js';
import { join, param, type Sql, sql } from '../../../sql/sql.js';
import { judgedEventsQuery } from '../../../users/user-days-query.js';

/** Who has not finished after so many minutes is followed no longer. */
export const LONGEST_MINUTES = 60;
const MINUTE_MICROS = 60_000_000;

/** Names of events as the files have them. */
export interface TransactionNames {
  readonly started: readonly string[];
  readonly completed: readonly string[];
}

/** `events` → `transaction_instants`: `user_id`, `micros` (since 1970), and whether something was started and whether completed at that instant. */
export function transactionInstantsQuery(
  events: Sql,
  { shape, names, asOfDay }: { readonly shape: EventShape; readonly names: TransactionNames; readonly asOfDay: number },
): Sql {
  const isOf = (list: readonly string[]): Sql => sql`event in (${join(list.map((name) => sql`${name}`))})`;
  return sql`
with transaction_events as (
    select user_id,
           epoch_us(occurred_at) as micros,
           ${isOf(names.started)} as is_started,
           ${isOf(names.completed)} as is_completed
    from (${judgedEventsQuery(events, shape, [])}) as judged_events
    where user_id is not null
      and day <= ${param('as_of_day', asOfDay)}
      and ${isOf([...names.started, ...names.completed])}
)
select user_id,
       micros,
       bool_or(is_started) as is_started,
       bool_or(is_completed) as is_completed
from transaction_events
group by user_id, micros`;
}

/**
 * `transaction_instants`, `users` → by their `length` in minutes, how many started transactions were completed (`ended`, a begun minute is a whole one) and how
 * many were seen for so long without it (`open`, whole minutes up to `endsAt`). Who starts again, at most LONGEST_MINUTES after the start before and not completed
 * since, tries the same one again: it is counted from its first start. A completion is strictly later than the start.
 */
export function recoverySpellsQuery(endsAt: number): Sql {
  const longest = LONGEST_MINUTES * MINUTE_MICROS;
  const before = sql`over (partition by user_id order by micros rows between unbounded preceding and 1 preceding)`;
  const after = sql`over (partition by user_id order by micros rows between 1 following and unbounded following)`;
  return sql`
with known_instants as (
    select *
    from transaction_instants
    where user_id in (select user_id from users)
),
     neighbours as (
    select user_id,
           micros,
           is_started,
           max(case when is_started then micros end) ${before} as started_before,
           max(case when is_completed then micros end) ${before} as completed_before,
           min(case when is_completed then micros end) ${after} as completed_after
    from known_instants
),
     attempts as (
    select user_id,
           micros,
           completed_after - micros as wait
    from neighbours
    where is_started
      and (started_before is null or micros - started_before > ${longest} or coalesce(completed_before > started_before, false))
),
     spells as (
    select user_id,
           case when wait <= ${longest} then (wait + ${MINUTE_MICROS - 1}) // ${MINUTE_MICROS}
                else least(${LONGEST_MINUTES}, (${BigInt(endsAt)} - micros) // ${MINUTE_MICROS})
           end as length,
           coalesce(wait <= ${longest}, false) as is_completed
    from attempts
)
select length,
       count(*) filter (where is_completed) as ended,
       count(*) filter (where not is_completed) as open
from spells
group by length
order by length`;
}
