import { METRIC_CELLS, metricRows } from '../compare/metric-cells.js';
import { safeText } from '../safe-text.js';
import type { CompareReporter } from './compare-reporter.js';

/** A row a metric of each comparison, with the numbers of the JSON form. */
export const compareCsv: CompareReporter = {
  description: 'CSV, a row a metric of each comparison',
  render(result) {
    const lines = [METRIC_CELLS.map(({ head }) => head), ...metricRows(result, METRIC_CELLS)];
    return lines.map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
  },
};

/** A spreadsheet would run a name that begins like a formula. */
const FORMULA = /^[=@+]|^-(?!\d)/;

function csvCell(text: string): string {
  const shown = safeText(text);
  const safe = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
