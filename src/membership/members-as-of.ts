import type { Database } from '../engine/database.js';
import type { RfmBasis } from '../segmentation/rfm/rfm-query.js';
import type { RulePlan } from '../segmentation/rules/rule-plan.js';
import { sql } from '../sql/sql.js';
import { buildMembers } from './build-members.js';
import type { MemberSettings, Relation } from './member-relations.js';

/** Keeps the events of own segments that a classification left, which are those up to its as-of day, for every day before it too. */
export async function keepAllRuleEvents(database: Database, { selectors }: RulePlan): Promise<void> {
  if (selectors.length > 0) await database.run(sql`alter table rule_events rename to all_rule_events`);
}

/** `all_rule_events` → `rule_events` as of a day, a view. */
export function ruleEventsAsOf(day: number): Relation & { readonly isView: true } {
  return {
    name: 'rule_events',
    comment: 'those of them up to the day',
    query: sql`select * from all_rule_events where day <= ${day}`,
    isView: true,
  };
}

/** `user_days`, and where own segments ask for events `all_rule_events` → `members` as of the day of the settings and of their rules; the day tables stay. */
export async function buildMembersAsOf(
  database: Database,
  settings: Omit<MemberSettings, 'basis'>,
): Promise<{ readonly basis: RfmBasis; readonly relations: readonly Relation[] }> {
  const events = settings.rules !== undefined && settings.rules.selectors.length > 0 ? [ruleEventsAsOf(settings.asOfDay)] : [];
  for (const { name, query } of events) await database.createView(name, query);
  const { basis, relations } = await buildMembers(database, settings, { keepDays: true });
  return { basis, relations: [...events, ...relations] };
}
