import type { Database } from '../engine/database.js';
import type { EventShape } from '../events/event-shape.js';
import { ruleEventsQuery } from '../segmentation/rules/rule-events-query.js';
import type { RulePlan } from '../segmentation/rules/rule-plan.js';
import { type Sql, sql } from '../sql/sql.js';

/** Fills the table `rule_events` in a pass over the events, which must be without duplicates. */
export async function buildRuleEvents(database: Database, events: Sql, shape: EventShape, plan: RulePlan): Promise<void> {
  await database.run(sql`create or replace temp table rule_events as ${ruleEventsQuery(events, shape, plan)}`);
}
