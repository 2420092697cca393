import type { BacktestReport, Rate, SegmentOutcomes } from '../../analysis/backtest/backtest-result.js';
import { formatCountColumn, formatMoneyColumn, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { segmentWord } from '../transitions/segment-word.js';
import { drawRate } from './draw-rate.js';

const LEAST_LINE = 12;
const WIDEST_LINE = 40;

/** A line a segment, those who came back most first: the share drawn with its interval, then how many, who left, what they paid. */
export function renderOutcomes(result: BacktestReport, page: Page): string[] {
  const columns = (width: number): TableColumn[] => outcomeColumns(result, page, width);
  const least = fitColumns(columns(LEAST_LINE), page.width);
  const spare = Math.max(0, page.width - tableWidth(least));
  return renderTable(fitColumns(columns(Math.min(WIDEST_LINE, LEAST_LINE + spare)), page.width));
}

function outcomeColumns({ segmentation, segments, hasAmounts, declaredAuc }: BacktestReport, page: Page, width: number): TableColumn[] {
  const { paint, glyphs } = page;
  const most = Math.max(...segments.map(({ returnRate }) => returnRate.interval?.high ?? returnRate.value));
  const column = (head: string, leaves: number, cell: (segment: SegmentOutcomes) => string): TableColumn => ({
    head: paint.dim(head),
    align: 'right',
    leaves,
    cells: segments.map(cell),
  });
  const counts = formatCountColumn(segments.map(({ cases }) => cases));
  const revenue = formatMoneyColumn(segments.map(({ revenuePerUser }) => revenuePerUser.value.toFixed(2)));
  const hasChurn = segments.some(({ churned }) => churned > 0);
  return [
    { head: '', align: 'left', leaves: 0, cells: segments.map(({ segment }) => segmentWord(segment, segmentation)) },
    ...(declaredAuc === null ? [] : [column('place', 3, ({ place }) => (place === null ? '' : String(place)))]),
    {
      head: '',
      align: 'left',
      leaves: 4,
      cells: segments.map(({ returnRate }) => paint.good(drawRate(returnRate, most, width, glyphs))),
    },
    column('back', 0, ({ returnRate }) => formatPercent(returnRate.value)),
    column('95 %', 2, ({ returnRate }) => intervalText(returnRate, page)),
    column('of', 1, (segment) => counts[segments.indexOf(segment)] ?? ''),
    ...(hasChurn ? [column('left', 1, ({ churnRate }) => formatPercent(churnRate.value))] : []),
    ...(hasAmounts ? [column('paid each', 1, (segment) => revenue[segments.indexOf(segment)] ?? '')] : []),
  ];
}

function intervalText({ interval }: Rate, { glyphs }: Page): string {
  if (interval === null) return glyphs.none;
  const [low, high] = [interval.low, interval.high].map((share) => Math.round(100 * share));
  return `${low}${glyphs.dash}${high}`;
}
