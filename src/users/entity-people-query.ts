import { type Sql, sql } from '../sql/sql.js';

export interface EntityPeopleSettings {
  readonly asOfDay: Sql;
  /** The first day that counts; undefined for the first of the input. */
  readonly sinceDay: Sql | undefined;
  /** Whether `alias` holds the id that a row came with, where an identity map made its person another. */
  readonly hasAliases: boolean;
  /** Whether `is_filtered` marks rows that do not count. */
  readonly hasFilter: boolean;
}

/**
 * `events` → `entity_people`: `user_id` (the entity), `person_id`, with aliases `alias`, `rows_before_end` (up to the as-of day) and
 * `used_rows` (those of them that filters leave); one row for each person of an entity.
 */
export function entityPeopleQuery(events: Sql, { asOfDay, sinceDay, hasAliases, hasFilter }: EntityPeopleSettings): Sql {
  const alias = hasAliases
    ? sql`,
       alias`
    : sql``;
  const since =
    sinceDay === undefined
      ? sql``
      : sql`
  and day >= ${sinceDay}`;
  return sql`
select user_id,
       person_id${alias},
       count(*) filter (where day <= ${asOfDay}) as rows_before_end,
       count(*) filter (where day <= ${asOfDay}${hasFilter ? sql` and not is_filtered` : sql``}) as used_rows
from (${events}) as events
where user_id is not null
  and person_id is not null
  and day is not null${since}
group by user_id,
         person_id${alias}`;
}

/** `entity_people` → `entity_sizes`: `user_id` and `people`, the distinct persons with a used row. */
export function entitySizesQuery(): Sql {
  return sql`
select user_id,
       count(distinct person_id) as people
from entity_people
where used_rows > 0
group by user_id`;
}
