import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import { DEFAULT_RFM_MODEL } from '../../segmentation/rfm/models/index.js';
import { renderCrossTable } from '../classify/cross-table.js';
import { lookbackWords } from '../classify/facts.js';
import { renderFilesLine } from '../classify/files-line.js';
import { renderFurtherSegmentations } from '../classify/further-segmentations.js';
import { composeHeadline } from '../classify/headline.js';
import { renderOtherSegmentations } from '../classify/other-segmentations.js';
import { renderOverlaps } from '../classify/overlaps.js';
import { renderOwnSegments } from '../classify/own-segments.js';
import { renderReading } from '../classify/reading.js';
import { renderRfmEdges } from '../classify/rfm-edges.js';
import { renderRfmGrid } from '../classify/rfm-grid.js';
import { renderRfmSegments } from '../classify/rfm-segments.js';
import { renderStatusTable } from '../classify/status-table.js';
import { renderRejects, renderWarnings } from '../classify/warnings.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { formatUnits, unitOfResult } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import type { ClassifyReporter } from './classify-reporter.js';

/** The summary an analyst reads: what it says, what it was made from, who is where, what to do. */
export const classifyTerminal: ClassifyReporter = {
  description: 'a summary for people, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const sections = [
      wrapText(composeHeadline(result), page.width).map(page.paint.strong),
      renderReading(result, page),
      renderStatusTable(result, page),
      renderRfm(result, page),
      titled(`RFM segments by status (${unitOfResult(result).many})`, renderCrossTable(result, page), page),
      renderOwnSegments(result, page),
      renderOverlaps(result, page),
      titled('Other ways to look at them', renderOtherSegmentations(result, page), page),
      ...renderFurtherSegmentations(result, page),
      titled('Warnings', renderWarnings(result.warnings, page), page),
      titled('Rejected rows', renderRejects(result.rejects, result.rows.rejected, page), page),
      renderFilesLine(options.output, page),
    ];
    const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
    return `${text.join('\n\n')}\n`;
  },
};

function renderRfm(result: ClassifyResult, page: Page): string[] {
  const { basis, edges, cells } = result.rfm;
  const title = page.paint.title('RFM: what to offer them');
  const scored = cells.reduce((sum, { users }) => sum + users, 0);
  const what = basis === 'orders' ? 'orders' : 'active days (there are no orders here)';
  const segments = renderRfmSegments(result, page);
  if (edges === null || scored === 0) {
    const nobody = `Nobody has ${what} in ${lookbackWords(result)}, so nobody is scored.`;
    return [title, ...wrapText(nobody, page.width), '', ...segments];
  }
  const money = result.currency === null ? '' : ` Money is in ${safeText(result.currency)}.`;
  const about = `${formatUnits(scored, result)} scored ${scoreWords(result)} by ${what} of ${lookbackWords(result)}.${money}`;
  const grid = renderRfmGrid(result, page);
  const parts = [wrapText(about, page.width), grid, renderRfmEdges(result, page), segments].filter((lines) => lines.length > 0);
  return [title, ...parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))];
}

/** `from 1 to 5`; with a model that is not the usual one, its name, and each metric's where they differ. */
function scoreWords({ rfm: { model, basis } }: ClassifyResult): string {
  const name = model === DEFAULT_RFM_MODEL ? '' : ` (model ${safeText(model.name)})`;
  const { recency, frequency, monetary } = model.scales;
  const counts = basis === 'orders' ? [recency.scores, frequency.scores, monetary.scores] : [recency.scores, frequency.scores];
  if (new Set(counts).size === 1) return `from 1 to ${recency.scores}${name}`;
  return `from 1 to ${counts.map((count, index) => `${count} (${'RFM'[index]})`).join(', ')}${name}`;
}

function titled(title: string, lines: readonly string[], page: Page): string[] {
  return lines.length === 0 ? [] : [page.paint.title(title), ...lines];
}
