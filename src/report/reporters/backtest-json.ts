import type { BacktestDate, Rate, SegmentOutcomes } from '../../analysis/backtest/backtest-result.js';
import { filtersOf } from '../filters-json.js';
import { formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { stepWords } from '../trend/trend-words.js';
import type { BacktestReporter } from './backtest-reporter.js';
import { rowCounts } from './classify-json.js';

/** Everything there is, as one object. */
export const backtestJson: BacktestReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      segmentation: result.segmentation,
      as_of: result.asOf,
      as_of_chosen: result.asOfChosen,
      timezone: result.timezone,
      history_days: result.historyDays,
      rows: rowCounts(result.rows),
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      settings_hash: result.settingsHash,
      every: stepWords(result.step),
      horizon_days: result.horizonDays,
      auc: fraction(result.declaredAuc),
      observed_auc: fraction(result.observedAuc),
      segments: result.segments.map((segment) => outcomesOf(segment, result.hasAmounts)),
      dates: result.dates.map(dateOf),
      dates_left_out: result.leftOut.map(({ reason, dates }) => ({ reason, dates })),
      notes: result.notes,
    });
  },
};

const fraction = (value: number | null): JsonValue => (value === null ? null : new JsonNumber(formatFraction(value)));

function outcomesOf(found: SegmentOutcomes, hasAmounts: boolean): JsonValue {
  return {
    segment: found.segment,
    place: found.place,
    users: found.users,
    cases: found.cases,
    returned: found.returned,
    return_rate: rateOf(found.returnRate),
    churned: found.churned,
    churn_rate: rateOf(found.churnRate),
    revenue: hasAmounts ? found.revenue : null,
    revenue_per_user: hasAmounts ? rateOf(found.revenuePerUser) : null,
  };
}

function rateOf({ value, interval }: Rate): JsonValue {
  return { value: fraction(value), low: fraction(interval?.low ?? null), high: fraction(interval?.high ?? null) };
}

function dateOf({ asOf, until, users, declaredAuc, segments }: BacktestDate): JsonValue {
  return {
    as_of: asOf,
    until,
    users,
    auc: fraction(declaredAuc),
    segments: segments.map(({ segment, users: count, returned, churned, revenue }) => ({
      segment,
      users: count,
      returned,
      churned,
      revenue,
    })),
  };
}
