import type { BacktestReport } from '../../analysis/backtest/backtest-result.js';
import { aucWords, backtestHeadline, backtestNotes } from '../backtest/backtest-words.js';
import { renderOutcomes } from '../backtest/outcome-table.js';
import { describeRows, renderLabelled } from '../classify/reading.js';
import { formatDate, formatDays } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { wrapText } from '../wrap-text.js';
import type { BacktestReporter } from './backtest-reporter.js';

const SHOWN_HASH = 12;

/** Who came back by segment, drawn, and the one number, as wide as the terminal. */
export const backtestTerminal: BacktestReporter = {
  description: 'who came back by segment, drawn with intervals, and the AUC of the order, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const sections = [
      wrapText(safeText(backtestHeadline(result)), page.width).map(page.paint.title),
      renderOutcomes(result, page),
      aucWords(result).flatMap((sentence) => wrapText(sentence, page.width, '', '  ')),
      backtestNotes(result)
        .flatMap((note) => wrapText(note, page.width, '', '  '))
        .map(page.paint.dim),
      renderFacts(result, page),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function renderFacts(result: BacktestReport, page: Page): string[] {
  const { asOf, asOfChosen, timezone, historyDays, filters, settingsHash } = result;
  const chosen = asOfChosen === 'given' ? 'as given' : 'the day of the newest event';
  return (
    [
      ['Read', describeRows(result)],
      ['Filter', filters === undefined ? '' : `${safeText(filters.words)}.`],
      ['As of', `end of ${formatDate(asOf)} (${safeText(timezone)}), ${chosen}; ${formatDays(historyDays)} of history.`],
      ['Hash', `${settingsHash.slice(0, SHOWN_HASH)} of the settings.`],
    ] as const
  ).flatMap(([label, text]) => (text === '' ? [] : renderLabelled(label, text, page)));
}
