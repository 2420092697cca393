import type { TrendPeriod, TrendReport } from '../../analysis/trend/trend-result.js';
import { formatCount } from '../format.js';
import { markdownRow, markdownText } from '../markdown.js';
import { segmentWord } from '../transitions/segment-word.js';
import { isOneOwn, ownFlows } from '../trend/own-flows.js';
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
      isOneOwn(result) ? [] : stockTable(result),
      result.isOverlapping ? ownFlowTable(result) : flowTable(result),
      trendNotes(result).map((note) => `- ${markdownText(note)}`),
      [facts],
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function stockTable(result: TrendReport): string[] {
  const { segments, periods, isOverlapping } = result;
  const together = isOverlapping ? unitOfResult(result).many : 'together';
  return [
    markdownRow(['end of', ...segments.map((segment) => markdownText(segmentWord(segment))), together]),
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

function ownFlowTable(result: TrendReport): string[] {
  const { heads, rows } = ownFlows(result);
  const isOne = isOneOwn(result);
  const last = result.periods.at(-1);
  return [
    markdownRow([isOne ? 'end of' : `in the period to ${last?.last ?? ''}`, ...heads]),
    markdownRow(['---', ...heads.map(() => '---:')]),
    ...rows.map(({ row, counts }) =>
      markdownRow([
        isOne ? periodName(row.period) : markdownText(segmentWord(row.segment)),
        ...counts.map((count) => (count === null ? '' : formatCount(count))),
      ]),
    ),
  ];
}

const periodName = (period: TrendPeriod): string => `${period.last}${period.coveredDays < period.days ? '\\*' : ''}`;
