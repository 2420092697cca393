import { type Sql, sql } from '../../sql/sql.js';

/** Days a visit counts as recent. */
const WINDOW_DAYS = 28;

/** `visitor` of a row of `users`: among users active in the window, new when first seen in it; null for others. */
export function visitorQuery(asOfDay: Sql): Sql {
  const windowStart = sql`${asOfDay} - ${WINDOW_DAYS}`;
  return sql`case when last_active_day > ${windowStart}
                then case when first_day > ${windowStart} then 'new' else 'returning' end
           end`;
}
