import type { Database } from '../../engine/database.js';
import type { EventShape } from '../../events/event-shape.js';
import { ROLE } from '../../events/role-bits.js';
import { type OffsetTable, wallMicros } from '../../sql/functions.js';
import { param, type Sql, sql } from '../../sql/sql.js';
import { judgedEventsQuery } from '../../users/user-days-query.js';

const HOUR_MICROS = 3_600_000_000n;
const DAY_MICROS = 86_400_000_000n;
const WEEK_DAYS = 7;
/** 1970-01-01 was a Thursday: so many days after a Monday. */
const AFTER_MONDAY = 3;

export interface ProfileEventsSettings {
  readonly shape: EventShape;
  readonly asOfDay: number;
  /** Days of the lookback, the as-of day the last of them. */
  readonly lookbackDays: number | 'all';
  readonly zone: OffsetTable;
}

/** One more pass over the events: makes the table `profile_events`. */
export async function keepProfileEvents(database: Database, events: Sql, settings: ProfileEventsSettings): Promise<void> {
  await database.run(sql`create or replace temp table profile_events as ${profileEventsQuery(events, settings)}`);
}

/**
 * `events` → what users did in the lookback: a row a user, event, weekday (0 Monday) and hour of the day in the report zone, with `kinds`
 * (role bits), `is_activity` and `events`. `is_midnight`: the time is midnight to the microsecond, there or in UTC, which is also how a day
 * without a time is written. Messages sent to people are no events of theirs.
 */
export function profileEventsQuery(events: Sql, { shape, asOfDay, lookbackDays, zone }: ProfileEventsSettings): Sql {
  const isInLookback =
    lookbackDays === 'all'
      ? sql``
      : sql`
      and day > ${param('as_of_day', asOfDay)} - ${lookbackDays}`;
  const dayMicros = sql`(${wallMicros(sql`occurred_at`, zone)} - day * ${DAY_MICROS})`;
  return sql`
with timed_events as (
    select user_id,
           coalesce(event, '') as event,
           (day + ${AFTER_MONDAY}) % ${WEEK_DAYS} as weekday,
           ${dayMicros} // ${HOUR_MICROS} as hour,
           ${dayMicros} = 0 or epoch_us(occurred_at) % ${DAY_MICROS} = 0 as is_midnight,
           kind,
           is_activity
    from (${judgedEventsQuery(events, shape, [])}) as judged_events
    where user_id is not null
      and day <= ${param('as_of_day', asOfDay)}
      and (kind & ${ROLE.passive}) = 0${isInLookback}
)
select user_id,
       event,
       weekday,
       hour,
       is_midnight,
       is_activity,
       bit_or(kind) as kinds,
       count(*) as events
from timed_events
group by user_id,
         event,
         weekday,
         hour,
         is_midnight,
         is_activity`;
}
