import { csvLine } from '../csv-line.js';
import { formatFraction } from '../format.js';
import { segmentRows } from '../trend/segment-rows.js';
import type { TrendReporter } from './trend-reporter.js';

const HEADS = [
  'period_first',
  'period_last',
  'is_partial',
  'segmentation',
  'segment',
  'users',
  'share',
  'entered',
  'moved_in',
  'moved_out',
  'left',
  'moved_in_by_threshold',
  'moved_out_by_threshold',
] as const;

/** A row a segment of each period, with the numbers of the JSON form; empty: not known, or no segment of its own. */
export const trendCsv: TrendReporter = {
  description: 'CSV, a row a segment of each period',
  render(result) {
    const lines = segmentRows(result).map(({ period, segment, users, share, flows }) => [
      period.first,
      period.last,
      String(period.coveredDays < period.days),
      result.segmentation,
      segment ?? '',
      String(users),
      formatFraction(share),
      ...[flows?.entered, flows?.movedIn, flows?.movedOut, flows?.left, flows?.byThreshold?.movedIn, flows?.byThreshold?.movedOut].map(
        (count) => (count === undefined ? '' : String(count)),
      ),
    ]);
    return [HEADS, ...lines].map(csvLine).join('');
  },
};
