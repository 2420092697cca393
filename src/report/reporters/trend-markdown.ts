import type { TrendPeriod, TrendReport } from '../../analysis/trend/trend-result.js';
import { formatCount } from '../format.js';
import { markdownRow, markdownText } from '../markdown.js';
import { segmentWord } from '../transitions/segment-word.js';
import { trendHeadline, trendNotes } from '../trend/trend-words.js';
import { unitOfResult } from '../unit.js';
import type { TrendReporter } from './trend-reporter.js';

/** Tables for a page or a pull request. */
export const trendMarkdown: TrendReporter = {
  description: 'Markdown tables',
  render(result) {
    const facts = `As of ${result.asOf} (${markdownText(result.timezone)}); ${formatCount(result.rows.used)} of ${formatCount(result.rows.total)} rows used; settings ${result.settingsHash}.`;
    const sections = [
      [`### ${markdownText(trendHeadline(result))}`],
      stockTable(result),
      flowTable(result),
      trendNotes(result).map((note) => `- ${markdownText(note)}`),
      [facts],
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function stockTable({ segments, periods }: TrendReport): string[] {
  return [
    markdownRow(['end of', ...segments.map((segment) => markdownText(segmentWord(segment))), 'together']),
    markdownRow(['---', ...segments.map(() => '---:'), '---:']),
    ...periods.map((period) =>
      markdownRow([periodName(period), ...period.sizes.map((size) => formatCount(size)), formatCount(period.users)]),
    ),
  ];
}

function flowTable(result: TrendReport): string[] {
  const isStatus = result.periods.some(({ active }) => active !== null);
  const heads = isStatus ? ['active', 'new', 'resurrected', 'newly inactive'] : [unitOfResult(result).many, 'entered', 'left'];
  const cells = ({ active, users, flows }: TrendPeriod): (number | null | undefined)[] =>
    isStatus
      ? [active, flows?.active?.fresh, flows?.active?.resurrected, flows?.active?.newlyInactive]
      : [users, flows?.entered, flows?.left];
  return [
    markdownRow(['end of', ...heads, 'moved', 'by threshold']),
    markdownRow(['---', ...heads.map(() => '---:'), '---:', '---:']),
    ...result.periods.map((period) =>
      markdownRow([
        periodName(period),
        ...[...cells(period), period.flows?.moved, period.flows?.byThreshold].map((count) =>
          count === null || count === undefined ? '' : formatCount(count),
        ),
      ]),
    ),
  ];
}

const periodName = (period: TrendPeriod): string => `${period.last}${period.coveredDays < period.days ? '\\*' : ''}`;
