import type { ComparedMetric, CompareResult, Comparison } from '../../analysis/compare/compare-result.js';
import { formatDigits } from '../format.js';

/** One value of a flat table of a comparison: its text, and whether it came from the data as text. */
export interface MetricCell {
  readonly head: string;
  readonly of: (comparison: Comparison, metric: ComparedMetric) => string;
}

const digits = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '' : formatDigits(value);

/** The columns of a comparison as one flat table: a row a metric of each comparison. */
export const METRIC_CELLS: readonly MetricCell[] = [
  { head: 'a', of: ({ a }) => a.name },
  { head: 'b', of: ({ b }) => b.name },
  { head: 'metric', of: (_, { metric }) => metric },
  { head: 'unit', of: (_, { unit }) => unit },
  { head: 'n_a', of: (_, { a }) => String(a.n) },
  { head: 'n_b', of: (_, { b }) => String(b.n) },
  { head: 'value_a', of: (_, { a }) => digits(a.value) },
  { head: 'value_b', of: (_, { b }) => digits(b.value) },
  { head: 'difference', of: (_, { difference }) => digits(difference) },
  { head: 'low', of: (_, { interval }) => digits(interval?.low) },
  { head: 'high', of: (_, { interval }) => digits(interval?.high) },
  { head: 'lift', of: (_, { lift }) => digits(lift) },
  { head: 'effect', of: (_, { effect }) => digits(effect?.size) },
  { head: 'p', of: (_, { p }) => digits(p) },
  { head: 'adjusted_p', of: (_, { adjustedP }) => digits(adjustedP) },
  { head: 'stratified_difference', of: (_, { stratified }) => digits(stratified?.difference) },
  { head: 'method', of: (_, { method }) => method ?? '' },
  { head: 'verdict', of: (_, { verdict }) => verdict },
];

/** The rows of that table as texts. */
export function metricRows({ comparisons }: CompareResult, cells: readonly MetricCell[]): string[][] {
  return comparisons.flatMap((comparison) => comparison.metrics.map((metric) => cells.map(({ of }) => of(comparison, metric))));
}
