import type { EventShape } from '../events/event-shape.js';
import { countedDayQuery } from '../sql/counted-day.js';
import { type Sql, sql } from '../sql/sql.js';
import type { Pause } from '../time/pauses.js';
import { activityEventsQuery } from './user-days-query.js';

export interface SessionSettings {
  readonly asOfDay: Sql;
  /** Its counted number: the window reaches back from here. */
  readonly countedAsOfDay: Sql;
  readonly pauses: readonly Pause[];
  /** Length of the window in days; it ends with the as-of day. */
  readonly days: Sql;
  /** A longer wait between two events ends a session, in minutes. */
  readonly gapMinutes: Sql;
  /** Whether `events` has a `session_id`; rows where it is empty are split by time. */
  readonly hasSessionId: boolean;
}

/**
 * `events` → `user_sessions`: `user_id`, `session_days` (active days of the window; days that share a counted number are one) and `session_micros` (time in sessions), one row
 * for each user who was active in the window. The time of a session runs from its first activity event to its last, so it is
 * the sum of the waits within it, in whole microseconds.
 */
export function userSessionsQuery(events: Sql, shape: EventShape, settings: SessionSettings): Sql {
  const isWithin = sql`wait <= ${settings.gapMinutes}::bigint * 60000000${settings.hasSessionId ? sql` or session_id is not null` : sql``}`;
  return sql`
with window_events as (${windowEvents(events, shape, settings)}),
     waits as (${waits()})
select user_id,
       count(distinct day) as session_days,
       coalesce(sum(wait) filter (where ${isWithin}), 0)::bigint as session_micros
from waits
group by user_id`;
}

function windowEvents(events: Sql, shape: EventShape, { asOfDay, countedAsOfDay, pauses, days, hasSessionId }: SessionSettings): Sql {
  return sql`
    select user_id,
           ${countedDayQuery(sql`day`, pauses)} as day,
           epoch_us(occurred_at) as micros,
           ${hasSessionId ? sql`nullif(session_id, '')` : sql`null::varchar`} as session_id
    from (${activityEventsQuery(events, shape, hasSessionId ? [sql`session_id`] : [])}) as activity_events
    where user_id is not null
      and day <= ${asOfDay}
      and ${countedDayQuery(sql`day`, pauses)} > ${countedAsOfDay} - ${days}`;
}

function waits(): Sql {
  return sql`
    select user_id,
           day,
           session_id,
           micros - lag(micros) over (partition by user_id, session_id order by micros) as wait
    from window_events`;
}
