import { countedDayQuery } from '../../sql/counted-day.js';
import { type Sql, sql } from '../../sql/sql.js';
import type { Pause } from '../../time/pauses.js';

/** The counted number of the as-of day, and the days that have none of their own. */
interface VisitorDays {
  readonly countedAsOfDay: Sql;
  readonly pauses: readonly Pause[];
}

/** `visitor` of a row of `users`: among users active in the window, new when first seen in it; null for others. */
export function visitorQuery({ countedAsOfDay, pauses }: VisitorDays, windowDays: Sql): Sql {
  const windowStart = sql`${countedAsOfDay} - ${windowDays}`;
  return sql`case when ${countedDayQuery(sql`last_active_day`, pauses)} > ${windowStart}
                then case when ${countedDayQuery(sql`first_day`, pauses)} > ${windowStart} then 'new' else 'returning' end
           end`;
}
