import type { Cell, Database } from '../../engine/database.js';
import { leavesOfUsersQuery, ruleTestsQuery } from '../../segmentation/rules/own-segments-query.js';
import { printRule } from '../../segmentation/rules/print-rule.js';
import type { Leaf } from '../../segmentation/rules/rule.js';
import type { PlannedSegment, RulePlan } from '../../segmentation/rules/rule-plan.js';
import { sql } from '../../sql/sql.js';
import { answersQuery, exampleMembersQuery, nearMissesQuery, type PreviewedSteps, stepCountsQuery } from './preview-queries.js';
import type { NearMiss, PreviewedRule, PreviewedSegment, PreviewedUser } from './preview-result.js';
import { conditionsOf, type RuleStep, ruleSteps, turnedQuery } from './rule-steps.js';

export interface PreviewSettings {
  readonly plan: RulePlan;
  /** Names of the segments to show, all of them in the plan. */
  readonly shown: readonly string[];
  /** Users of each kind who are shown, at most. */
  readonly examples: number;
}

type Counts = Readonly<Record<string, number>>;
type Answers = ReadonlyMap<string, Readonly<Record<string, Cell>>>;

/**
 * How rules come to their members, from `classified_users`, `users` and `rule_events`. Makes `rule_tests`, one row a user, from which
 * everything is counted and shown.
 */
export async function previewRules(database: Database, { plan, shown, examples }: PreviewSettings): Promise<PreviewedSegment[]> {
  await database.run(sql`create or replace temp table rule_tests as ${ruleTestsQuery(plan)}`);
  const previewed: PreviewedSegment[] = [];
  for (const segment of plan.segments) {
    if (shown.includes(segment.definition.name)) previewed.push(await previewSegment(database, segment, plan, examples));
  }
  await database.run(sql`drop table rule_tests`);
  return previewed;
}

async function previewSegment(
  database: Database,
  { definition, column }: PlannedSegment,
  plan: RulePlan,
  examples: number,
): Promise<PreviewedSegment> {
  const { name, description, goal, minSize, rule } = definition;
  const root = ruleSteps(rule, plan);
  const conditions = conditionsOf(root);
  const leaves = conditions.flatMap(({ leaf }) => leaf ?? []);
  const asked: PreviewedSteps = {
    isMember: column,
    steps: stepsOf(root),
    conditions,
    turned: leaves.map((leaf) => turnedQuery(rule, leaf, plan)),
  };
  const [counts] = await database.rows<Counts>(stepCountsQuery(asked, plan));
  if (counts === undefined) throw new Error('a grand total has one row');
  const members = examples === 0 ? [] : await database.rows<{ user_id: string }>(exampleMembersQuery(asked, examples));
  const misses = examples === 0 ? [] : await database.rows<{ user_id: string; place: number }>(nearMissesQuery(asked, examples));
  const answers = await findAnswers(
    database,
    leaves,
    asked,
    plan,
    [...members, ...misses].map(({ user_id }) => user_id),
  );
  return {
    segment: name,
    description,
    goal,
    minSize,
    users: counts['members'] ?? 0,
    rule: counted(root, asked, counts),
    nearMisses: counts['near'] ?? 0,
    examples: {
      members: members.map(({ user_id }) => previewedUser(user_id, leaves, answers)),
      nearMisses: misses.map(({ user_id, place }): NearMiss => ({ ...previewedUser(user_id, leaves, answers), misses: place + 1 })),
    },
  };
}

function stepsOf(step: RuleStep): RuleStep[] {
  return [step, ...step.rules.flatMap(stepsOf)];
}

function counted(step: RuleStep, asked: PreviewedSteps, counts: Counts): PreviewedRule {
  const place = asked.steps.indexOf(step);
  const numbers = {
    isNegated: step.isNegated,
    alone: counts[`alone_${place}`] ?? 0,
    asked: counts[`asked_${place}`] ?? 0,
    holds: counts[`holds_${place}`] ?? 0,
  };
  if (step.kind !== 'condition') return { kind: step.kind, ...numbers, rules: step.rules.map((one) => counted(one, asked, counts)) };
  const condition = asked.conditions.indexOf(step);
  return {
    kind: 'condition',
    ...numbers,
    number: condition + 1,
    text: step.leaf === undefined ? '' : printRule(step.leaf),
    onlyThis: counts[`only_${condition}`] ?? 0,
  };
}

/** What conditions look at of some users, and whether they hold. */
async function findAnswers(
  database: Database,
  leaves: readonly Leaf[],
  asked: PreviewedSteps,
  plan: RulePlan,
  userIds: readonly string[],
): Promise<Answers> {
  if (userIds.length === 0) return new Map();
  const answers = new Map<string, Record<string, Cell>>();
  const values = await database.rows<Record<string, Cell>>(leavesOfUsersQuery(plan, leaves, userIds));
  const tests = await database.rows<Record<string, Cell>>(answersQuery(asked, userIds));
  for (const row of [...values, ...tests]) {
    const userId = String(row['user_id']);
    answers.set(userId, { ...answers.get(userId), ...row });
  }
  return answers;
}

function previewedUser(userId: string, leaves: readonly Leaf[], answers: Answers): PreviewedUser {
  const found = answers.get(userId) ?? {};
  return {
    userId,
    conditions: leaves.map((_, place) => {
      const value = found[`shown_${place}`] ?? null;
      return { value: value === null ? null : String(value), holds: found[`holds_${place}`] === true };
    }),
  };
}
