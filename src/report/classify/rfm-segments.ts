import type { ClassifyResult, SegmentSize } from '../../analysis/classify/classify-result.js';
import { isMoneyDecisive, rfmSegments } from '../../segmentation/rfm/rfm-model.js';
import { formatCountColumn, formatMoneyColumn, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { fitColumns, renderTable, type TableColumn } from '../text-table.js';
import { unitOfResult } from '../unit.js';
import { hasRevenue, sizesOf } from './facts.js';
import { rfmPlace } from './rfm-place.js';
import { rfmWords } from './rfm-words.js';

/** The RFM segments: users, value, meaning and action. */
export function renderRfmSegments(result: ClassifyResult, page: Page): string[] {
  const sizes = sizesOf(result, 'rfm')?.segments ?? [];
  const rows = rfmSegments(result.rfm.model).flatMap(({ name }) => {
    const size = sizes.find(({ segment }) => segment === name);
    return size === undefined ? [] : [{ name, size }];
  });
  return renderTable(fitColumns(segmentColumns(rows, result, page), page.width));
}

function segmentColumns(
  rows: readonly { readonly name: string; readonly size: SegmentSize }[],
  result: ClassifyResult,
  page: Page,
): TableColumn[] {
  const { paint, glyphs } = page;
  const { model, basis } = result.rfm;
  const cells = (write: (name: string, size: SegmentSize) => string): string[] =>
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
  return [
    { head: '', align: 'left', leaves: 0, cells: cells((name) => name) },
    {
      head: paint.dim(isMoneyDecisive(model) ? 'scores' : 'cells'),
      align: 'left',
      leaves: 7,
      cells: rows.map(({ name }) => paint.dim(rfmPlace(model, name, glyphs.dash))),
    },
    {
      head: paint.dim(unitOfResult(result).many),
      align: 'right',
      leaves: 0,
      cells: cells((name) => counts[rows.findIndex((row) => row.name === name)] ?? ''),
    },
    { head: '', align: 'right', leaves: 5, cells: cells((_, size) => formatPercent(size.share)) },
    ...(hasRevenue(result) ? moneyColumns : []),
    { head: paint.dim('what it means'), align: 'left', leaves: 9, cells: cells((name) => rfmWords(model, name, basis).meaning) },
    { head: paint.dim('what to do'), align: 'left', leaves: 3, cells: cells((name) => rfmWords(model, name, basis).action) },
  ];
}
