import type { Database } from '../engine/database.js';
import type { Segmentation } from '../segmentation/index.js';
import type { RfmBasis } from '../segmentation/rfm/rfm-query.js';
import { statusQuery } from '../segmentation/status/status-query.js';
import { ident, sql } from '../sql/sql.js';
import { createRelation, decideBasis } from './build-members.js';
import { type MemberSettings, memberRelations, type Relation, statusSettings, userRelations } from './member-relations.js';

/** The population of a date, ready to be segmented on a scale. */
export interface PopulationAsOf {
  readonly users: number;
  /** What RFM is scored on. */
  readonly basis: RfmBasis;
  /** Population gaps and RFM edges: what stays when a scale is frozen. */
  readonly scale: readonly Relation[];
  /** Of each user the `segment`. */
  readonly segments: Relation['query'];
}

const SCALE: ReadonlySet<string> = new Set(['population_gaps', 'rfm_edges']);
const OF_STATUS: ReadonlySet<string> = new Set(['population_gaps', 'order_day_quantile']);

/** Keeps the gaps that a classification left, which are those of its as-of day, for every day before it too. */
export async function keepAllGaps(database: Database): Promise<void> {
  await database.run(sql`alter table user_gaps rename to all_gaps`);
}

/**
 * `user_days`, `all_gaps` → `users` as of a day, and what leads from there to the segments of one segmentation except the scale, which stays
 * as it stands: build it for one of that day.
 */
export async function buildPopulationAsOf(
  database: Database,
  settings: Omit<MemberSettings, 'basis'>,
  { name, column }: Pick<Segmentation, 'name' | 'column'>,
): Promise<PopulationAsOf> {
  // A gap looks back only: the gaps up to a day are those of that day.
  await database.createView('user_gaps', sql`select * from all_gaps where day <= ${settings.asOfDay}`);
  const isStatus = name === 'status';
  const users = userRelations(settings, isStatus ? 'status' : 'all').filter((relation) => relation.name !== 'user_gaps');
  for (const relation of users) await createRelation(database, relation);
  const basis = isStatus ? 'orders' : await decideBasis(database);
  const relations = memberRelations({ ...settings, basis });
  const members = relations.at(-1);
  if (members === undefined) throw new Error('the last relation is the members');
  const needed = relations.filter((relation) => relation !== members && (!isStatus || OF_STATUS.has(relation.name)));
  for (const relation of needed) if (!SCALE.has(relation.name)) await createRelation(database, relation);
  const [row] = await database.rows<{ users: number }>(sql`select count(*) as users from users`);
  return {
    users: row?.users ?? 0,
    basis,
    scale: needed.filter((relation) => SCALE.has(relation.name)),
    segments: isStatus
      ? sql`select user_id, status as segment from (${statusQuery(statusSettings(settings))}) as statuses`
      : sql`select user_id, ${ident(column)} as segment from (${members.query}) as members`,
  };
}

/** Measures the scale of the population that stands in `users`. */
export async function buildScale(database: Database, { scale }: PopulationAsOf): Promise<void> {
  for (const relation of scale) await createRelation(database, relation);
}

/** `user_id` and `segment` (null for users in none) of everybody in the population, on the scale as it stands. */
export async function buildSegments(database: Database, { segments }: PopulationAsOf, table: string): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(table)} as ${segments}`);
}
