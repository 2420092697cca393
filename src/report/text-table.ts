import Table from 'cli-table3';
import { textWidth } from './text-width.js';

export interface TableColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** Columns with the highest number leave first when the width is short; 0 never leaves. */
  readonly leaves: number;
  /** Our own words and numbers, painted or not: cli-table3 measures some scripts and emoji wrongly, so text from data would break the alignment. */
  readonly cells: readonly string[];
}

const GAP = '  ';
// biome-ignore format: the frame's names on two lines
const NO_FRAME = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: GAP,
};

/** The columns with anything in them that fit side by side into `width`. */
export function fitColumns(columns: readonly TableColumn[], width: number): TableColumn[] {
  const kept = columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
  while (tableWidth(kept) > width) {
    const last = Math.max(...kept.map((column) => column.leaves));
    if (last === 0) break;
    kept.splice(
      kept.findLastIndex((column) => column.leaves === last),
      1,
    );
  }
  return kept;
}

/** Columns the table takes on a line. */
export function tableWidth(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), GAP.length * Math.max(0, columns.length - 1));
}

/** One line for the heads, unless all are empty, then one a row; no frame, no empty columns. */
export function renderTable(allColumns: readonly TableColumn[]): string[] {
  const columns = allColumns.filter((column) => columnWidth(column) > 0);
  const rows = Math.max(0, ...columns.map((column) => column.cells.length));
  const hasHead = columns.some((column) => column.head !== '');
  const table = new Table({
    chars: NO_FRAME,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map((column) => column.align),
    colWidths: columns.map(columnWidth),
  });
  if (hasHead) table.push(columns.map((column) => column.head));
  for (let row = 0; row < rows; row += 1) table.push(columns.map((column) => column.cells[row] ?? ''));
  return table.length === 0
    ? []
    : table
        .toString()
        .split('\n')
        .map((line) => line.trimEnd());
}

function columnWidth(column: TableColumn): number {
  return Math.max(textWidth(column.head), ...column.cells.map(textWidth));
}
