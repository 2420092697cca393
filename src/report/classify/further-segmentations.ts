import type { ClassifyResult, SegmentationSizes, SegmentSize } from '../../analysis/classify/classify-result.js';
import { drawBar } from '../bar.js';
import { formatCountColumn, formatDecimal, formatMoneyColumn, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { padLeft, padRight, textWidth } from '../text-width.js';
import { unitOfResult } from '../unit.js';
import { cutText } from '../wrap-text.js';
import { hasRevenue } from './facts.js';

const GAP = '  ';
const LONGEST_NAME = 40;
const LEAST_NAME = 12;
const BAR_WIDTH = 10;

/** A table for each segmentation that was asked for: users, share, revenue and idle days. Segments without users stay out. */
export function renderFurtherSegmentations(result: ClassifyResult, page: Page): string[][] {
  return result.segmentations.flatMap((segmentation) => (segmentation.isFurther ? [renderOne(segmentation, result, page)] : []));
}

function renderOne({ name, segments }: SegmentationSizes, result: ClassifyResult, page: Page): string[] {
  const outside = result.users - segments.reduce((sum, { users }) => sum + users, 0);
  const rows = segments.filter(({ users }) => users > 0);
  const title = page.paint.title(cutText(`By ${safeText(name)}`, page.width, page.glyphs.ellipsis));
  const lines = rows.length === 0 ? [] : renderSizes(rows, result, page);
  const none =
    outside === 0 ? [] : [page.paint.dim(`none of these: ${formatPercent(outside / result.users)} of the ${unitOfResult(result).many}`)];
  return [title, ...lines, ...none];
}

/** A table with a head: text from data is measured by us, as the tables of the other sections hold our own words only. */
export function renderSizes(rows: readonly SegmentSize[], result: ClassifyResult, page: Page): string[] {
  const columns = fitColumns(numberColumns(rows, result, page), page.width);
  const longest = Math.max(...rows.map(({ segment }) => textWidth(safeText(segment))));
  const nameWidth = Math.min(longest, LONGEST_NAME, Math.max(LEAST_NAME, page.width - numbersWidth(columns)));
  const line = (name: string, cell: (column: Column) => string): string =>
    [padRight(name, nameWidth), ...columns.map((column) => aligned(cell(column), column))].join(GAP).trimEnd();
  return [
    page.paint.dim(line('', ({ head }) => head)),
    ...rows.map(({ segment }, row) => line(cutText(safeText(segment), nameWidth, page.glyphs.ellipsis), ({ cells }) => cells[row] ?? '')),
  ];
}

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
  /** Columns with the highest number leave first when the width is short; 0 never leaves. */
  readonly leaves: number;
  readonly isLeft?: true;
}

function numberColumns(rows: readonly SegmentSize[], result: ClassifyResult, page: Page): Column[] {
  const most = Math.max(...rows.map(({ share }) => share));
  const money: Column[] = [
    { head: 'revenue', leaves: 1, cells: formatMoneyColumn(rows.map(({ revenue }) => revenue)) },
    { head: '', leaves: 3, cells: rows.map(({ revenueShare }) => formatPercent(revenueShare)) },
  ];
  return [
    { head: unitOfResult(result).many, leaves: 0, cells: formatCountColumn(rows.map(({ users }) => users)) },
    { head: 'share', leaves: 2, cells: rows.map(({ share }) => formatPercent(share)) },
    { head: '', leaves: 5, cells: rows.map(({ share }) => drawBar(most === 0 ? 0 : share / most, BAR_WIDTH, page.glyphs)), isLeft: true },
    ...(hasRevenue(result) ? money : []),
    {
      head: 'median idle',
      leaves: 4,
      cells: rows.map(({ medianIdleDays }) => (medianIdleDays === null ? page.glyphs.none : `${formatDecimal(medianIdleDays)} d`)),
    },
  ];
}

/** The columns beside which a short name has room. */
function fitColumns(columns: readonly Column[], width: number): readonly Column[] {
  let kept = columns;
  for (let last = 5; last > 0 && numbersWidth(kept) + LEAST_NAME > width; last--) kept = kept.filter(({ leaves }) => leaves < last);
  return kept;
}

function aligned(text: string, column: Column): string {
  return column.isLeft ? padRight(text, columnWidth(column)) : padLeft(text, columnWidth(column));
}

function numbersWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + GAP.length + columnWidth(column), 0);
}

function columnWidth({ head, cells }: Column): number {
  return Math.max(textWidth(head), ...cells.map(textWidth));
}
