import type { StatusName } from '../../segmentation/status/status.js';
import { inHundredths } from '../../segmentation/status/status-parameters.js';
import { type ExplainResult, type NearestRule, RULE_NAMES, type RuleName, type StatusValues } from './explain-result.js';

/** What a miss is measured with. */
export interface Measure {
  readonly values: StatusValues;
  readonly historyDays: number;
  readonly populationGaps: ExplainResult['populationGaps'];
  readonly orderDaysQuantile: string;
  readonly parameters: ExplainResult['parameters'];
}

type Miss = Pick<NearestRule, 'missing' | 'unit'>;

/** The nearest first: days are comparable with the next flip, the others are counts of what a user does. */
const UNITS: readonly NearestRule['unit'][] = ['days', 'active days', 'active weeks', 'order days'];

/** What each clause decides on. */
const DECIDES: Readonly<Record<RuleName, StatusName>> = {
  hasLeft: 'churned',
  isNeverActive: 'never_active',
  isInactive: 'churned',
  isNew: 'new',
  isDormant: 'dormant',
  hasReturned: 'reactivated',
  hasRiskEvent: 'at_risk',
  isDeclining: 'at_risk',
  isOverdue: 'at_risk',
  isConsistent: 'loyal',
  isRepeatBuyer: 'loyal',
  isOccasional: 'occasional',
};

/**
 * The clause that came closest to giving another status: of those tried before the one that decided, for another status, the one
 * that misses by the fewest days; where none misses by days, by the fewest active days, then active weeks, then order days (ties:
 * the first tried). A clause that lacks an event, or misses in two units at once, is not near at all. Borders are held as they are:
 * "3 days" of idle time pass by themselves, "3 days" of tenure or of a gap would need another past.
 */
export function nearestRule(status: StatusName, rules: Readonly<Record<RuleName, boolean>>, measure: Measure): NearestRule | null {
  const decided = RULE_NAMES.findIndex((rule) => rules[rule]);
  const tried = decided === -1 ? RULE_NAMES : RULE_NAMES.slice(0, decided);
  const near = tried.flatMap((rule) => {
    const miss = DECIDES[rule] === status ? null : (MISSES[rule]?.(measure) ?? null);
    return miss === null ? [] : [{ rule, status: DECIDES[rule], ...miss }];
  });
  const [nearest] = near.sort((left, right) => UNITS.indexOf(left.unit) - UNITS.indexOf(right.unit) || left.missing - right.missing);
  return nearest ?? null;
}

/** By how much each countable clause misses; null when it cannot be said in one unit. Called only for clauses that do not hold. */
const MISSES: Readonly<Partial<Record<RuleName, (measure: Measure) => Miss | null>>> = {
  isInactive: ({ values, historyDays, parameters }) => {
    const idle = idleMiss(values, values.churnedAfter);
    return idle === null ? null : days(Math.max(idle.missing, parameters['churned.history'] - historyDays));
  },
  isNew: ({ values, historyDays, populationGaps, parameters }) => {
    const fromStart = historyDays - 1 - values.tenureDays;
    return days(
      Math.max(values.tenureDays - parameters['new.days'] + 1, Math.max(parameters['new.days'], 2 * populationGaps.p50) - fromStart),
    );
  },
  isDormant: ({ values }) => idleMiss(values, values.dormantAfter),
  hasReturned: ({ values: { comebackGap, earlierGap, dormantAfter } }) => {
    if (comebackGap === null || dormantAfter === null) return null;
    const missing = { border: beyond(dormantAfter) - comebackGap, record: (earlierGap ?? 0) + 1 - comebackGap };
    return missing.border > 0 && missing.record > 0 ? null : days(Math.max(missing.border, missing.record));
  },
  isDeclining: ({ values: { recentDays, baselineDays }, parameters }) => {
    const needed = Math.max(baselineDays, parameters['at_risk.baseline_days']);
    const pace = inHundredths(parameters['at_risk.decline']) * parameters['at_risk.window'] * needed;
    const most = Math.floor((pace - 1) / (100 * parameters['at_risk.baseline']));
    return { missing: needed - baselineDays + Math.max(0, recentDays - most), unit: 'active days' };
  },
  isOverdue: ({ values, parameters }) => {
    if (values.gaps < 2 || values.idleDays === null || values.dormantAfter === null) return null;
    const border = Math.floor((inHundredths(parameters['at_risk.overdue']) * Math.round(Number(values.dormantAfter) * 1e6)) / 1e8);
    return days(border + 1 - values.idleDays);
  },
  isConsistent: ({ values, parameters }) =>
    loyalMiss(values, parameters['loyal.tenure'], parameters['loyal.weeks'] - values.activeWeeks, 'active weeks'),
  isRepeatBuyer: ({ values, parameters, orderDaysQuantile }) => {
    const needed = Math.max(parameters['loyal.orders'], Math.ceil(Number(orderDaysQuantile)));
    return loyalMiss(values, parameters['loyal.tenure'], needed - values.orderDays, 'order days');
  },
  isOccasional: ({ values, parameters }) => ({ missing: values.activeDays - parameters['occasional.days'] + 1, unit: 'active days' }),
};

function days(missing: number): Miss {
  return { missing, unit: 'days' };
}

/** Days until idle time passes a border. */
function idleMiss({ idleDays }: StatusValues, border: string | null): Miss | null {
  return idleDays === null || border === null ? null : days(beyond(border) - idleDays);
}

/** The first whole number of days beyond a border. */
function beyond(border: string): number {
  return Math.floor(Number(border)) + 1;
}

function loyalMiss({ tenureDays }: StatusValues, tenure: number, lacking: number, unit: NearestRule['unit']): Miss | null {
  if (tenureDays >= tenure) return { missing: lacking, unit };
  return lacking > 0 ? null : days(tenure - tenureDays);
}
