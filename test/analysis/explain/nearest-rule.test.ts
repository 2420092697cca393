import { describe, expect, it } from 'vitest';
import { RULE_NAMES, type RuleName, type StatusValues } from '../../../src/analysis/explain/explain-result.js';
import { nearestRule } from '../../../src/analysis/explain/nearest-rule.js';
import type { StatusName } from '../../../src/segmentation/status/status.js';
import { parseParameters } from '../../../src/segmentation/status/status-parameters.js';

/** Somebody with a steady pace of 10 days: dormant_after 20, churned_after 40, overdue from 16 idle days on. */
const STEADY: StatusValues = {
  firstSeen: '2026-01-01',
  signUp: null,
  lastActive: '2026-06-28',
  idleDays: 2,
  tenureDays: 180,
  activeDays: 18,
  events: 18,
  gaps: 17,
  medianGap: '10',
  longestGap: 10,
  usualInterval: '10',
  dormantAfter: '20',
  churnedAfter: '40',
  churnEvent: null,
  riskEvent: null,
  hasOpenSubscription: false,
  cancellation: null,
  comebackGap: 10,
  earlierGap: 10,
  recentDays: 3,
  baselineDays: 5,
  activeWeeks: 5,
  orderDays: 0,
};

interface Case {
  readonly values?: Partial<StatusValues>;
  readonly holds?: readonly RuleName[];
  readonly status?: StatusName;
  readonly historyDays?: number;
  readonly quantile?: string;
  readonly set?: readonly string[];
}

function near({ values, holds = [], status = 'active', historyDays = 400, quantile = '0', set = [] }: Case): string | undefined {
  const rules = Object.fromEntries(RULE_NAMES.map((rule) => [rule, holds.includes(rule)])) as Record<RuleName, boolean>;
  const nearest = nearestRule(status, rules, {
    values: { ...STEADY, ...values },
    historyDays,
    orderDaysQuantile: quantile,
    parameters: parseParameters(set),
  });
  return nearest === null ? undefined : `${nearest.rule} ${nearest.missing} ${nearest.unit}`;
}

describe('nearestRule', () => {
  it.each<[string, Case, string | undefined]>([
    ['0.75 of 20 is 15: idle 16 is beyond, 14 days from 2', {}, 'isOverdue 14 days'],
    ['the border itself is not beyond', { values: { idleDays: 15 } }, 'isOverdue 1 days'],
    // 0.75 · 33.333333 = 24.99999975.
    ['a border just below a whole number', { values: { dormantAfter: '33.333333', idleDays: 20 } }, 'isOverdue 5 days'],
    ['with one gap nobody is overdue', { values: { gaps: 1 } }, 'isDormant 19 days'],
    ['a week counts as seven days, so two are as far as 14', { values: { activeWeeks: 7 } }, 'isOverdue 14 days'],
    ['one week is nearer', { values: { activeWeeks: 8 } }, 'isConsistent 1 active weeks'],
    ['both weeks and tenure missing: not said', { values: { activeWeeks: 8, tenureDays: 59 } }, 'isOverdue 14 days'],
    ['tenure alone is days', { values: { activeWeeks: 9, tenureDays: 59 } }, 'isConsistent 1 days'],
    ['order days', { values: { orderDays: 2 } }, 'isRepeatBuyer 2 order days'],
    // At least 4.2 order days are 5.
    ['order days up to a quantile', { values: { orderDays: 4 }, quantile: '4.2' }, 'isRepeatBuyer 1 order days'],
    ['who never ordered is not near', { values: { orderDays: 0 }, set: ['loyal.orders=1'] }, 'isOverdue 14 days'],
    // 6 · 1 < 6 does not hold, so none may be recent.
    ['a decline', { values: { baselineDays: 6, recentDays: 2 } }, 'isDeclining 2 active days'],
    ['6 · 2 < 13: one less than three', { values: { baselineDays: 13, recentDays: 3 } }, 'isDeclining 1 active days'],
    ['a baseline that is too short is past', { values: { baselineDays: 5, recentDays: 1 } }, 'isOverdue 14 days'],
    ['clauses of the own status', { status: 'loyal', holds: ['isConsistent'], values: { orderDays: 3 } }, 'isOverdue 14 days'],
    [
      'clauses after the one that decided',
      { status: 'at_risk', holds: ['isOverdue'], values: { idleDays: 16, orderDays: 3 } },
      'isDormant 5 days',
    ],
    ['the first of two equally near', { values: { gaps: 1, orderDays: 3, idleDays: 20 } }, 'isDormant 1 days'],
    ['new ones', { status: 'new', holds: ['isNew'], values: { tenureDays: 5 } }, 'isInactive 39 days'],
    [
      'a history that is not long enough yet',
      { status: 'dormant', holds: ['isDormant'], values: { idleDays: 30 }, historyDays: 60 },
      'isInactive 30 days',
    ],
    [
      'an idle time that lasts longer than the history needs',
      { status: 'dormant', holds: ['isDormant'], values: { idleDays: 30 }, historyDays: 85 },
      'isInactive 11 days',
    ],
    ['who is gone', { status: 'churned', holds: ['isInactive'] }, undefined],
    ['who left', { status: 'churned', holds: ['hasLeft'] }, undefined],
    [
      'who never came',
      { status: 'never_active', holds: ['isNeverActive'], values: { idleDays: null, dormantAfter: null, churnedAfter: null } },
      undefined,
    ],
  ])('%s', (_name, given, expected) => {
    expect(near(given)).toBe(expected);
  });
});
