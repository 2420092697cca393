import type { Leaf, Rule } from '../../segmentation/rules/rule.js';
import { leafColumn, type RulePlan, segmentColumnOf } from '../../segmentation/rules/rule-plan.js';
import { join, type Sql, sql } from '../../sql/sql.js';

/** A rule of a segment with what is counted of it, as SQL over the columns of `rule_tests`. */
export interface RuleStep {
  readonly kind: 'all' | 'any' | 'condition';
  readonly isNegated: boolean;
  /** Whether it holds. */
  readonly holds: Sql;
  /** Whether it is asked at all. */
  readonly asked: Sql;
  readonly rules: readonly RuleStep[];
  /** Of a condition. */
  readonly leaf: Leaf | undefined;
}

/** The steps of a rule: of a list each is asked of those whom the ones before it leave undecided. */
export function ruleSteps(rule: Rule, plan: RulePlan, asked: Sql = sql`true`, isNegated = false): RuleStep {
  const inner = holdsQuery(rule, plan);
  const common = { isNegated, holds: isNegated ? sql`(not ${inner})` : inner, asked };
  switch (rule.kind) {
    case 'not':
      return ruleSteps(rule.rule, plan, asked, !isNegated);
    case 'all':
    case 'any': {
      const rules: RuleStep[] = [];
      let undecided = asked;
      for (const one of rule.rules) {
        const step = ruleSteps(one, plan, undecided);
        rules.push(step);
        undecided = rule.kind === 'all' ? sql`${undecided} and ${step.holds}` : sql`${undecided} and not ${step.holds}`;
      }
      return { kind: rule.kind, ...common, rules, leaf: undefined };
    }
    default:
      return { kind: 'condition', ...common, rules: [], leaf: rule };
  }
}

/** The steps of conditions, in the order of the rule. */
export function conditionsOf(step: RuleStep): RuleStep[] {
  return step.kind === 'condition' ? [step] : step.rules.flatMap(conditionsOf);
}

/** The column of `rule_tests` that tells whether a condition holds. */
export function conditionColumn(leaf: Leaf, plan: RulePlan): Sql {
  return leaf.kind === 'segment' ? segmentColumnOf(plan, leaf.segment) : leafColumn(plan, leaf);
}

/** Whether the rule would hold with the answer to one condition turned around, wherever the rule asks it. */
export function turnedQuery(rule: Rule, turned: Leaf, plan: RulePlan): Sql {
  return holdsQuery(rule, plan, conditionColumn(turned, plan).compile().text);
}

function holdsQuery(rule: Rule, plan: RulePlan, turned?: string): Sql {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return sql`(${join(
        rule.rules.map((one) => holdsQuery(one, plan, turned)),
        rule.kind === 'all' ? sql` and ` : sql` or `,
      )})`;
    case 'not':
      return sql`(not ${holdsQuery(rule.rule, plan, turned)})`;
    default: {
      const column = conditionColumn(rule, plan);
      return column.compile().text === turned ? sql`(not ${column})` : column;
    }
  }
}
