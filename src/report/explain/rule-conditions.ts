import { type ExplainedUser, type ExplainResult, RULE_NAMES, type RuleName } from '../../analysis/explain/explain-result.js';
import type { StatusName } from '../../segmentation/status/status.js';
import type { ParameterName } from '../../segmentation/status/status-parameters.js';
import { compareDecimals, multiplyDecimals } from '../format.js';

export type Comparison = '<' | '>' | '>=';

/** One comparison of a rule, with the numbers it was made with. */
export interface RuleCondition {
  /** What is looked at: `idle`, `active weeks`, or a fact such as `a churn event`. */
  readonly name: string;
  /** Decimal text; null for a fact that is there or not. */
  readonly actual: string | null;
  readonly comparison: Comparison | null;
  /** How the limit is called (`dormant_after`) or made (`0.75 x dormant_after`); null when it is a number of its own. */
  readonly limitName: string | null;
  readonly limit: string | null;
  readonly holds: boolean;
}

/** A clause of the status rules, with its place, its answer and the comparisons behind it. */
export interface CheckedRule {
  readonly rule: RuleName | 'isActive';
  /** 1 to 10; clauses of one rule share it. */
  readonly order: number;
  readonly status: StatusName;
  readonly holds: boolean;
  /** The one that decided. */
  readonly fired: boolean;
  readonly conditions: readonly RuleCondition[];
}

const PLACES: Readonly<Record<RuleName, readonly [order: number, status: StatusName]>> = {
  hasLeft: [1, 'churned'],
  isNeverActive: [2, 'never_active'],
  isInactive: [3, 'churned'],
  isPayingButIdle: [3, 'dormant'],
  isNew: [4, 'new'],
  isDormant: [5, 'dormant'],
  hasReturned: [6, 'reactivated'],
  hasRiskEvent: [7, 'at_risk'],
  isDeclining: [7, 'at_risk'],
  isOverdue: [7, 'at_risk'],
  isCancelling: [7, 'at_risk'],
  isConsistent: [8, 'loyal'],
  isRepeatBuyer: [8, 'loyal'],
  isOccasional: [9, 'occasional'],
};

/** The clauses that only subscriptions have. */
const PLAN_RULES: ReadonlySet<RuleName> = new Set(['isPayingButIdle', 'isCancelling']);

/**
 * Every clause in the order it is tried, the last one being `active`, which holds for the rest. Those of subscriptions are left out where
 * the input has none.
 */
export function checkRules(user: ExplainedUser, result: ExplainResult): CheckedRule[] {
  const first = RULE_NAMES.find((rule) => user.rules[rule]);
  const names = RULE_NAMES.filter((rule) => result.hasPlanEvents || !PLAN_RULES.has(rule));
  const clauses = names.map((rule): CheckedRule => {
    const [order, status] = PLACES[rule];
    return { rule, order, status, holds: user.rules[rule], fired: rule === first, conditions: CONDITIONS[rule](user, result) };
  });
  return [...clauses, { rule: 'isActive', order: 10, status: 'active', holds: true, fired: first === undefined, conditions: [] }];
}

