import type { BacktestReport, LeftOutDates } from '../../analysis/backtest/backtest-result.js';
import { formatCount, formatCounted, formatDate, formatDays, formatNumber } from '../format.js';
import { unitOfResult } from '../unit.js';

/** "status at 9 dates from 3 October 2025 to 31 May 2026, and who came back in the 30 days after each." */
export function backtestHeadline({ segmentation, dates, horizonDays }: BacktestReport): string {
  const [first, last] = [dates[0], dates.at(-1)];
  const span =
    first === undefined || last === undefined || first === last
      ? `at ${formatDate(last?.asOf ?? '')}`
      : `at ${formatCounted(dates.length, 'date')} from ${formatDate(first.asOf)} to ${formatDate(last.asOf)}`;
  return `${segmentation} ${span}, and who came back in the ${formatDays(horizonDays)} after.`;
}

/** What the one number says; a sentence each. */
export function aucWords(result: BacktestReport): string[] {
  const { declaredAuc, observedAuc } = result;
  const { articled, many } = unitOfResult(result);
  if (observedAuc === null) return ['Everybody came back, or nobody did: there is no order to test.'];
  const chance = `how often ${articled} who came back stood better than one of the same date who did not (1 always, 0.5 by chance; ties count half)`;
  if (declaredAuc === null) {
    return [
      `AUC ${auc(observedAuc)} by the order seen here, as ${result.segmentation} declares none: ${chance}. It is the order of the same ${many}, which flatters it.`,
    ];
  }
  return [`AUC ${auc(declaredAuc)} by the declared order (place 1 is the best): ${chance}. The order seen here has ${auc(observedAuc)}.`];
}

const auc = (value: number): string => formatNumber(value, 3);

/** What a reader must know of the numbers. */
export function backtestNotes(result: BacktestReport): string[] {
  const { dates, leftOut, horizonDays, step, notes } = result;
  const { articled } = unitOfResult(result);
  const isOverlapping = dates.length > 1 && step.unit === 'day' && step.days < horizonDays;
  return [
    ...leftOut.map((left) => `${formatCounted(left.dates, 'date')} left out: ${leftOutWords(left, result)}.`),
    ...(dates.length > 1
      ? [`"of" counts every date that ${articled} was known at. Intervals (95 %) take ${articled} with all dates as one observation.`]
      : ['Intervals are 95 %.']),
    ...(isOverlapping ? ['The windows overlap, so that one return can follow on several dates.'] : []),
    ...notes,
  ];
}

function leftOutWords({ reason, dates }: LeftOutDates, result: BacktestReport): string {
  switch (reason) {
    case 'too_many':
      return `only the newest ${formatCount(result.dates.length)} are taken`;
    case 'without_orders':
      return `${dates === 1 ? 'it lies' : 'they lie'} before the first order`;
    case 'nobody':
      return `none of these ${unitOfResult(result).many} was there yet`;
  }
}
