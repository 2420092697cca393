import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import { RFM_GRID, RFM_SEGMENTS, type RfmSegment } from '../../segmentation/rfm/rfm.js';
import { addDecimals, formatCount, formatPercent, formatShortCount, fractionOf } from '../format.js';
import type { Page } from '../page.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { hasRevenue } from './facts.js';

const SCORES = [1, 2, 3, 4, 5] as const;
const LABEL_WIDTH = 3;
const BORDERS = 6;
/** Least inner widths that hold every segment's name in its border. */
const NAMED_WIDTHS = [13, 13, 17, 13, 15] as const;
const ROOMY = 20;
const WIDEST = 24;
/** Shares of the whole from which a cell is light, medium, dark, full; an even spread would give each 4 %. */
const SHADE_FROM = [0, 0.02, 0.05, 0.1] as const;
const UNICODE_JUNCTIONS = [' ', '╵', '╷', '│', '╴', '┘', '┐', '┤', '╶', '└', '┌', '├', '─', '┴', '┬', '┼'] as const;
const [UP, DOWN, LEFT, RIGHT] = [1, 2, 4, 8] as const;

interface Cell {
  readonly users: number;
  /** Fraction of all scored users' revenue, or of the scored users where there is none. */
  readonly weight: number;
}

/** The 5×5 grid: each segment's area with its name in the border, users and shade in every cell. */
export function renderRfmGrid(result: ClassifyResult, page: Page): string[] {
  const cells = gridCells(result);
  const isNamed = page.width >= LABEL_WIDTH + BORDERS + NAMED_WIDTHS.reduce((sum, width) => sum + width, 0);
  const even = Math.min(WIDEST, Math.floor((page.width - LABEL_WIDTH - BORDERS) / 5));
  const widths = !isNamed || even >= Math.max(...NAMED_WIDTHS) ? SCORES.map(() => even) : NAMED_WIDTHS;
  const lines = [gridHead(widths, page)];
  for (let row = 0; row < 5; row += 1) {
    lines.push(borderLine(row, widths, isNamed, page), cellLine(row, cells, widths, page));
  }
  lines.push(borderLine(5, widths, false, page), ...renderLegend(result, page), ...(isNamed ? [] : renderPlaces(page)));
  return lines.map((line) => line.trimEnd());
}

