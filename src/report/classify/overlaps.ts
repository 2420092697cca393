import type { ClassifyResult } from '../../analysis/classify/classify-result.js';
import type { SegmentOverlaps, SegmentPair } from '../../analysis/overlaps/overlaps.js';
import { formatCount, formatCountColumn, formatNumber, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { unitOfResult } from '../unit.js';
import { cutText, keepTogether, wrapText } from '../wrap-text.js';

const GAP = '  ';
const SHOWN_PAIRS = 10;
const LEAST_NAME = 8;
/** `100`, `<1`, `>99`: percent of a cell. */
const CELL_WIDTH = 3;
const JACCARD_DECIMALS = 2;

/** Own segments together: in how many users are, the share that each has in each, where that fits, and the pairs that are most alike. */
export function renderOverlaps(result: ClassifyResult, page: Page): string[] {
  const { overlaps } = result;
  if (overlaps === undefined) return [];
  const parts = [countWords(overlaps, result, page), matrix(overlaps, result, page), pairs(overlaps, result, page)];
  const [first = [], ...others] = parts.filter((lines) => lines.length > 0);
  return [page.paint.title('Own segments together'), ...first, ...others.flatMap((lines) => ['', ...lines])];
}

function countWords({ usersByCount }: SegmentOverlaps, result: ClassifyResult, page: Page): string[] {
  const words = usersByCount.map((users, count) =>
    keepTogether(
      `${count === 0 ? 'none' : formatCount(count)}: ${formatCount(users)} (${formatPercent(result.users === 0 ? 0 : users / result.users)})`,
    ),
  );
  const unit = unitOfResult(result).many;
  return wrapText(`${unit.charAt(0).toUpperCase()}${unit.slice(1)} by how many own segments they are in: ${words.join(', ')}.`, page.width);
}

/** A line a segment, a column a segment; nothing where a terminal of that width has no room for it. */
function matrix(overlaps: SegmentOverlaps, result: ClassifyResult, page: Page): string[] {
  const { sizes } = overlaps;
  if (sizes.length < 2) return [];
  const number = (place: number): string => String(place + 1);
  const numberWidth = number(sizes.length - 1).length;
  const counts = [unitOfResult(result).many, ...formatCountColumn(sizes.map(({ users }) => users))];
  const countWidth = Math.max(...counts.map(textWidth));
  const longest = Math.max(...sizes.map(({ segment }) => textWidth(segment)));
  const roomBeside = (gap: string): number =>
    page.width - numberWidth - 1 - GAP.length - countWidth - sizes.length * (CELL_WIDTH + gap.length);
  const least = Math.min(longest, LEAST_NAME);
  const gap = roomBeside(GAP) < least ? ' ' : GAP;
  const room = roomBeside(gap);
  if (room < least) {
    const names = `A table of these ${sizes.length} segments is wider than ${page.width} columns; --json has all pairs.`;
    return wrapText(names, page.width).map(page.paint.dim);
  }
  const nameWidth = Math.min(room, longest);
  const line = (label: string, count: string, cells: readonly string[]): string =>
    [
      `${padRight(label, numberWidth + 1 + nameWidth)}${GAP}${padLeft(count, countWidth)}`,
      ...cells.map((cell) => padLeft(cell, CELL_WIDTH)),
    ].join(gap);
  return [
    ...wrapText('Of the segment of the line, the percentage that is in the segment of the column too:', page.width),
    page.paint.dim(
      line(
        '',
        counts[0] ?? '',
        sizes.map((_, place) => number(place)),
      ),
    ),
    ...sizes.map(({ segment }, row) =>
      line(
        `${padLeft(number(row), numberWidth)} ${cutText(segment, nameWidth, page.glyphs.ellipsis)}`,
        counts[row + 1] ?? '',
        sizes.map((_, column) => cellOf(overlaps, row, column, page)),
      ),
    ),
  ];
}

function cellOf({ sizes, pairs: all }: SegmentOverlaps, row: number, column: number, { glyphs }: Page): string {
  if (row === column) return glyphs.bullet;
  const [first, second] = [sizes[Math.min(row, column)]?.segment, sizes[Math.max(row, column)]?.segment];
  const pair = all.find(({ segments }) => segments[0] === first && segments[1] === second);
  const share = pair?.shares[row < column ? 0 : 1] ?? null;
  return share === null ? glyphs.none : formatPercent(share).replaceAll(' ', '').replace('%', '');
}

/** Those that share somebody, the most alike first. */
function pairs({ pairs: all }: SegmentOverlaps, result: ClassifyResult, page: Page): string[] {
  if (all.length === 0) return [];
  const sharing = all.filter(({ users }) => users > 0).sort((left, right) => (right.jaccard ?? 0) - (left.jaccard ?? 0));
  const unit = unitOfResult(result).many;
  if (sharing.length === 0) return wrapText(`No two of them share ${unit}.`, page.width);
  const shown = sharing.slice(0, SHOWN_PAIRS);
  const numbers = numberColumns(shown, page.width);
  const numbersWidth = numbers.reduce((sum, cells) => sum + GAP.length + widthOf(cells), 0);
  const names = [0, 1].map((side) => shown.map(({ segments }) => segments[side] ?? ''));
  const room = Math.max(LEAST_NAME, Math.floor((page.width - numbersWidth - GAP.length) / 2));
  const columns = names.map((cells) => {
    const cut = cells.map((cell) => cutText(cell, room, page.glyphs.ellipsis));
    return ['', ...cut].map((cell) => padRight(cell, widthOf(cut)));
  });
  const cells = [...columns, ...numbers.map((column) => column.map((cell) => padLeft(cell, widthOf(column))))];
  const [head = '', ...lines] = Array.from({ length: shown.length + 1 }, (_, row) => cells.map((column) => column[row] ?? '').join(GAP));
  const further = sharing.length - shown.length;
  const none = all.length - sharing.length;
  const notes = [
    further === 0 ? '' : `${formatCount(further)} more pairs share ${unit}: --json has all.`,
    none === 0 ? '' : `${formatCount(none)} of the ${formatCount(all.length)} pairs share none.`,
  ].filter((note) => note !== '');
  return [page.paint.dim(head), ...lines, ...wrapText(notes.join(' '), page.width).map(page.paint.dim)];
}

/** With a head each; the shares leave first where the width is short. */
function numberColumns(shown: readonly SegmentPair[], width: number): string[][] {
  const share = (side: 0 | 1): string[] => shown.map(({ shares }) => formatPercent(shares[side] ?? 0));
  const shares = [
    ['of the first', ...share(0)],
    ['of the second', ...share(1)],
  ];
  return [
    ['in both', ...formatCountColumn(shown.map(({ users }) => users))],
    ...(width < 70 ? [] : shares),
    ['Jaccard', ...shown.map(({ jaccard }) => formatNumber(jaccard ?? 0, JACCARD_DECIMALS))],
  ];
}

const widthOf = (cells: readonly string[]): number => Math.max(...cells.map(textWidth));
