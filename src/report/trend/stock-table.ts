import type { TrendPeriod, TrendReport } from '../../analysis/trend/trend-result.js';
import { formatCount, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { segmentWord } from '../transitions/segment-word.js';
import { unitOfResult } from '../unit.js';

/** Sizes: a line a segment, a column a period; where they do not fit side by side, in blocks of about as many. */
export function renderStock(result: TrendReport, shown: readonly TrendPeriod[], page: Page): string[] {
  const { segments, isOverlapping } = result;
  const { paint } = page;
  const last = shown.at(-1)?.last ?? '';
  const names: TableColumn = {
    head: paint.dim('end of'),
    align: 'left',
    leaves: 0,
    cells: [...segments.map((segment) => segmentWord(segment)), paint.dim(isOverlapping ? unitOfResult(result).many : 'together')],
  };
  const columns = shown.map(
    (period): TableColumn => ({
      head: paint.dim(periodEnd(period, last)),
      align: 'right',
      leaves: 0,
      cells: [...period.sizes.map((size) => formatCount(size)), paint.dim(formatCount(period.users))],
    }),
  );
  let blocks = 1;
  while (blocks < columns.length && splitEvenly(columns, blocks).some((block) => tableWidth([names, ...block]) > page.width)) blocks += 1;
  return splitEvenly(columns, blocks).flatMap((block, index) => [...(index === 0 ? [] : ['']), ...renderTable([names, ...block])]);
}

/** `9 Jul`, marked where the period is partial. */
export function periodEnd(period: TrendPeriod, besides: string): string {
  return `${formatShortDate(period.last, besides)}${period.coveredDays < period.days ? '*' : ''}`;
}

function splitEvenly<T>(items: readonly T[], parts: number): T[][] {
  const size = Math.ceil(items.length / parts);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
