import { countedDayQuery } from '../../sql/counted-day.js';
import { type Sql, sql } from '../../sql/sql.js';
import type { Pause } from '../../time/pauses.js';

/** Days a visit counts as recent. */
const WINDOW_DAYS = 28;

/** `visitor` of a row of `users`: among users active in the window, new when first seen in it; null for others. */
export function visitorQuery(countedAsOfDay: Sql, pauses: readonly Pause[]): Sql {
  const windowStart = sql`${countedAsOfDay} - ${WINDOW_DAYS}`;
  return sql`case when ${countedDayQuery(sql`last_active_day`, pauses)} > ${windowStart}
                then case when ${countedDayQuery(sql`first_day`, pauses)} > ${windowStart} then 'new' else 'returning' end
           end`;
}