const CONDITIONS: Readonly<Record<RuleName, (user: ExplainedUser, result: ExplainResult) => RuleCondition[]>> = {
  hasLeft: ({ values: { churnEvent } }, result) => [
    fact('a churn event', churnEvent !== null),
    ...(churnEvent === null
      ? []
      : [fact(`no activity later than ${result.parameters['churned.grace_hours']} hours after it`, !churnEvent.isUndone)]),
  ],
  isNeverActive: ({ values }) => [fact('no activity event', values.lastActive === null)],
  isInactive: (user, result) => [
    ...inactivity(user, result),
    ...(result.hasPlanEvents ? [fact('no open subscription', !user.values.hasOpenSubscription)] : []),
  ],
  isPayingButIdle: (user, result) => [...inactivity(user, result), fact('an open subscription', user.values.hasOpenSubscription)],
  isNew: ({ values }, result) => [
    ...compareTenure(values.tenureDays, '<', parameter(result, 'new.days')),
    ...(values.signUp !== null
      ? [fact('the sign-up is known', true)]
      : values.tenureDays === null
        ? []
        : [
            compare(
              "days from the input's start",
              result.historyDays - 1 - values.tenureDays,
              '>=',
              `max(${result.parameters['new.days']}, 2 x P50)`,
              String(Math.max(result.parameters['new.days'], 2 * result.populationGaps.p50)),
            ),
          ]),
  ],
  isDormant: ({ values }) => compareIdle(values.idleDays, 'dormant_after', values.dormantAfter),
  hasReturned: ({ values }, result) => {
    if (values.comebackGap === null || values.dormantAfter === null) {
      return [fact(`a return in the last ${result.parameters['reactivated.days']} days`, false)];
    }
    return [
      compare('gap before the return', values.comebackGap, '>', 'dormant_after', values.dormantAfter),
      ...(values.earlierGap === null
        ? []
        : [compare('gap before the return', values.comebackGap, '>', 'longest earlier gap', String(values.earlierGap))]),
    ];
  },
  hasRiskEvent: ({ values }, result) => [
    fact(`a risk event in the last ${result.parameters['at_risk.window']} days`, values.riskEvent !== null),
  ],
  isDeclining: ({ values }, { parameters }) => [
    compare('baseline active days', values.baselineDays, '>=', null, String(parameters['at_risk.baseline_days'])),
    compare(
      'recent active days',
      values.recentDays,
      '<',
      `${parameters['at_risk.decline']} x the baseline pace`,
      expectedDays(values.baselineDays, parameters['at_risk.decline'], parameters['at_risk.window'], parameters['at_risk.baseline']),
      100 * parameters['at_risk.baseline'] * values.recentDays <
        Math.round(100 * parameters['at_risk.decline']) * parameters['at_risk.window'] * values.baselineDays,
    ),
  ],
  isOverdue: ({ values }, result) => {
    const share = String(result.parameters['at_risk.overdue']);
    const limit = values.dormantAfter === null ? null : multiplyDecimals(share, values.dormantAfter);
    return [compare('gaps', values.gaps, '>=', null, '2'), ...compareIdle(values.idleDays, `${share} x dormant_after`, limit)];
  },
  isCancelling: ({ values: { cancellation } }, result) => [
    fact(`a plan cancelled in the last ${result.parameters['at_risk.window']} days`, cancellation !== null),
    ...(cancellation === null ? [] : [fact('not started again since', !cancellation.isUndone)]),
  ],
  isConsistent: ({ values }, result) => [
    ...compareTenure(values.tenureDays, '>=', parameter(result, 'loyal.tenure')),
    compare('active weeks', values.activeWeeks, '>=', null, parameter(result, 'loyal.weeks')),
  ],
  isRepeatBuyer: ({ values }, result) => [
    ...compareTenure(values.tenureDays, '>=', parameter(result, 'loyal.tenure')),
    compare('order days', values.orderDays, '>=', `max(${result.parameters['loyal.orders']}, 60 % quantile)`, neededOrderDays(result)),
  ],
  isOccasional: ({ values }, result) => [compare('active days', values.activeDays, '<', null, parameter(result, 'occasional.days'))],
};

/** What rule 3 asks of everybody. */
function inactivity({ values }: ExplainedUser, result: ExplainResult): RuleCondition[] {
  return [
    compare('history', result.historyDays, '>=', null, parameter(result, 'churned.history')),
    ...compareIdle(values.idleDays, 'churned_after', values.churnedAfter),
  ];
}

function neededOrderDays(result: ExplainResult): string {
  const least = parameter(result, 'loyal.orders');
  return compareDecimals(result.orderDaysQuantile, least) > 0 ? result.orderDaysQuantile : least;
}

/** The active days of the window at a share of the baseline's pace, rounded to hundredths for reading. */
function expectedDays(baselineDays: number, share: number, window: number, baseline: number): string {
  return (Math.round((100 * share * window * baselineDays) / baseline) / 100).toString();
}

function parameter(result: ExplainResult, name: ParameterName): string {
  return String(result.parameters[name]);
}

function compareIdle(idleDays: number | null, limitName: string, limit: string | null): RuleCondition[] {
  return idleDays === null || limit === null ? [fact('any activity', false)] : [compare('idle', idleDays, '>', limitName, limit)];
}

function compareTenure(tenureDays: number | null, comparison: Comparison, limit: string): RuleCondition[] {
  return tenureDays === null ? [fact('any event, or a known sign-up', false)] : [compare('tenure', tenureDays, comparison, null, limit)];
}

function fact(name: string, holds: boolean): RuleCondition {
  return { name, actual: null, comparison: null, limitName: null, limit: null, holds };
}

function compare(
  name: string,
  actual: number,
  comparison: Comparison,
  limitName: string | null,
  limit: string,
  known?: boolean,
): RuleCondition {
  const difference = compareDecimals(String(actual), limit);
  const holds = comparison === '<' ? difference < 0 : comparison === '>' ? difference > 0 : difference >= 0;
  return { name, actual: String(actual), comparison, limitName, limit, holds: known ?? holds };
}
