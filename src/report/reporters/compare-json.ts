import type { ComparedGroup, ComparedMetric, Comparison, Interval, MeasuredSide } from '../../analysis/compare/compare-result.js';
import { isoOfDay } from '../../time/day.js';
import { filtersOf } from '../filters-json.js';
import { formatDigits, formatFraction } from '../format.js';
import { JsonNumber, type JsonValue, renderJson } from '../json-text.js';
import { rowCounts } from './classify-json.js';
import type { CompareReporter } from './compare-reporter.js';

/** Everything as one JSON object; numbers have ten digits that count, shares of users six decimals. */
export const compareJson: CompareReporter = {
  description: 'one JSON object',
  render(result) {
    return renderJson({
      as_of: result.asOf,
      as_of_chosen: result.asOfChosen,
      timezone: result.timezone,
      history_days: result.historyDays,
      rows: rowCounts(result.rows),
      ...(result.filters === undefined ? {} : { filters: filtersOf(result.filters) }),
      settings_hash: result.settingsHash,
      currency: result.currency,
      users: result.users,
      users_left_out: result.usersLeftOut,
      by: result.by,
      landmark_days: result.landmark?.kind === 'days' ? result.landmark.days : null,
      landmark_date: result.landmark?.kind === 'date' ? isoOfDay(result.landmark.day) : null,
      stratified_by: result.stratifiedBy,
      confidence: result.confidence,
      seed: result.seed,
      replicates: result.replicates,
      tests: result.tests,
      groups: result.groups.map(groupOf),
      sample_ratio:
        result.sampleRatio === null
          ? null
          : {
              p: digits(result.sampleRatio.p),
              arms: result.sampleRatio.arms.map(({ name, users, plannedShare }) => ({ name, users, planned_share: digits(plannedShare) })),
            },
      comparisons: result.comparisons.map(comparisonOf),
      warnings: result.warnings.map(({ code, message }) => ({ code, message })),
    });
  },
};

function comparisonOf({ a, b, metrics }: Comparison): JsonValue {
  return { a: groupOf(a), b: groupOf(b), metrics: metrics.map(metricOf) };
}

function groupOf({ name, users, share, medianTenure, medianObserved, observedDays }: ComparedGroup): JsonValue {
  return {
    name,
    users,
    share: new JsonNumber(formatFraction(share)),
    median_tenure_days: digits(medianTenure),
    median_observed_days: digits(medianObserved),
    observed_days: observedDays,
  };
}

function metricOf(metric: ComparedMetric): JsonValue {
  const { effect, stratified } = metric;
  return {
    metric: metric.metric,
    unit: metric.unit,
    a: sideOf(metric.a),
    b: sideOf(metric.b),
    difference: digits(metric.difference),
    interval: intervalOf(metric.interval),
    lift: digits(metric.lift),
    lift_interval: intervalOf(metric.liftInterval),
    effect: effect === null ? null : { kind: effect.kind, size: digits(effect.size) },
    p: digits(metric.p),
    adjusted_p: digits(metric.adjustedP),
    method: metric.method,
    verdict: metric.verdict,
    stratified:
      stratified === null
        ? null
        : {
            difference: digits(stratified.difference),
            layers: stratified.layers,
            share: digits(stratified.share),
            odds_ratio:
              stratified.oddsRatio === null
                ? null
                : { ratio: digits(stratified.oddsRatio.ratio), interval: intervalOf(stratified.oddsRatio.interval) },
          },
  };
}

/** One side of a comparison. */
export function sideOf({ n, value, interval }: MeasuredSide): JsonValue {
  return { n, value: digits(value), interval: intervalOf(interval) };
}

export function intervalOf(interval: Interval | null): JsonValue {
  return interval === null ? null : { low: digits(interval.low), high: digits(interval.high) };
}

/** Ten digits that count; null also for an end that does not exist. */
export function digits(value: number | null): JsonValue {
  return value === null || !Number.isFinite(value) ? null : new JsonNumber(formatDigits(value));
}