/** Where a segment lies in the grid: `R1–2 F3–4`; empty for the unscored. */
export function gridPlace(name: RfmSegment, dash: string): string {
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

/** Rows F5…F1, columns R1…R5. */
function gridCells(result: ClassifyResult): Cell[][] {
  const { cells } = result.rfm;
  const isByRevenue = hasRevenue(result);
  const revenue = addDecimals(cells.map((cell) => cell.revenue));
  const scored = cells.reduce((sum, { users }) => sum + users, 0);
  return SCORES.map((row) =>
    SCORES.map((recencyScore) => {
      const cell = cells.find((each) => each.recencyScore === recencyScore && each.frequencyScore === 6 - row);
      if (cell === undefined || cell.users === 0) return { users: 0, weight: 0 };
      return { users: cell.users, weight: isByRevenue ? fractionOf(cell.revenue, revenue) : cell.users / scored };
    }),
  );
}

function gridHead(widths: readonly number[], page: Page): string {
  const heads = widths.map((width, index) => {
    const head = `R${index + 1}`;
    const before = Math.floor((width - head.length) / 2);
    return page.paint.dim(padRight(' '.repeat(before) + head, width));
  });
  return ' '.repeat(LABEL_WIDTH + 1) + heads.join(' ');
}

function cellLine(row: number, cells: readonly (readonly Cell[])[], widths: readonly number[], page: Page): string {
  const side = page.paint.dim(junction(UP | DOWN, page));
  const drawn = widths.map((width, column) => {
    const cell = cells[row]?.[column] ?? { users: 0, weight: 0 };
    return (isVerticalEdge(row, column) ? side : ' ') + drawCell(cell, width, page);
  });
  return `${page.paint.dim(padRight(`F${5 - row}`, LABEL_WIDTH))}${drawn.join('')}${side}`;
}

function drawCell({ users, weight }: Cell, width: number, page: Page): string {
  const count = width >= ROOMY && users < 1e9 ? formatCount(users) : formatShortCount(users);
  const shade = shadeOf(weight);
  const percent = width >= ROOMY ? ` ${padLeft(weight === 0 ? '' : formatPercent(weight), 5)}` : '';
  const pad = width >= 9 ? ' ' : '';
  const block = (page.glyphs.shades[shade] ?? '').repeat(width >= 12 ? 4 : 1);
  const room = width - textWidth(block) - textWidth(percent) - 3 * pad.length;
  const text = users === 0 ? page.paint.dim(padLeft(page.glyphs.none, room)) : padLeft(count, room);
  return `${pad}${text}${pad}${shade === 0 ? block : (page.paint.heat[shade - 1]?.(block) ?? block)}${page.paint.dim(percent)}${pad}`;
}

function shadeOf(weight: number): number {
  return weight > 0 ? SHADE_FROM.filter((from) => weight >= from).length : 0;
}

/** The line above a row (5: below the last), with the names of the segments that begin under it. */
function borderLine(row: number, widths: readonly number[], isNamed: boolean, page: Page): string {
  let line = ' '.repeat(LABEL_WIDTH);
  let name = '';
  for (const [column, width] of widths.entries()) {
    const isDrawn = isHorizontalEdge(row, column);
    const isStart = isDrawn && isVerticalEdge(row, column);
    const isContinued = isDrawn && !isVerticalEdge(row, column) && name !== '';
    line += isContinued ? takeName(junctionAt(row, column, page)) : page.paint.dim(junctionAt(row, column, page));
    if (isStart && isNamed) name = ` ${RFM_GRID[row]?.[column] ?? ''} `;
    line += isDrawn ? drawEdge(width) : ' '.repeat(width);
  }
  return line + page.paint.dim(junctionAt(row, 5, page));

  function drawEdge(width: number): string {
    const shown = name.slice(0, width);
    name = name.slice(width);
    return shown + page.paint.dim(junction(LEFT | RIGHT, page).repeat(width - shown.length));
  }
  function takeName(otherwise: string): string {
    const [first = otherwise] = name;
    name = name.slice(1);
    return first;
  }
}

function junctionAt(row: number, column: number, page: Page): string {
  const up = isVerticalEdge(row - 1, column) ? UP : 0;
  const down = isVerticalEdge(row, column) ? DOWN : 0;
  const left = isHorizontalEdge(row, column - 1) ? LEFT : 0;
  const right = isHorizontalEdge(row, column) ? RIGHT : 0;
  return junction(up | down | left | right, page);
}

function junction(arms: number, page: Page): string {
  if (page.glyphs.isUnicode) return UNICODE_JUNCTIONS[arms] ?? ' ';
  if (arms === 0) return ' ';
  if (arms === (UP | DOWN)) return '|';
  return arms === (LEFT | RIGHT) ? '-' : '+';
}

/** Whether another segment, or the outside, lies left of the cell. */
function isVerticalEdge(row: number, column: number): boolean {
  const cells = RFM_GRID[row];
  return cells !== undefined && cells[column - 1] !== cells[column];
}

/** Whether another segment, or the outside, lies above the cell. */
function isHorizontalEdge(row: number, column: number): boolean {
  return column >= 0 && column < 5 && RFM_GRID[row - 1]?.[column] !== RFM_GRID[row]?.[column];
}

/** Which cells belong to which segment, where the grid has no room for their names. */
function renderPlaces(page: Page): string[] {
  const places = RFM_SEGMENTS.map(({ name }) => ({ name, place: gridPlace(name, page.glyphs.dash) })).filter(({ place }) => place !== '');
  const words = places.map(({ name, place }) => keepTogether(`${name} ${place}`));
  return wrapText(`${words.join(', ')}.`, page.width, ' '.repeat(LABEL_WIDTH)).map(page.paint.dim);
}

function renderLegend(result: ClassifyResult, page: Page): string[] {
  const [, light, medium, dark, full] = page.glyphs.shades.map((shade) => shade.repeat(2));
  const of = hasRevenue(result) ? 'their revenue' : 'scored users';
  const { dash } = page.glyphs;
  const shades = [`${light} under 2 %`, `${medium} 2${dash}5 %`, `${dark} 5${dash}10 %`, `${full} 10 % and more`].map(keepTogether);
  return wrapText(`Shade, by share of ${of}: ${shades.join(', ')}.`, page.width, ' '.repeat(LABEL_WIDTH)).map(page.paint.dim);
}
