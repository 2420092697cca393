import type { DaySign, ExplainedUser, ExplainResult, RuleName, UserDay } from '../../../src/analysis/explain/explain-result.js';
import { grid } from '../../../src/segmentation/rfm/models/grid.js';
import { parseParameters } from '../../../src/segmentation/status/status-parameters.js';

const NO_RULE: Readonly<Record<RuleName, boolean>> = {
  hasLeft: false,
  isNeverActive: false,
  isInactive: false,
  isPayingButIdle: false,
  isNew: false,
  isDormant: false,
  hasReturned: false,
  hasRiskEvent: false,
  isDeclining: false,
  isOverdue: false,
  isCancelling: false,
  isConsistent: false,
  isRepeatBuyer: false,
  isOccasional: false,
};

export function days(...entries: readonly (readonly [string, ...DaySign[]])[]): UserDay[] {
  return entries.map(([day, ...signs]) => ({ day, signs }));
}

/**
 * Ana of `segment help statuses`: active on 1, 8, 15 and 29 March 2026, so gaps 7, 7, 14. With P50 7, P75 16, P90 41:
 * usual_interval (3·7 + 2·7)/5 = 7, dormant_after max(14, 16, 14) = 16, churned_after max(28, 41, 30, 21) = 41.
 * As of 11 April idle is 13 > 0.75·16 = 12: overdue. Idle 17 is reached on 15 April.
 */
export function ana(changes: Partial<ExplainedUser> = {}): ExplainedUser {
  return {
    userId: 'ana@example.org',
    chosen: 'named',
    status: 'at_risk',
    reason: 'overdue',
    group: 'slipping',
    values: {
      firstSeen: '2026-03-01',
      signUp: null,
      lastActive: '2026-03-29',
      idleDays: 13,
      tenureDays: 41,
      activeDays: 4,
      events: 9,
      gaps: 3,
      medianGap: '7',
      longestGap: 14,
      usualInterval: '7',
      dormantAfter: '16',
      churnedAfter: '41',
      churnEvent: null,
      riskEvent: null,
      hasOpenSubscription: false,
      cancellation: null,
      comebackGap: null,
      earlierGap: 14,
      recentDays: 2,
      baselineDays: 2,
      activeWeeks: 4,
      orderDays: 2,
    },
    rules: { ...NO_RULE, isOverdue: true },
    nearest: { rule: 'isDormant', status: 'dormant', missing: 4, unit: 'days' },
    nextFlip: { day: '2026-04-15', status: 'dormant', reason: 'idle' },
    rfm: {
      segment: 'potential_loyalists',
      recencyDays: 20,
      frequency: 3,
      monetary: '95.00',
      scores: { recency: 4, frequency: 3, monetary: 3 },
      orders: 5,
      newestOrders: [
        { day: '2026-03-22', orderId: 'A-17', amount: '55' },
        { day: '2026-03-08', orderId: null, amount: '40.00' },
        { day: '2025-12-02', orderId: 'A-3', amount: null },
      ],
    },
    further: [],
    own: [],
    days: days(
      ['2026-03-01', 'active'],
      ['2026-03-08', 'active', 'order'],
      ['2026-03-15', 'active'],
      ['2026-03-20', 'passive'],
      ['2026-03-29', 'active', 'order'],
      ['2026-04-02', 'refund'],
    ),
    ...changes,
  };
}

/** Ben: a weekly visitor for years who uninstalled. */
export function ben(): ExplainedUser {
  const first = Date.UTC(2022, 0, 3);
  const weeks = Array.from({ length: 180 }, (_, week) => new Date(first + week * 7 * 86_400_000).toISOString().slice(0, 10));
  const last = weeks.at(-1) ?? '';
  return ana({
    userId: '007',
    chosen: 'typical',
    status: 'churned',
    reason: 'app_removed',
    group: 'gone',
    values: {
      ...ana().values,
      firstSeen: '2022-01-03',
      lastActive: last,
      idleDays: 306,
      tenureDays: 1559,
      activeDays: 180,
      events: 181,
      gaps: 179,
      longestGap: 7,
      churnEvent: { name: 'app_removed', day: '2025-06-25', isUndone: false },
      recentDays: 0,
      baselineDays: 0,
      activeWeeks: 0,
    },
    rules: { ...NO_RULE, hasLeft: true, isInactive: true, isDormant: true, isOverdue: true },
    nearest: null,
    nextFlip: null,
    days: [...days(...weeks.map((day): [string, DaySign] => [day, 'active'])), ...days(['2025-06-25', 'churn'])],
  });
}

/** Cleo: known from an email only. */
export function cleo(): ExplainedUser {
  return ana({
    userId: 'cleo',
    status: 'never_active',
    reason: 'no_activity',
    group: 'gone',
    values: {
      ...ana().values,
      firstSeen: '2026-04-01',
      lastActive: null,
      idleDays: null,
      tenureDays: 10,
      activeDays: 0,
      events: 1,
      gaps: 0,
      medianGap: null,
      longestGap: null,
      usualInterval: null,
      dormantAfter: null,
      churnedAfter: null,
      earlierGap: null,
      recentDays: 0,
      baselineDays: 0,
      activeWeeks: 0,
      orderDays: 0,
    },
    rules: { ...NO_RULE, isNeverActive: true, isNew: true, isOccasional: true },
    nearest: null,
    nextFlip: null,
    rfm: { segment: 'prospects', recencyDays: null, frequency: 0, monetary: '0.00', scores: null, orders: 0, newestOrders: [] },
    days: days(['2026-04-01', 'passive']),
  });
}

export function explainResult(users: readonly ExplainedUser[], changes: Partial<ExplainResult> = {}): ExplainResult {
  return {
    asOf: '2026-04-11',
    timezone: 'UTC',
    currency: null,
    pauses: [],
    inputFirstDay: '2022-01-03',
    historyDays: 1560,
    populationGaps: { p50: 7, p75: 16, p90: 41, users: 2_840 },
    orderDaysQuantile: '3',
    parameters: parseParameters([]),
    hasPlanEvents: false,
    rfm: {
      model: grid,
      basis: 'orders',
      lookbackDays: 365,
      edges: { recencyDays: ['12.6', '34', '77.4', '160'], frequency: ['1', '2', '4', '9'], monetary: ['24.5', '60', '141.125', '310'] },
    },
    ofStatus: null,
    users,
    ...changes,
  };
}
