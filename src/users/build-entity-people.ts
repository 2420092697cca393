import type { Database } from '../engine/database.js';
import { type Sql, sql } from '../sql/sql.js';
import { type EntityPeopleSettings, entityPeopleQuery } from './entity-people-query.js';

/** Fills the table `entity_people` in a pass over the entity, the person and the day of the events, which must be without duplicates. */
export async function buildEntityPeople(database: Database, events: Sql, settings: EntityPeopleSettings): Promise<void> {
  await database.run(sql`create or replace temp table entity_people as ${entityPeopleQuery(events, settings)}`);
}

/** How many distinct people the entities of `users` have together: who belongs to two is one. */
export async function countPeople(database: Database): Promise<number> {
  const [row] = await database.rows<{ people: number }>(sql`
    select count(distinct person_id) as people
    from entity_people
    semi join users on users.user_id = entity_people.user_id
    where used_rows > 0`);
  return row?.people ?? 0;
}
