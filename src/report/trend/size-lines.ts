import type { TrendResult } from '../../analysis/trend/trend-result.js';
import { formatCount, formatPercent, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { drawSparkline } from '../sparkline.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { segmentWord } from '../transitions/segment-word.js';

const SHORT_LINE = 24;
const LONGEST_LINE = 80;

/** A line a segment: its sizes drawn, the first, the last, the smallest and the largest, and the change. */
export function renderSizeLines({ segments, periods }: TrendResult, page: Page): string[] {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return [];
  const actives = periods.flatMap(({ active }) => (active === null ? [] : [active]));
  const rows = [
    ...segments.map((segment, index) => ({ name: segmentWord(segment), sizes: periods.map(({ sizes }) => sizes[index] ?? 0) })),
    ...(actives.length === periods.length ? [{ name: 'all active', sizes: actives }] : []),
  ];
  const count = (head: string, leaves: number, pick: (sizes: readonly number[]) => number): TableColumn => ({
    head: page.paint.dim(head),
    align: 'right',
    leaves,
    cells: rows.map(({ sizes }) => formatCount(pick(sizes))),
  });
  const names: TableColumn = { head: '', align: 'left', leaves: 0, cells: rows.map(({ name }) => name) };
  const isOne = periods.length === 1;
  const numbers = [
    ...(isOne ? [] : [count(formatShortDate(first.last, last.last), 1, (sizes) => sizes[0] ?? 0)]),
    count(formatShortDate(last.last, last.last), 0, (sizes) => sizes.at(-1) ?? 0),
    ...(isOne ? [] : [count('min', 3, (sizes) => Math.min(...sizes)), count('max', 3, (sizes) => Math.max(...sizes))]),
    { head: page.paint.dim('change'), align: 'right', leaves: 2, cells: rows.map(({ sizes }) => changeWords(sizes)) } satisfies TableColumn,
  ];
  const line = (width: number): TableColumn => ({
    head: '',
    align: 'left',
    leaves: 0,
    cells: rows.map(({ sizes }) => page.paint.heat[2]?.(drawSparkline(sizes, width, page.glyphs)) ?? ''),
  });
  // Rather a line of some periods than no numbers.
  const least = Math.min(periods.length, SHORT_LINE);
  const fitting = fitColumns([names, line(least), ...numbers], page.width);
  const width = Math.max(1, Math.min(periods.length, LONGEST_LINE, least + page.width - tableWidth(fitting)));
  return renderTable(fitColumns([names, line(width), ...numbers], page.width));
}

/** `+12 %`, or users where there were none. */
function changeWords(sizes: readonly number[]): string {
  const [first, last] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  if (sizes.length === 1) return '';
  if (first === last) return '0';
  if (first === 0) return `+${formatCount(last)}`;
  const percent = formatPercent((last - first) / first);
  return last > first && !percent.startsWith('<') ? `+${percent}` : percent;
}
