import type { TrendPeriod, TrendReport } from '../../analysis/trend/trend-result.js';
import { formatCount, formatCounted } from '../format.js';
import type { Page } from '../page.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { segmentWord } from '../transitions/segment-word.js';
import { unitOfResult } from '../unit.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { isOneOwn, ownFlows } from './own-flows.js';
import { periodEnd } from './stock-table.js';

/** Periods of a table; the others are drawn, and stand in the forms for machines. */
export const SHOWN_PERIODS = 24;

/** Who came into and went out of own segments. */
export function renderOwnFlows(result: TrendReport, { width, paint, glyphs }: Page): string[] {
  const { heads, rows } = ownFlows(result);
  const last = result.periods.at(-1)?.last ?? '';
  const isOne = isOneOwn(result);
  const shown = rows.slice(isOne ? -SHOWN_PERIODS : 0);
  const names: TableColumn = {
    head: isOne ? paint.dim('end of') : '',
    align: 'left',
    leaves: 0,
    cells: shown.map(({ row }) => (isOne ? periodEnd(row.period, last) : segmentWord(row.segment))),
  };
  const columns = heads.map(
    (head, place): TableColumn => ({
      head: paint.dim(head),
      align: 'right',
      leaves: head === unitOfResult(result).many ? 1 : 0,
      cells: shown.map(({ counts }) => formatKnown(counts[place], glyphs)),
    }),
  );
  const fitting = fitColumns([names, ...columns], width);
  if (tableWidth(fitting) <= width) return renderTable(fitting);
  return shown.flatMap(({ counts }, index) =>
    wrapText(
      `${keepTogether(names.cells[index] ?? '')}: ${heads.map((head, place) => keepTogether(`${head} ${formatKnown(counts[place], glyphs)}`)).join(', ')}`,
      width,
      '',
      '  ',
    ),
  );
}

const formatKnown = (count: number | null | undefined, { none }: Page['glyphs']): string =>
  count === null || count === undefined ? none : formatCount(count);

/** A line a period: how many were active and how that came about, or without statuses how many entered, left and moved. */
export function renderFlowTable(result: TrendReport, shown: readonly TrendPeriod[], page: Page): string[] {
  const columns = flowColumns(result, shown, page);
  const fitting = fitColumns(columns, page.width);
  if (tableWidth(fitting) <= page.width) return renderTable(fitting);
  return shown.flatMap((period) => wrapText(describePeriod(result, period, shown.at(-1)?.last ?? ''), page.width, '', '  '));
}

function flowColumns(result: TrendReport, shown: readonly TrendPeriod[], page: Page): TableColumn[] {
  const { paint, glyphs } = page;
  const last = shown.at(-1)?.last ?? '';
  const column = (head: string, leaves: number, value: (period: TrendPeriod) => number | null | undefined): TableColumn => ({
    head: paint.dim(head),
    align: 'right',
    leaves,
    cells: shown.map((period) => {
      const count = value(period);
      return count === null || count === undefined ? paint.dim(glyphs.none) : formatCount(count);
    }),
  });
  const hasThreshold = result.scale === 'measured' && shown.some(({ flows }) => (flows?.byThreshold ?? 0) > 0);
  const hasLeft = shown.some(({ flows }) => (flows?.left ?? 0) > 0);
  const ends: TableColumn = { head: paint.dim('end of'), align: 'left', leaves: 0, cells: shown.map((period) => periodEnd(period, last)) };
  const threshold = hasThreshold ? [column('by threshold', 2, ({ flows }) => flows?.byThreshold)] : [];
  if (shown.some(({ active }) => active !== null))
    return [
      ends,
      column(unitOfResult(result).many, 3, ({ users }) => users),
      column('active', 0, ({ active }) => active),
      column('new', 0, ({ flows }) => flows?.active?.fresh),
      column('resurrected', 0, ({ flows }) => flows?.active?.resurrected),
      column('newly inactive', 0, ({ flows }) => flows?.active?.newlyInactive),
      column('moved', 1, ({ flows }) => flows?.moved),
      ...threshold,
    ];
  return [
    ends,
    column(unitOfResult(result).many, 0, ({ users }) => users),
    column('entered', 0, ({ flows }) => flows?.entered),
    ...(hasLeft ? [column('left', 0, ({ flows }) => flows?.left)] : []),
    column('moved', 0, ({ flows }) => flows?.moved),
    ...threshold,
  ];
}

/** "30 Jun: 610 active, 12 new, 3 resurrected, 20 newly inactive." */
function describePeriod(result: TrendReport, period: TrendPeriod, last: string): string {
  const { flows, active, users } = period;
  const { one, many } = unitOfResult(result);
  const parts =
    active === null
      ? [
          formatCounted(users, one, many),
          ...(flows === null ? [] : [`${formatCount(flows.entered)} entered`, `${formatCount(flows.moved)} moved`]),
        ]
      : [
          `${formatCount(active)} active`,
          ...(flows?.active
            ? [
                `${formatCount(flows.active.fresh)} new`,
                `${formatCount(flows.active.resurrected)} resurrected`,
                `${formatCount(flows.active.newlyInactive)} newly inactive`,
              ]
            : []),
        ];
  return `${keepTogether(periodEnd(period, last))}: ${parts.map(keepTogether).join(', ')}`;
}
