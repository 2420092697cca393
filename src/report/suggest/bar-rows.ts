import { drawBar } from '../bar.js';
import type { Page } from '../page.js';
import { fitColumns, type TableColumn, tableWidth } from '../text-table.js';
import { padLeft, padRight, textWidth } from '../text-width.js';

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
  return alignColumns(fitColumns(columns(width), page.width), rows.length);
}

/** Names from data are among the labels: cli-table3 would measure some of them wrongly. */
function alignColumns(columns: readonly TableColumn[], rows: number): string[] {
  const widths = columns.map(({ head, cells }) => Math.max(textWidth(head), ...cells.map(textWidth)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => (columns[index]?.align === 'right' ? padLeft : padRight)(text, widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ head }) => head)),
    ...Array.from({ length: rows }, (_, row) => line(columns.map(({ cells }) => cells[row] ?? ''))),
  ];
}
