import type { StatusName } from '../../segmentation/status/status.js';
import { inHundredths } from '../../segmentation/status/status-parameters.js';
import { type ExplainResult, type NearestRule, RULE_NAMES, type RuleName, type StatusValues } from './explain-result.js';

/** What a miss is measured with. */
interface Measure {
  readonly values: StatusValues;
  readonly historyDays: number;
  readonly orderDaysQuantile: string;
  readonly parameters: ExplainResult['parameters'];
}

type Miss = Pick<NearestRule, 'missing' | 'unit'>;

/** The least days that one of each takes. At equal distance the first is named. */
const TAKES: Readonly<Record<NearestRule['unit'], number>> = { days: 1, 'active days': 1, 'order days': 1, 'active weeks': 7 };
const UNITS = Object.keys(TAKES) as readonly NearestRule['unit'][];

/** What each clause decides on. */
const DECIDES: Readonly<Record<RuleName, StatusName>> = {
  hasLeft: 'churned',
  isNeverActive: 'never_active',
  isInactive: 'churned',
  isPayingButIdle: 'dormant',
  isNew: 'new',
  isDormant: 'dormant',
  hasReturned: 'reactivated',
  hasRiskEvent: 'at_risk',
  isDeclining: 'at_risk',
  isOverdue: 'at_risk',
  isCancelling: 'at_risk',
  isConsistent: 'loyal',
  isRepeatBuyer: 'loyal',
  isOccasional: 'occasional',
};

/**
 * The clause nearest to giving another status: of those tried before the one that decided, for another status, the one that could
 * hold soonest: days of waiting, active days more or less, and order days count as a day each, active weeks as seven; ties: waiting
 * first, then the first tried. Borders are held as they are. Only what can still come true is near: `new`, `reactivated`,
 * `occasional` and the baseline of a decline are decided by the past, churn, risk, cancellation and first order by an event that nobody can
 * foresee, and a clause that misses in two units at once cannot be said in one number.
 */
export function nearestRule(status: StatusName, rules: Readonly<Record<RuleName, boolean>>, measure: Measure): NearestRule | null {
  const decided = RULE_NAMES.findIndex((rule) => rules[rule]);
  const tried = decided === -1 ? RULE_NAMES : RULE_NAMES.slice(0, decided);
  const near = tried.flatMap((rule) => {
    const miss = DECIDES[rule] === status ? null : (MISSES[rule]?.(measure) ?? null);
    return miss === null ? [] : [{ rule, status: DECIDES[rule], ...miss }];
  });
  const [nearest] = near.sort((left, right) => distance(left) - distance(right) || UNITS.indexOf(left.unit) - UNITS.indexOf(right.unit));
  return nearest ?? null;
}

function distance({ missing, unit }: Miss): number {
  return missing * TAKES[unit];
}

/** By how much a clause that does not hold misses; null when that cannot be said in one unit. */
const MISSES: Readonly<Partial<Record<RuleName, (measure: Measure) => Miss | null>>> = {
  isInactive: (measure) => (measure.values.hasOpenSubscription ? null : inactivityMiss(measure)),
  isPayingButIdle: (measure) => (measure.values.hasOpenSubscription ? inactivityMiss(measure) : null),
  isDormant: ({ values }) => idleMiss(values, values.dormantAfter),
  isDeclining: ({ values: { recentDays, baselineDays }, parameters }) => {
    if (baselineDays < parameters['at_risk.baseline_days']) return null;
    const pace = inHundredths(parameters['at_risk.decline']) * parameters['at_risk.window'] * baselineDays;
    const most = Math.floor((pace - 1) / (100 * parameters['at_risk.baseline']));
    return { missing: recentDays - most, unit: 'active days' };
  },
  isOverdue: ({ values, parameters }) => {
    if (values.gaps < 2 || values.idleDays === null || values.dormantAfter === null) return null;
    const border = Math.floor((inHundredths(parameters['at_risk.overdue']) * Math.round(Number(values.dormantAfter) * 1e6)) / 1e8);
    return days(border + 1 - values.idleDays);
  },
  isConsistent: ({ values, parameters }) =>
    loyalMiss(values, parameters['loyal.tenure'], parameters['loyal.weeks'] - values.activeWeeks, 'active weeks'),
  isRepeatBuyer: ({ values, parameters, orderDaysQuantile }) => {
    if (values.orderDays === 0) return null;
    const needed = Math.max(parameters['loyal.orders'], Math.ceil(Number(orderDaysQuantile)));
    return loyalMiss(values, parameters['loyal.tenure'], needed - values.orderDays, 'order days');
  },
};

function days(missing: number): Miss {
  return { missing, unit: 'days' };
}

/** Days until idle time and history are long enough for rule 3. */
function inactivityMiss({ values, historyDays, parameters }: Measure): Miss | null {
  const idle = idleMiss(values, values.churnedAfter);
  return idle === null ? null : days(Math.max(idle.missing, parameters['churned.history'] - historyDays));
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
  if (tenureDays === null) return null;
  if (tenureDays >= tenure) return { missing: lacking, unit };
  return lacking > 0 ? null : days(tenure - tenureDays);
}
