import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { cutText } from '../wrap-text.js';

export interface DataColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** Text from data, made safe here. */
  readonly cells: readonly string[];
  /** Columns it takes at most. */
  readonly most?: number;
}

const GAP = '  ';
/** With less of the line left, the last column stands below. */
const LEAST_ROOM = 16;

/** A table of text from data: columns as wide as they need, the last one cut to what is left of the line, or below it. */
export function alignedRows(columns: readonly DataColumn[], page: Page): string[] {
  const ellipsis = page.glyphs.ellipsis;
  const shown = columns
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ cells, most, ...column }) => ({
      ...column,
      cells: cells.map((cell) => (most === undefined ? safeText(cell) : cutText(safeText(cell), most, ellipsis))),
    }));
  const widths = shown.map(({ head, cells }) => Math.max(textWidth(head), ...cells.map(textWidth)));
  const cells = (row: number): string[] => shown.map((column) => column.cells[row] ?? '');
  const fixed = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, GAP.length);
  const room = page.width - fixed;
  const isBelow = room < LEAST_ROOM;
  const line = (texts: readonly string[]): string[] => {
    const padded = texts
      .slice(0, -1)
      .map((text, index) => (shown[index]?.align === 'right' ? padLeft : padRight)(text, widths[index] ?? 0));
    const last = texts.at(-1) ?? '';
    const begin = cutText(`${GAP}${padded.join(GAP)}`, page.width, ellipsis);
    if (isBelow) return [begin.trimEnd(), ...(last === '' ? [] : [`${GAP}${GAP}${cutText(last, page.width - 2 * GAP.length, ellipsis)}`])];
    const width = Math.min(widths.at(-1) ?? 0, room);
    const end = shown.at(-1)?.align === 'right' ? padLeft(last, width) : cutText(last, room, ellipsis);
    return [`${begin}${padded.length === 0 ? '' : GAP}${end}`.trimEnd()];
  };
  const rows = Math.max(0, ...shown.map((column) => column.cells.length));
  const heads = shown.some(({ head }) => head !== '') ? line(shown.map(({ head }) => head)).map(page.paint.dim) : [];
  return [...heads, ...Array.from({ length: rows }, (_, row) => line(cells(row))).flat()];
}
