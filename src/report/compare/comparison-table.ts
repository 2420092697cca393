import type { ComparedMetric, Comparison } from '../../analysis/compare/compare-result.js';
import { formatChance, formatCount, formatDays, formatNumber, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { cutText, wrapText } from '../wrap-text.js';
import { drawInterval } from './draw-interval.js';
import { formatDifference, formatInterval, formatLift, formatMeasure } from './measure.js';

const TITLE_WIDTH = 20;
const GROUP_WIDTH = 9;
const LEAST_PLOT = 7;
const WIDEST_PLOT = 31;
const DETAIL_INDENT = '    ';

/** One comparison: a line a metric with both values, the difference, its interval drawn, and the verdict; events in a table of their own. */
export function renderComparison(comparison: Comparison, page: Page, isDetailed: boolean): string[] {
  const { a, b, metrics } = comparison;
  const own = metrics.filter((metric) => !isEvent(metric));
  const events = metrics.filter(isEvent);
  const title = `${safeText(a.name)} (${formatCount(a.users)}) against ${b.name === 'rest' ? 'the rest' : safeText(b.name)} (${formatCount(b.users)})`;
  const about = `${safeText(a.name)} against ${b.name === 'rest' ? 'the rest' : safeText(b.name)}: median tenure ${formatDays(a.medianTenure)} against ${formatDays(b.medianTenure)}, watched ${formatDays(a.medianObserved)} against ${formatDays(b.medianObserved)}.`;
  const sections = [
    ...(own.length === 0 ? [] : [renderMetrics(comparison, own, 'metric', page, isDetailed)]),
    ...(events.length === 0 ? [] : [['', ...renderMetrics(comparison, events, 'did the event', page, isDetailed)]]),
  ];
  return [page.paint.title(title), ...wrapText(about, page.width).map(page.paint.dim), ...sections.flat()];
}

export const isEvent = ({ metric }: ComparedMetric): boolean => metric.startsWith('event:');

function renderMetrics({ a, b }: Comparison, metrics: readonly ComparedMetric[], head: string, page: Page, isDetailed: boolean): string[] {
  const { paint, glyphs } = page;
  const left = (name: string, cells: readonly string[]): TableColumn => ({ head: paint.dim(name), align: 'left', leaves: 0, cells });
  const right = (name: string, cells: readonly string[]): TableColumn => ({ head: paint.dim(name), align: 'right', leaves: 0, cells });
  const value = (side: 'a' | 'b'): string[] =>
    metrics.map((metric) => (metric[side].value === null ? glyphs.none : formatMeasure(metric[side].value, metric.unit)));
  const groupHead = (name: string): string => cutText(safeText(name), GROUP_WIDTH, glyphs.ellipsis);
  const columns = [
    left(
      head,
      metrics.map(({ title }) => cutText(safeText(title), TITLE_WIDTH, glyphs.ellipsis)),
    ),
    right(groupHead(a.name), value('a')),
    right(groupHead(b.name), value('b')),
    right(
      'difference',
      metrics.map(({ difference, unit }) => (difference === null ? glyphs.none : formatDifference(difference, unit))),
    ),
  ];
  const verdicts = metrics.map((metric) => verdictCell(metric, page));
  const widest = 2 + Math.max(...metrics.map(({ verdict, interval }) => (interval === null ? 0 : verdict.length)));
  const room = page.width - tableWidth(columns) - 2 - widest;
  const plot = Math.min(WIDEST_PLOT, room % 2 === 0 ? room - 1 : room);
  const tails = metrics.map((metric, index) => {
    if (plot < LEAST_PLOT || metric.interval === null || metric.difference === null) return verdicts[index] ?? '';
    return `${drawInterval(metric.interval, metric.difference, plot, glyphs.isUnicode)}  ${verdicts[index]}`;
  });
  const [heads = '', ...lines] = renderTable([...columns, left(plot < LEAST_PLOT ? '' : '95 % interval', tails)]);
  if (!isDetailed) return [heads, ...lines];
  return [heads, ...metrics.flatMap((metric, index) => [lines[index] ?? '', ...detailLines(metric, page)])];
}

function verdictCell({ verdict }: ComparedMetric, { paint }: Page): string {
  return verdict === 'higher' || verdict === 'lower' ? paint.strong(verdict) : paint.dim(verdict);
}

/** Users, interval in numbers, lift, effect size, p, method and the stratified difference. */
function detailLines(metric: ComparedMetric, { width, paint }: Page): string[] {
  const { a, b, unit, interval, lift, liftInterval, effect, p, adjustedP, method, stratified } = metric;
  const facts = [`n ${formatCount(a.n)} and ${formatCount(b.n)}`];
  if (interval !== null) facts.push(`95 % ${formatInterval(interval, unit)}`);
  if (lift !== null) {
    const ends = liftInterval === null ? '' : ` (${formatLift(liftInterval.low)} to ${formatLift(liftInterval.high)})`;
    facts.push(`lift ${formatLift(lift)}${ends}`);
  }
  if (effect !== null) facts.push(`${effect.kind} ${formatNumber(effect.size, 2)}`);
  if (p !== null && adjustedP !== null) facts.push(`p ${formatChance(p)}, adjusted ${formatChance(adjustedP)}`);
  if (method !== null) facts.push(method);
  if (stratified !== null) {
    const odds = stratified.oddsRatio === null ? '' : `, odds ratio ${formatNumber(stratified.oddsRatio.ratio, 2)}`;
    facts.push(
      `held apart ${formatDifference(stratified.difference, unit)} (${stratified.layers} layers with ${formatPercent(stratified.share)} of users${odds})`,
    );
  }
  return wrapText(facts.join('; '), width, DETAIL_INDENT).map(paint.dim);
}
