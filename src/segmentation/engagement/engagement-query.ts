import { quantilesQuery } from '../../sql/quantile-query.js';
import { type Sql, sql } from '../../sql/sql.js';
import type { StatusParameters } from '../status/status-parameters.js';
import { parameter } from '../status/status-query.js';

/** `user_sessions`, `users` → one row `session_edge`: the 80 % type-7 quantile of session time over the users of the window, in hundredths of a microsecond. */
export function engagementEdgeQuery(): Sql {
  return quantilesQuery(sql`select session_micros as value from user_sessions semi join users using (user_id)`, [
    { numerator: 4, denominator: 5, column: sql`session_edge` },
  ]);
}

/** `engagement` of a row of `user_sessions` beside `engagement_edge`; null for users who were not active in the window. */
export function engagementQuery(parameters: StatusParameters): Sql {
  return sql`case when session_days is null then null
            when session_days >= ${parameter(parameters, 'engagement.power_days')} and 100 * session_micros >= session_edge then 'power'
            when session_days <= ${parameter(parameters, 'engagement.casual_days')} then 'casual'
            else 'regular'
       end`;
}
