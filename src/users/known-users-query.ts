import { type EventShape, userPropertyColumn } from '../events/event-shape.js';
import { join, type Sql, sql } from '../sql/sql.js';
import { FILTERED } from './user-days-query.js';

/** The people of a users file: how many of its columns are carried along, and who of them stays. */
export interface KnownUsers {
  readonly propertyCount: number;
  readonly filter: PeopleFilter | undefined;
}

/** Who stays in the result. A row with conditions that do not hold leaves with them. */
export interface PeopleFilter {
  /** Whether `only_ids` lists those who may stay. */
  readonly hasOnly: boolean;
  /** Whether `excluded_ids` lists those who may not. */
  readonly hasExcluded: boolean;
  /** Over `listed_users`, true or false for each of them, also for nobody. */
  readonly conditions: readonly Sql[];
}

/**
 * `listed_users` → those who stay: `user_id`, `signup_day` (null when unknown, or after the as-of day), `is_later` (signs up after the
 * as-of day), and `user_property_<i>`.
 */
export function knownUsersQuery(asOfDay: Sql, { propertyCount, filter }: KnownUsers): Sql {
  const properties = userProperties(propertyCount).map(
    (name) => sql`,
       listed_users.${name}`,
  );
  return sql`
select listed_users.user_id,
       case when signup_day <= ${asOfDay} then signup_day end as signup_day,
       coalesce(signup_day > ${asOfDay}, false) as is_later${join(properties, sql``)}
from listed_users${filter === undefined ? sql`` : listedIds(sql`listed_users`, filter)}${where(filter?.conditions ?? [])}`;
}

/** `day_kinds`, `listed_users` → the rows of `day_kinds` that are about people who stay and meet the conditions on events. */
export function keptKindsQuery(filter: PeopleFilter, { hasFilter }: Pick<EventShape, 'hasFilter'>): Sql {
  const conditions = [...(hasFilter ? [sql`(kind & ${FILTERED}) = 0`] : []), ...filter.conditions];
  const people =
    filter.conditions.length === 0
      ? sql``
      : sql`
left join listed_users on listed_users.user_id = day_kinds.user_id`;
  return sql`
select day_kinds.*
from day_kinds${listedIds(sql`day_kinds`, filter)}${people}${where(conditions)}`;
}

function listedIds(relation: Sql, { hasOnly, hasExcluded }: PeopleFilter): Sql {
  const only = hasOnly
    ? sql`
semi join only_ids on only_ids.user_id = ${relation}.user_id`
    : sql``;
  const excluded = hasExcluded
    ? sql`
anti join excluded_ids on excluded_ids.user_id = ${relation}.user_id`
    : sql``;
  return sql`${only}${excluded}`;
}

function where(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql``;
  return sql`
where ${join(
    conditions,
    sql`
  and `,
  )}`;
}

/** The carried columns of a users file. */
export function userProperties(count: number): Sql[] {
  return Array.from({ length: count }, (_, index) => userPropertyColumn(index));
}
