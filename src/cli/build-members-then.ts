import type { Database } from '../engine/database.js';
import { buildMembers, createRelation } from '../membership/build-members.js';
import type { Relation } from '../membership/member-relations.js';
import { sql } from '../sql/sql.js';
import { type Classification, countHistory } from './classification.js';

const MEMBERS_THEN = { name: 'members_then', comment: 'the members as of the day before the landmark' } as const;

/**
 * Builds the members as of an earlier day from the day tables of a classification, as the table `members_then`, and leaves `members` and the tables
 * on the way as they were, but for own segments: they ask for what was as of the as-of day, and are in neither. Before the first day there is nobody. Returns the relations as they ran. Error: `all-days-paused`.
 */
export async function buildMembersThen(
  database: Database,
  { memberSettings }: Classification,
  asOfDay: number,
): Promise<readonly Relation[]> {
  const { firstDay, pauses } = memberSettings;
  if (asOfDay < firstDay) {
    const nobody = { ...MEMBERS_THEN, query: sql`select * from members where false` };
    await createRelation(database, nobody);
    return [nobody];
  }
  countHistory(firstDay, asOfDay, pauses);
  const then = await buildMembers(database, { ...memberSettings, asOfDay }, { keepDays: true });
  const kept = { ...MEMBERS_THEN, query: sql`select * from members order by user_id` };
  await createRelation(database, kept);
  const now = await buildMembers(database, memberSettings, { keepDays: true });
  return [...then.relations, kept, ...now.relations];
}
