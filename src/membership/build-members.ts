import type { Database } from '../engine/database.js';
import type { RfmBasis } from '../segmentation/rfm/rfm-query.js';
import { ident, sql } from '../sql/sql.js';
import { dropUserDays } from '../users/build-user-days.js';
import { type MemberSettings, memberRelations, type Relation, userRelations } from './member-relations.js';

/**
 * `user_days` → `members` and the tables on the way (`users`, `population_gaps`, `order_day_quantile`,
 * `rfm_edges`, `value_edges`). The day tables are dropped as soon as nothing reads them, unless `keepDays`; `ofDays` are further
 * relations over them and `users`.
 * Returns what RFM was scored on and the relations as they ran.
 */
export async function buildMembers(
  database: Database,
  settings: Omit<MemberSettings, 'basis'>,
  options: { readonly keepDays: boolean; readonly ofDays?: readonly Relation[] },
): Promise<{ readonly basis: RfmBasis; readonly relations: readonly Relation[] }> {
  const before = [...userRelations(settings), ...(options.ofDays ?? [])];
  for (const relation of before) await createRelation(database, relation);
  if (!options.keepDays) await dropUserDays(database);
  const basis = await decideBasis(database);
  const after = memberRelations({ ...settings, basis });
  for (const relation of after) await createRelation(database, relation);
  if (!options.keepDays) await database.run(sql`drop table user_gaps`);
  if (settings.rules !== undefined) await dropRuleTables(database, options);
  return { basis, relations: [...before, ...after] };
}

/** What explains own segments is kept with the days. */
async function dropRuleTables(database: Database, { keepDays }: { readonly keepDays: boolean }): Promise<void> {
  await database.run(sql`drop table own_segments`);
  if (keepDays) return;
  await database.run(sql`drop table classified_users`);
  await database.run(sql`drop table if exists rule_events`);
}

/** Makes the table of a relation, in place of one of an earlier date. */
export async function createRelation(database: Database, { name, query }: Relation): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
}

/** Without any order row, RFM scores activity (PRODUCT §4). */
export async function decideBasis(database: Database): Promise<RfmBasis> {
  const [row] = await database.rows<{ has_orders: boolean }>(sql`select coalesce(bool_or(orders > 0), false) as has_orders from users`);
  return row?.has_orders ? 'orders' : 'activity';
}
