import { drawBar } from '../bar.js';
import type { Page } from '../page.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';

/** A row of a picture: its place, its length from 0 to 1, and numbers beside it. */
export interface BarRow {
  readonly label: string;
  readonly fraction: number;
  readonly cells: readonly string[];
  readonly isMarked?: boolean | undefined;
}

const LEAST_BAR = 8;
const LONGEST_BAR = 40;

/** Bars below each other as wide as the page leaves room for; numbers leave from the right when it is narrow. */
export function renderBarRows(rows: readonly BarRow[], heads: readonly string[], page: Page): string[] {
  const { paint, glyphs } = page;
  const [labelHead = '', ...numberHeads] = heads;
  const most = Math.max(...rows.map(({ fraction }) => fraction));
  const mark = (row: BarRow, text: string): string => (row.isMarked === true ? paint.strong(text) : text);
  const bars = (width: number): TableColumn => ({
    head: '',
    align: 'left',
    leaves: 0,
    cells: rows.map(({ fraction, isMarked }) => {
      const bar = drawBar(most > 0 ? fraction / most : 0, width, glyphs);
      return (isMarked === true ? paint.warn(bar) : (paint.heat[2]?.(bar) ?? bar)) + ' '.repeat(width - [...bar].length);
    }),
  });
  const columns = (width: number): TableColumn[] => [
    { head: paint.dim(labelHead), align: 'right', leaves: 0, cells: rows.map((row) => mark(row, row.label)) },
    bars(width),
    ...numberHeads.map(
      (head, index): TableColumn => ({
        head: paint.dim(head),
        align: 'right',
        leaves: index,
        cells: rows.map((row) => mark(row, row.cells[index] ?? '')),
      }),
    ),
  ];
  const fitting = fitColumns(columns(LEAST_BAR), page.width);
  const width = Math.min(LONGEST_BAR, LEAST_BAR + page.width - tableWidth(fitting));
  return renderTable(fitColumns(columns(width), page.width));
}
