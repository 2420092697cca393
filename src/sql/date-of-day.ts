import { type Sql, sql } from './sql.js';

/** The DATE of a day number (days since 1970-01-01). */
export function dateOfDay(day: Sql): Sql {
  return sql`(date '1970-01-01' + ${day})`;
}
