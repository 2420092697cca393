import type { Database } from '../engine/database.js';
import { buildMembers } from '../membership/build-members.js';
import { sql } from '../sql/sql.js';
import { type Classification, countHistory } from './classification.js';

/**
 * Builds the members as of an earlier day from the day tables of a classification, as the table `members_then`, and leaves `members` and the tables
 * on the way as they were, but for own segments: they ask for what was as of the as-of day, and are in neither. Before the first day there is nobody. Error: `all-days-paused`.
 */
export async function buildMembersThen(database: Database, { memberSettings }: Classification, asOfDay: number): Promise<void> {
  const { firstDay, pauses } = memberSettings;
  if (asOfDay < firstDay) {
    await database.run(sql`create or replace temp table members_then as select * from members where false`);
    return;
  }
  countHistory(firstDay, asOfDay, pauses);
  await buildMembers(database, { ...memberSettings, asOfDay }, { keepDays: true });
  await database.run(sql`create or replace temp table members_then as select * from members order by user_id`);
  await buildMembers(database, memberSettings, { keepDays: true });
}
