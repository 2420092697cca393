import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { cutText } from '../wrap-text.js';

export interface TableColumn {
  readonly name: string;
  readonly align: 'left' | 'right';
}

/** A table that is shown block by block; a column is as wide as its widest cell so far. */
export interface MemberTable {
  readonly columns: readonly TableColumn[];
  /** Rows as lines, before the first the heads. Cells are in the order of all columns that were read, of which the first are shown. */
  render(rows: readonly (readonly string[])[]): string;
}

const GAP = '  ';
/** Texts from data are cut where they would push everything else off the screen. */
const WIDEST_CELL = 40;

/** The first columns that fit side by side, the id in any case. */
export function fittingColumns(columns: readonly TableColumn[], rows: readonly (readonly string[])[], width: number): TableColumn[] {
  const widths = widthsOf(columns, rows, '');
  let used = 0;
  const count = columns.findIndex((_, index) => {
    used += (widths[index] ?? 0) + (index === 0 ? 0 : GAP.length);
    return used > width;
  });
  return columns.slice(0, count === -1 ? columns.length : Math.max(1, count));
}

export function createMemberTable(columns: readonly TableColumn[], { paint, glyphs }: Page): MemberTable {
  const widths = columns.map(({ name }) => textWidth(safeText(name)));
  let isFirst = true;
  return {
    columns,
    render(rows) {
      for (const [index, width] of widthsOf(columns, rows, glyphs.ellipsis).entries()) widths[index] = Math.max(widths[index] ?? 0, width);
      const line = (cells: readonly string[]): string =>
        columns
          .map(({ align }, index) => {
            const text = cutText(safeText(cells[index] ?? ''), WIDEST_CELL, glyphs.ellipsis);
            return align === 'right' ? padLeft(text, widths[index] ?? 0) : padRight(text, widths[index] ?? 0);
          })
          .join(GAP)
          .trimEnd();
      const heads = isFirst ? [paint.dim(line(columns.map(({ name }) => name)))] : [];
      isFirst = false;
      return [...heads, ...rows.map(line)].map((each) => `${each}\n`).join('');
    },
  };
}

function widthsOf(columns: readonly TableColumn[], rows: readonly (readonly string[])[], ellipsis: string): number[] {
  return columns.map(({ name }, index) => {
    let width = textWidth(safeText(name));
    for (const row of rows) width = Math.max(width, textWidth(cutText(safeText(row[index] ?? ''), WIDEST_CELL, ellipsis)));
    return width;
  });
}
