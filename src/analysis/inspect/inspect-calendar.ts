import type { Database } from '../../engine/database.js';
import { sql } from '../../sql/sql.js';
import { isoOfDay } from '../../time/day.js';
import type { Pause } from '../../time/pauses.js';
import { closedSeasons, type DayCount, type DayRun, everyDay, missingDays } from './closed-seasons.js';
import type { Calendar } from './inspect-result.js';

/** How many of `users` have activity on each day of `user_days` up to the as-of day, the days without anybody, and the closed seasons but those that are pauses already. */
export async function inspectCalendar(database: Database, asOfDay: number, pauses: readonly Pause[]): Promise<Calendar> {
  const counts = await database.rows<DayCount>(sql`
    select day,
           count(distinct user_id) as count
    from user_days
    where user_id in (select user_id from users)
      and day <= ${asOfDay}
      and activity_events > 0
    group by day
    order by day`);
  const days = everyDay(counts);
  return {
    days: days.map(({ day, count }) => ({ day: isoOfDay(day), users: count })),
    missing: missingDays(days).map(spelled),
    seasons: closedSeasons(days)
      .filter((season) => !isPaused(season, pauses))
      .map((season) => ({ ...spelled(season), fall: season.fall })),
  };
}

/** Whether a pause that was named touches the days. */
function isPaused({ first, last }: DayRun, pauses: readonly Pause[]): boolean {
  return pauses.some((pause) => pause.first <= last && first <= pause.last);
}

function spelled({ first, last }: { readonly first: number; readonly last: number }): { first: string; last: string; days: number } {
  return { first: isoOfDay(first), last: isoOfDay(last), days: last - first + 1 };
}
