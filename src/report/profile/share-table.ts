import type { ComparedShare } from '../../analysis/profile/profile-result.js';
import { drawInterval } from '../compare/draw-interval.js';
import { formatDifference, formatMeasure } from '../compare/measure.js';
import { renderDataTable } from '../data-table.js';
import { formatNumber } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { type TableColumn, tableWidth } from '../text-table.js';
import { cutText } from '../wrap-text.js';
import { shareName } from './profile-words.js';

const LONGEST_NAME = 30;
const LEAST_NAME = 16;
const LEAST_PLOT = 7;
const WIDEST_PLOT = 21;

/** Shares of members beside those of the rest, in lists with a title each: both, the difference, how many times as many, and the interval drawn. */
export function renderShares(lists: readonly (readonly [string, readonly ComparedShare[]])[], page: Page): string[] {
  const { paint, glyphs, width } = page;
  const [[title = ''] = [], ...others] = lists;
  const cells = (titled: (title: string) => string, cell: (share: ComparedShare) => string): string[] => [
    ...(lists[0]?.[1] ?? []).map(cell),
    ...others.flatMap(([other, shares]) => [titled(other), ...shares.map(cell)]),
  ];
  const right = (head: string, cell: (share: ComparedShare) => string): TableColumn => ({
    head: paint.dim(head),
    align: 'right',
    leaves: 0,
    cells: cells(() => '', cell),
  });
  const numbers = [
    right('members', ({ members }) => (members.value === null ? glyphs.none : formatMeasure(members.value, 'share'))),
    right('rest', ({ rest }) => (rest.value === null ? glyphs.none : formatMeasure(rest.value, 'share'))),
    right('difference', ({ difference }) => (difference === null ? glyphs.none : formatDifference(difference, 'share'))),
    right('times', ({ ratio }) => (ratio === null ? glyphs.none : `${formatNumber(ratio, ratio < 9.95 ? 1 : 0)}${glyphs.times}`)),
  ];
  const room = width - tableWidth(numbers) - 2;
  const nameWidth = Math.min(LONGEST_NAME, Math.max(LEAST_NAME, room - LEAST_PLOT - 2));
  const names: TableColumn = {
    head: paint.strong(title),
    align: 'left',
    leaves: 0,
    cells: cells(paint.strong, (share) => cutText(safeText(shareName(share)), nameWidth, glyphs.ellipsis)),
  };
  const left = width - tableWidth([names, ...numbers]) - 2;
  const plot = Math.min(WIDEST_PLOT, left % 2 === 0 ? left - 1 : left);
  if (plot < LEAST_PLOT) return renderDataTable([names, ...numbers]);
  const drawn: TableColumn = {
    head: paint.dim('95 %'),
    align: 'left',
    leaves: 0,
    cells: cells(
      () => '',
      ({ interval, difference }) =>
        interval === null || difference === null ? '' : drawInterval(interval, difference, plot, glyphs.isUnicode),
    ),
  };
  return renderDataTable([names, ...numbers, drawn]);
}
