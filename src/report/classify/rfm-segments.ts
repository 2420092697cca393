import type { ClassifyResult, SegmentSize } from '../../analysis/classify/classify-result.js';
import { RFM_GRID, RFM_SEGMENTS, type RfmSegment } from '../../segmentation/rfm/rfm.js';
import { formatCountColumn, formatMoneyColumn, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { fitColumns, renderTable, type TableColumn } from '../text-table.js';
import { hasRevenue, sizesOf } from './facts.js';
import { rfmWords } from './rfm-words.js';

/** The RFM segments: users, value, meaning and action. */
export function renderRfmSegments(result: ClassifyResult, page: Page): string[] {
  const sizes = sizesOf(result, 'rfm')?.segments ?? [];
  const rows = RFM_SEGMENTS.flatMap(({ name }) => {
    const size = sizes.find(({ segment }) => segment === name);
    return size === undefined ? [] : [{ name, size }];
  });
  return renderTable(fitColumns(segmentColumns(rows, result, page), page.width));
}

function segmentColumns(
  rows: readonly { readonly name: RfmSegment; readonly size: SegmentSize }[],
  result: ClassifyResult,
  page: Page,
): TableColumn[] {
  const { paint, glyphs } = page;
  const cells = (write: (name: RfmSegment, size: SegmentSize) => string): string[] =>
    rows.map(({ name, size }) => (size.users === 0 ? paint.dim(write(name, size)) : write(name, size)));
  const counts = formatCountColumn(rows.map(({ size }) => size.users));
  const money = formatMoneyColumn(rows.map(({ size }) => size.revenue));
  const moneyColumns: TableColumn[] = [
    {
      head: paint.dim('revenue'),
      align: 'right',
      leaves: 2,
      cells: cells((name) => money[rows.findIndex((row) => row.name === name)] ?? ''),
    },
    { head: '', align: 'right', leaves: 4, cells: cells((_, size) => formatPercent(size.revenueShare)) },
  ];
  const words = (write: (name: RfmSegment) => string): string[] => rows.map(({ name, size }) => (size.users === 0 ? '' : write(name)));
  return [
    { head: '', align: 'left', leaves: 0, cells: cells((name) => name) },
    { head: paint.dim('cells'), align: 'left', leaves: 7, cells: rows.map(({ name }) => paint.dim(gridPlace(name, glyphs.dash))) },
    {
      head: paint.dim('users'),
      align: 'right',
      leaves: 0,
      cells: cells((name) => counts[rows.findIndex((row) => row.name === name)] ?? ''),
    },
    { head: '', align: 'right', leaves: 5, cells: cells((_, size) => formatPercent(size.share)) },
    ...(hasRevenue(result) ? moneyColumns : []),
    { head: paint.dim('what it means'), align: 'left', leaves: 9, cells: words((name) => rfmWords(name, result.rfm.basis).meaning) },
    { head: paint.dim('what to do'), align: 'left', leaves: 3, cells: words((name) => rfmWords(name, result.rfm.basis).action) },
  ];
}

/** Where a segment lies in the grid: `R1–2 F3–4`; empty for the unscored. */
function gridPlace(name: RfmSegment, dash: string): string {
  const places = RFM_GRID.flatMap((row, index) =>
    row.flatMap((segment, column) => (segment === name ? [{ recency: column + 1, frequency: 5 - index }] : [])),
  );
  if (places.length === 0) return '';
  return `R${span(
    places.map(({ recency }) => recency),
    dash,
  )} F${span(
    places.map(({ frequency }) => frequency),
    dash,
  )}`;
}

function span(scores: readonly number[], dash: string): string {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  return least === most ? String(least) : `${least}${dash}${most}`;
}
