import type { Rate } from '../../analysis/backtest/backtest-result.js';
import { csvLine } from '../csv-line.js';
import { formatFraction } from '../format.js';
import type { BacktestReporter } from './backtest-reporter.js';

const RATES = ['return_rate', 'churn_rate', 'revenue_per_user'] as const;
const HEADS = [
  'segmentation',
  'segment',
  'place',
  'users',
  'cases',
  'returned',
  'churned',
  'revenue',
  ...RATES.flatMap((rate) => [rate, `${rate}_low`, `${rate}_high`]),
] as const;

/** A row a segment, over all dates, with the numbers of the JSON form; empty: not known, or no segment of its own. */
export const backtestCsv: BacktestReporter = {
  description: 'CSV, a row a segment',
  render({ segmentation, segments, hasAmounts }) {
    const lines = segments.map((found) => [
      segmentation,
      found.segment ?? '',
      found.place === null ? '' : String(found.place),
      ...[found.users, found.cases, found.returned, found.churned].map(String),
      hasAmounts ? found.revenue : '',
      ...rateCells(found.returnRate),
      ...rateCells(found.churnRate),
      ...(hasAmounts ? rateCells(found.revenuePerUser) : ['', '', '']),
    ]);
    return [HEADS, ...lines].map(csvLine).join('');
  },
};

function rateCells({ value, interval }: Rate): string[] {
  return [value, interval?.low, interval?.high].map((number) => (number === undefined ? '' : formatFraction(number)));
}
