import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import { isMoneyDecisive, type RfmModel, scoresOf } from '../../segmentation/rfm/rfm-model.js';
import { addDecimals, formatCount, formatPercent, formatShortCount, fractionOf } from '../format.js';
import type { Page } from '../page.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { hasRevenue } from './facts.js';
import { rfmPlace } from './rfm-place.js';

const LABEL_WIDTH = 3;
const NAMED_PAGE = 80;
const LEAST_WIDTH = 5;
const ROOMY = 20;
const WIDEST = 24;
/** Shares of the whole from which a cell is light, medium, dark, full; with 25 cells an even spread would give each 4 %. */
const SHADE_FROM = [0, 0.02, 0.05, 0.1] as const;
const UNICODE_JUNCTIONS = [' ', '╵', '╷', '│', '╴', '┘', '┐', '┤', '╶', '└', '┌', '├', '─', '┴', '┬', '┼'] as const;
const [UP, DOWN, LEFT, RIGHT] = [1, 2, 4, 8] as const;

interface Cell {
  readonly users: number;
  /** Fraction of all scored users' revenue, or of the scored users where there is none. */
  readonly weight: number;
}

/** Names of segments by row, the highest frequency score on top, and column, R1 first. */
type Picture = readonly (readonly string[])[];

interface Drawing {
  readonly picture: Picture;
  /** Inner widths of the columns. */
  readonly widths: readonly number[];
  /** Whether names have room in the borders. */
  readonly isNamed: boolean;
  readonly page: Page;
}

/**
 * The R × F grid: each segment's area with its name in the border, users and shade in every cell. Nothing where money decides
 * too; the segments' places in words where the page is too narrow.
 */
export function renderRfmGrid(result: ClassifyResult, page: Page): string[] {
  const { model } = result.rfm;
  if (isMoneyDecisive(model)) return [];
  const picture = pictureOf(model);
  const columns = scoresOf(model, 'recency').length;
  const borders = columns + 1;
  const named = namedWidths(picture, NAMED_PAGE - LABEL_WIDTH - borders);
  const isNamed = page.width >= LABEL_WIDTH + borders + total(named);
  const even = Math.min(WIDEST, Math.floor((page.width - LABEL_WIDTH - borders) / columns));
  if (even < LEAST_WIDTH) return renderPlaces(model, page, '');
  const widths = !isNamed || even >= Math.max(...named) ? named.map(() => even) : named;
  const drawing = { picture, widths, isNamed, page };
  const cells = gridCells(result, picture);
  const lines = [gridHead(drawing)];
  for (const row of picture.keys()) lines.push(borderLine(row, drawing), cellLine(row, cells, drawing));
  lines.push(
    borderLine(picture.length, { ...drawing, isNamed: false }),
    ...renderLegend(result, page),
    ...(isNamed ? [] : renderPlaces(model, page, ' '.repeat(LABEL_WIDTH))),
  );
  return lines.map((line) => line.trimEnd());
}

function pictureOf(model: RfmModel): Picture {
  return scoresOf(model, 'frequency')
    .toReversed()
    .map((frequency) => scoresOf(model, 'recency').map((recency) => model.cells[recency - 1]?.[frequency - 1]?.[0] ?? ''));
}

/** Inner widths that hold every name in its border; the narrowest columns grow until there is no more `room` for them. */
function namedWidths(picture: Picture, room: number): number[] {
  const widths = (picture[0] ?? []).map(() => LEAST_WIDTH);
  const grow = (columns: readonly number[]): void => {
    const least = Math.min(...columns.map((column) => widths[column] ?? 0));
    const column = columns.find((each) => widths[each] === least) ?? 0;
    widths[column] = least + 1;
  };
  const edges = namedEdges(picture).toSorted((left, right) => left.columns.length - right.columns.length);
  for (const { columns, name } of edges) {
    while (total(columns.map((column) => widths[column] ?? 0)) + columns.length - 1 < name.length + 2) grow(columns);
  }
  const all = [...widths.keys()];
  while (total(widths) < room) grow(all);
  return widths;
}

