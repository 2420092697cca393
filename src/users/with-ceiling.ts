import { type Sql, sql } from '../sql/sql.js';

/** The clock and a day: the latest instant (ISO, UTC) that can become the as-of date, and its day in the report zone. */
export interface Ceiling {
  readonly instant: string;
  readonly day: number;
}

/** `events`, with rows later than the ceiling moved past its day; needed only for exports that reach into tomorrow. */
export function withCeiling(events: Sql, { instant, day }: Ceiling): Sql {
  return sql`
    select * replace (
             case when occurred_at > ${instant}::timestamp then greatest(day, ${day + 1}) else day end as day
           )
    from (${events}) as events`;
}
