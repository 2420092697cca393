import type { BacktestReport, Rate } from '../../analysis/backtest/backtest-result.js';
import { aucWords, backtestHeadline, backtestNotes } from '../backtest/backtest-words.js';
import { formatCount, formatNumber, formatPercent } from '../format.js';
import { markdownRow, markdownText } from '../markdown.js';
import { segmentWord } from '../transitions/segment-word.js';
import type { BacktestReporter } from './backtest-reporter.js';

/** A table for a page or a pull request. */
export const backtestMarkdown: BacktestReporter = {
  description: 'a Markdown table',
  render(result) {
    const facts = `As of ${result.asOf} (${markdownText(result.timezone)}); ${formatCount(result.rows.used)} of ${formatCount(result.rows.total)} rows used; settings ${result.settingsHash}.`;
    const sections = [
      [`### ${markdownText(backtestHeadline(result))}`],
      outcomeTable(result),
      aucWords(result).map(markdownText),
      backtestNotes(result).map((note) => `- ${markdownText(note)}`),
      [facts],
    ];
    return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

function outcomeTable({ segmentation, segments, hasAmounts }: BacktestReport): string[] {
  const money = hasAmounts ? ['paid each'] : [];
  return [
    markdownRow(['segment', 'place', 'of', 'came back', 'left by an event', ...money]),
    markdownRow(['---', '---:', '---:', '---:', '---:', ...money.map(() => '---:')]),
    ...segments.map((found) =>
      markdownRow([
        markdownText(segmentWord(found.segment, segmentation)),
        found.place === null ? '' : String(found.place),
        formatCount(found.cases),
        shareText(found.returnRate),
        shareText(found.churnRate),
        ...(hasAmounts ? [meanText(found.revenuePerUser)] : []),
      ]),
    ),
  ];
}

function shareText({ value, interval }: Rate): string {
  return `${formatPercent(value)}${interval === null ? '' : ` (${formatPercent(interval.low)} to ${formatPercent(interval.high)})`}`;
}

function meanText({ value, interval }: Rate): string {
  return `${formatNumber(value, 2)}${interval === null ? '' : ` (${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)})`}`;
}