/** The upper edges that bear a name, and the columns they run over. */
function namedEdges(picture: Picture): { readonly name: string; readonly columns: readonly number[] }[] {
  return picture.flatMap((names, row) =>
    names.flatMap((name, column) => {
      if (!isHorizontalEdge(picture, row, column) || !isVerticalEdge(picture, row, column)) return [];
      const columns = [column];
      for (let next = column + 1; names[next] === name && isHorizontalEdge(picture, row, next); next += 1) columns.push(next);
      return [{ name, columns }];
    }),
  );
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Like the picture: rows from the highest frequency score down. */
function gridCells(result: ClassifyResult, picture: Picture): Cell[][] {
  const { cells } = result.rfm;
  const isByRevenue = hasRevenue(result);
  const revenue = addDecimals(cells.map((cell) => cell.revenue));
  const scored = cells.reduce((sum, { users }) => sum + users, 0);
  return picture.map((names, row) =>
    names.map((_, column) => {
      const cell = cells.find((each) => each.recencyScore === column + 1 && each.frequencyScore === picture.length - row);
      if (cell === undefined || cell.users === 0) return { users: 0, weight: 0 };
      return { users: cell.users, weight: isByRevenue ? fractionOf(cell.revenue, revenue) : cell.users / scored };
    }),
  );
}

function gridHead({ widths, page }: Drawing): string {
  const heads = widths.map((width, index) => {
    const head = `R${index + 1}`;
    const before = Math.floor((width - head.length) / 2);
    return page.paint.dim(padRight(' '.repeat(before) + head, width));
  });
  return ' '.repeat(LABEL_WIDTH + 1) + heads.join(' ');
}

function cellLine(row: number, cells: readonly (readonly Cell[])[], { picture, widths, page }: Drawing): string {
  const side = page.paint.dim(junction(UP | DOWN, page));
  const drawn = widths.map((width, column) => {
    const cell = cells[row]?.[column] ?? { users: 0, weight: 0 };
    return (isVerticalEdge(picture, row, column) ? side : ' ') + drawCell(cell, width, page);
  });
  return `${page.paint.dim(padRight(`F${picture.length - row}`, LABEL_WIDTH))}${drawn.join('')}${side}`;
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

/** The line above a row, or below the last, with the names of the segments that begin under it. */
function borderLine(row: number, { picture, widths, isNamed, page }: Drawing): string {
  let line = ' '.repeat(LABEL_WIDTH);
  let name = '';
  for (const [column, width] of widths.entries()) {
    const isDrawn = isHorizontalEdge(picture, row, column);
    const isStart = isDrawn && isVerticalEdge(picture, row, column);
    const isContinued = isDrawn && !isVerticalEdge(picture, row, column) && name !== '';
    line += isContinued ? takeName(junctionAt(picture, row, column, page)) : page.paint.dim(junctionAt(picture, row, column, page));
    if (isStart && isNamed) name = ` ${picture[row]?.[column] ?? ''} `;
    line += isDrawn ? drawEdge(width) : ' '.repeat(width);
  }
  return line + page.paint.dim(junctionAt(picture, row, widths.length, page));

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

function junctionAt(picture: Picture, row: number, column: number, page: Page): string {
  const up = isVerticalEdge(picture, row - 1, column) ? UP : 0;
  const down = isVerticalEdge(picture, row, column) ? DOWN : 0;
  const left = isHorizontalEdge(picture, row, column - 1) ? LEFT : 0;
  const right = isHorizontalEdge(picture, row, column) ? RIGHT : 0;
  return junction(up | down | left | right, page);
}

function junction(arms: number, page: Page): string {
  if (page.glyphs.isUnicode) return UNICODE_JUNCTIONS[arms] ?? ' ';
  if (arms === 0) return ' ';
  if (arms === (UP | DOWN)) return '|';
  return arms === (LEFT | RIGHT) ? '-' : '+';
}

/** Whether another segment, or the outside, lies left of the cell. */
function isVerticalEdge(picture: Picture, row: number, column: number): boolean {
  const cells = picture[row];
  return cells !== undefined && cells[column - 1] !== cells[column];
}

/** Whether another segment, or the outside, lies above the cell. */
function isHorizontalEdge(picture: Picture, row: number, column: number): boolean {
  return column >= 0 && column < (picture[0]?.length ?? 0) && picture[row - 1]?.[column] !== picture[row]?.[column];
}

/** Which cells belong to which segment, where the grid has no room for their names. */
function renderPlaces(model: RfmModel, page: Page, begin: string): string[] {
  const words = model.segments.map(({ name }) => keepTogether(`${name} ${rfmPlace(model, name, page.glyphs.dash)}`));
  return wrapText(`${words.join(', ')}.`, page.width, begin).map(page.paint.dim);
}

function renderLegend(result: ClassifyResult, page: Page): string[] {
  const [, light, medium, dark, full] = page.glyphs.shades.map((shade) => shade.repeat(2));
  const of = hasRevenue(result) ? 'their revenue' : 'scored users';
  const { dash } = page.glyphs;
  const shades = [`${light} under 2 %`, `${medium} 2${dash}5 %`, `${dark} 5${dash}10 %`, `${full} 10 % and more`].map(keepTogether);
  return wrapText(`Shade, by share of ${of}: ${shades.join(', ')}.`, page.width, ' '.repeat(LABEL_WIDTH)).map(page.paint.dim);
}
