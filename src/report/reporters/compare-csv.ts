import { METRIC_CELLS, metricRows } from '../compare/metric-cells.js';
import { csvLine } from '../csv-line.js';
import type { CompareReporter } from './compare-reporter.js';

/** A row a metric of each comparison, with the numbers of the JSON form. */
export const compareCsv: CompareReporter = {
  description: 'CSV, a row a metric of each comparison',
  render(result) {
    const lines = [METRIC_CELLS.map(({ head }) => head), ...metricRows(result, METRIC_CELLS)];
    return lines.map(csvLine).join('');
  },
};
