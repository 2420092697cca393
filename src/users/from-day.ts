import { type Sql, sql } from '../sql/sql.js';

/** Whether a row of `events`, or of a relation with its `user_id` and `day`, is a user's of an earlier day. */
export function isBeforeDay(day: Sql): Sql {
  return sql`user_id is not null and day < ${day}`;
}

/** `events` without the rows of users before a day; what is no event of a user stays, to be counted as what it is. */
export function fromDay(events: Sql, day: Sql): Sql {
  return sql`
    select *
    from (${events}) as events
    where user_id is null
       or day is null
       or day >= ${day}`;
}
