import type { Cell, Database } from '../../engine/database.js';
import { leavesOfUsersQuery } from '../../segmentation/rules/own-segments-query.js';
import { printRule } from '../../segmentation/rules/print-rule.js';
import { leavesOf } from '../../segmentation/rules/rule-leaves.js';
import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import { furtherSegmentsQuery } from './explain-query.js';
import type { ExplainedSegment } from './explain-result.js';

/** Each own segment with every condition of its rule, from `members`, `classified_users`, `users` and `rule_events`. `first`: the user's segment by the first match. */
export async function explainOwnSegments(
  database: Database,
  plan: RulePlan,
  userId: string,
  first: string | undefined,
): Promise<ExplainedSegment[]> {
  const definitions = plan.segments.map(({ definition }) => definition);
  const leaves = definitions.flatMap(({ rule }) => leavesOf(rule));
  const names = definitions.map(({ name }) => name);
  const [segments = {}] = await database.rows<Record<string, Cell>>(furtherSegmentsQuery(names, userId));
  const [tests = {}] = await database.rows<Record<string, Cell>>(leavesOfUsersQuery(plan, leaves, [userId]));
  return definitions.map(({ name, rule }) => ({
    segment: name,
    holds: segments[name] === true,
    takenBy: segments[name] === true && first !== name ? first : undefined,
    rule: printRule(rule),
    leaves: leavesOf(rule).map((leaf) => {
      const text = printRule(leaf);
      if (leaf.kind === 'segment') return { text, value: null, holds: segments[leaf.segment] === true };
      const place = leaves.indexOf(leaf);
      const value = tests[`shown_${place}`] ?? null;
      return { text, value: value === null ? null : String(value), holds: tests[`holds_${place}`] === true };
    }),
  }));
}
