import type { PreviewedSegment, PreviewResult } from '../../analysis/preview/preview-result.js';
import { formatCount, formatDate, formatPercent } from '../format.js';
import { createPage, type Page } from '../page.js';
import { renderExamples } from '../preview/example-lines.js';
import { renderRuleRows } from '../preview/rule-rows.js';
import { safeText } from '../safe-text.js';
import { formatUnits, unitOfResult } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import type { PreviewReporter } from './preview-reporter.js';

const LEGEND =
  'so far: who is in after this step; change: who it takes or adds; alone: for how many of everybody it holds; only this: who is out because of this one condition.';

/** Each rule step by step, with users to look at. */
export const previewTerminal: PreviewReporter = {
  description: 'the steps of each rule and some users, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const sections = result.segments.map((segment) => renderSegment(segment, result, page));
    const about = wrapText(`${formatUnits(result.users, result)} as of ${formatDate(result.asOf)}. ${LEGEND}`, page.width).map(
      page.paint.dim,
    );
    return `${[...sections, about].map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function renderSegment(segment: PreviewedSegment, result: PreviewResult, page: Page): string[] {
  const { segment: name, description, goal, minSize, users } = segment;
  const { many } = unitOfResult(result);
  const share = result.users === 0 ? '' : ` (${formatPercent(users / result.users)})`;
  const head = wrapText(`${name}: ${formatCount(users)} of ${formatUnits(result.users, result)}${share}`, page.width).map(page.paint.title);
  const words = [description, goal === '' ? '' : `${page.glyphs.arrow} ${goal}`].filter((text) => text !== '').join(' ');
  const isSmall = minSize !== null && users < minSize;
  return [
    ...head,
    ...(words === '' ? [] : wrapText(safeText(words), page.width).map(page.paint.dim)),
    ...(isSmall ? wrapText(`! fewer than its min_size of ${formatCount(minSize ?? 0)} ${many}`, page.width).map(page.paint.warn) : []),
    ...renderRuleRows(segment, result.users, page),
    ...renderExamples(segment, page),
  ];
}
