import type { TableColumn } from './text-table.js';
import { padLeft, padRight, textWidth } from './text-width.js';

const GAP = '  ';

/** A table with texts from data in it, made safe and painted before: columns as wide as they need, a line for the heads unless all are empty. */
export function renderDataTable(columns: readonly Omit<TableColumn, 'leaves'>[]): string[] {
  const widths = columns.map(({ head, cells }) => Math.max(textWidth(head), ...cells.map(textWidth)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => (columns[index]?.align === 'right' ? padLeft : padRight)(text, widths[index] ?? 0))
      .join(GAP)
      .trimEnd();
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const heads = columns.some(({ head }) => head !== '') ? [line(columns.map(({ head }) => head))] : [];
  return [...heads, ...Array.from({ length: rows }, (_, row) => line(columns.map(({ cells }) => cells[row] ?? '')))];
}
