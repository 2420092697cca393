import type { TrendReport } from '../../analysis/trend/trend-result.js';
import { describeRows, renderLabelled } from '../classify/reading.js';
import { formatCounted, formatDate, formatDays, formatPeriod } from '../format.js';
import { createPage, type Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { renderFlows } from '../transitions/flows.js';
import { renderFlowTable, renderOwnFlows, SHOWN_PERIODS } from '../trend/flow-table.js';
import { isOneOwn } from '../trend/own-flows.js';
import { renderSizeLines } from '../trend/size-lines.js';
import { renderStock } from '../trend/stock-table.js';
import { trendHeadline, trendNotes } from '../trend/trend-words.js';
import { unitOfResult } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import type { TrendReporter } from './trend-reporter.js';

const SHOWN_HASH = 12;

/** Sizes drawn, then flows and sizes in tables, as wide as the terminal. */
export const trendTerminal: TrendReporter = {
  description: 'sizes drawn as lines, then flows and sizes of the last periods in tables, as wide as the terminal',
  render(result, options) {
    const page = createPage(options);
    const shown = result.periods.slice(-SHOWN_PERIODS);
    const hidden = result.periods.length - shown.length;
    const sections = [
      wrapText(trendHeadline(result), page.width).map(page.paint.title),
      renderSizeLines(result, page),
      ...(result.isOverlapping ? [renderOwnSegments(result, page)] : [renderFlowTable(result, shown, page)]),
      // Of one segment the sizes stand beside who came and went.
      isOneOwn(result) ? [] : renderStock(result, shown, page),
      hidden === 0 ? [] : wrapText(`${formatCounted(hidden, 'earlier period')} not in the tables: --reporter csv lists all.`, page.width),
      result.isOverlapping ? [] : lastFlows(result, page),
      trendNotes(result)
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

/** Of several segments, who came and went in the last period. */
function renderOwnSegments(result: TrendReport, page: Page): string[] {
  const last = result.periods.at(-1);
  if (last === undefined) return [];
  if (isOneOwn(result)) return renderOwnFlows(result, page);
  if (last.flows === null) return [];
  return [
    ...wrapText(`In the last period, ${formatPeriod(last.first, last.last)}`, page.width).map(page.paint.title),
    ...renderOwnFlows(result, page),
  ];
}

function lastFlows(result: TrendReport, page: Page): string[] {
  const last = result.periods.at(-1);
  if (last === undefined || last.flows === null) return [];
  return [
    ...wrapText(`In the last period, ${formatPeriod(last.first, last.last)}`, page.width).map(page.paint.title),
    ...renderFlows(last.flows, page, unitOfResult(result)),
  ];
}

function renderFacts(result: TrendReport, page: Page): string[] {
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
