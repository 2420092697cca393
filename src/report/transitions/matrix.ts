import type { Flow, TransitionsResult } from '../../analysis/transitions/transitions-result.js';
import { renderDataTable } from '../data-table.js';
import { formatCount, formatShortCount } from '../format.js';
import type { Page } from '../page.js';
import { type TableColumn, tableWidth } from '../text-table.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { shortSegmentWord } from './segment-word.js';

/** Beyond that nobody reads them. */
const MOST_LINES = 24;

/** A line: a segment, nobody's segment, or those who entered; a column: the same, or those who left. */
type End = string | null | 'outside';

/** From (lines) and to (columns) with users, `entered` as the last line and `left` as the last column; ends without users are left out. */
export function renderMatrix(result: TransitionsResult, page: Page): string[] {
  const { flows, segmentation } = result;
  const wordOf = (segment: string | null): string => shortSegmentWord(segment, page.glyphs, segmentation);
  const isFrom = (flow: Flow, end: End): boolean =>
    end === 'outside' ? flow.change === 'entered' : flow.change !== 'entered' && flow.from === end;
  const isTo = (flow: Flow, end: End): boolean => (end === 'outside' ? flow.change === 'left' : flow.change !== 'left' && flow.to === end);
  const users = (from: End, to: End): number =>
    flows.reduce((sum, flow) => sum + (isFrom(flow, from) && isTo(flow, to) ? flow.users : 0), 0);
  const ends: readonly End[] = [...result.segments, 'outside'];
  const rows = ends.filter((from) => flows.some((flow) => isFrom(flow, from)));
  const columns = ends.filter((to) => flows.some((flow) => isTo(flow, to)));
  const build = (write: (count: number) => string): TableColumn[] => [
    {
      head: page.paint.dim(`from ${page.glyphs.arrow} to`),
      align: 'left',
      leaves: 0,
      cells: rows.map((row) => (row === 'outside' ? 'entered' : wordOf(row))),
    },
    ...columns.map((column): TableColumn => {
      const counts = rows.map((row) => users(row, column));
      return {
        head: page.paint.dim(column === 'outside' ? 'left' : wordOf(column)),
        align: 'right',
        leaves: 0,
        cells: counts.map((count, index) => {
          if (count === 0) return page.paint.dim(page.glyphs.bullet);
          return rows[index] === column ? page.paint.dim(write(count)) : write(count);
        }),
      };
    }),
  ];
  const full = build(formatCount);
  if (tableWidth(full) <= page.width) return renderDataTable(full);
  const short = build(formatShortCount);
  if (tableWidth(short) <= page.width) return renderDataTable(short);
  const lines = rows.slice(0, MOST_LINES).flatMap((row) => {
    const parts = columns
      .filter((column) => users(row, column) > 0)
      .map((column) => keepTogether(`${column === 'outside' ? 'left' : wordOf(column)} ${formatCount(users(row, column))}`));
    return wrapText(`${row === 'outside' ? 'entered' : wordOf(row)} ${page.glyphs.arrow} ${parts.join(', ')}`, page.width, '', '  ');
  });
  const more = rows.length - MOST_LINES;
  return more <= 0 ? lines : [...lines, page.paint.dim(`and ${formatCount(more)} more lines; --json has all`)];
}
