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
  return sql`
with window_events as (${windowEvents(events, shape, settings)}),
     waits as (${waitsQuery(sql`window_events`)})
select user_id,
       count(distinct day) as session_days,
       ${sessionMicros(settings.gapMinutes)} as session_micros
from waits
group by user_id`;
}

/** Rows of `user_id`, `day`, `micros` and `session_id` (null: told by time) → the same with `wait`, the time since the row before it of the same session, or of the same user where time tells. */
export function waitsQuery(activities: Sql): Sql {
  return sql`
    select user_id,
           day,
           session_id,
           micros - lag(micros) over (partition by user_id, session_id order by micros) as wait
    from ${activities}`;
}

/** Over rows with a `wait`: the time in sessions, which is the waits within them, in whole microseconds. */
export function sessionMicros(gapMinutes: Sql): Sql {
  return sql`coalesce(sum(wait) filter (where ${isWithinSession(gapMinutes)}), 0)::bigint`;
}

/** Over rows with a `wait`: how many of them begin a session. */
export function sessionCount(gapMinutes: Sql): Sql {
  return sql`count(*) filter (where wait is null or not (${isWithinSession(gapMinutes)}))`;
}

/** A row that has a session of the column is in it however long the wait was. */
function isWithinSession(gapMinutes: Sql): Sql {
  return sql`session_id is not null or wait <= ${gapMinutes}::bigint * 60000000`;
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
