import type { InspectResult } from '../../analysis/inspect/inspect-result.js';
import { formatCount, formatCountColumn, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { alignedRows } from './aligned-rows.js';

const SHOWN_COLUMNS = 24;
const SHOWN_EMPTY = 8;
const WIDEST_NAME = 28;
/** What stands beside the names at least. */
const NUMBERS_WIDTH = 24;

/** Columns without a role: how full they are, how many values they hold, and the first of those. */
export function renderProperties({ columns }: InspectResult, page: Page): string[] {
  const others = columns.filter(({ role, filled }) => role === null && filled > 0);
  const empty = columns.filter(({ role, filled }) => role === null && filled === 0);
  const shown = others.slice(0, SHOWN_COLUMNS);
  const more = others.length - shown.length;
  return [
    ...alignedRows(
      [
        { head: 'column', align: 'left', cells: shown.map(({ name }) => name), most: Math.min(WIDEST_NAME, page.width - NUMBERS_WIDTH) },
        { head: 'filled', align: 'right', cells: shown.map(({ fillRate }) => formatPercent(fillRate)) },
        { head: 'values', align: 'right', cells: formatCountColumn(shown.map(({ distinct }) => distinct)) },
        { head: 'first ones', align: 'left', cells: shown.map(({ values }) => values.join(page.glyphs.isUnicode ? ' · ' : ' | ')) },
      ],
      page,
    ),
    ...(more > 0 ? [`  and ${formatCount(more)} more; --json lists them`] : []),
    ...emptyLines(
      empty.map(({ name }) => name),
      page,
    ),
  ];
}

function emptyLines(names: readonly string[], page: Page): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, SHOWN_EMPTY).map((name) => keepTogether(safeText(name)));
  const more = names.length > shown.length ? ` and ${formatCount(names.length - shown.length)} more` : '';
  return wrapText(`Empty: ${shown.join(', ')}${more}`, page.width, '  ', '    ');
}
