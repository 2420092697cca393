import type { ClassifyResult, SegmentSize } from '../../analysis/classify/classify-result.js';
import { STATUSES, type StatusGroup } from '../../segmentation/status/status.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import { drawBar } from '../bar.js';
import { addDecimals, formatCountColumn, formatCounted, formatDate, formatDecimal, formatPercent, fractionOf } from '../format.js';
import type { Page } from '../page.js';
import type { Style } from '../paint.js';
import { statusMeaning } from '../status-words.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';
import { unitOfResult } from '../unit.js';
import { wrapText } from '../wrap-text.js';
import { hasRevenue, sizesOf } from './facts.js';

const GROUPS: readonly StatusGroup[] = ['engaged', 'slipping', 'gone'];
const INDENT = '  ';
const WORDS_INDENT = '    ';
const LEAST_BAR = 10;
const WIDEST_BAR = 20;

/** One line of the table: a group with its sums, or a status under it. */
interface Row {
  readonly group: StatusGroup;
  /** Absent on a group's own line. */
  readonly status?: (typeof STATUSES)[number];
  readonly size: Omit<SegmentSize, 'segment'>;
  /** How many had it earlier, and came back; absent without a proof. */
  readonly returns?: { readonly users: number; readonly returned: number } | undefined;
}

/** The statuses in their three groups: size, bar, money, idle days, who came back, meaning and action. */
export function renderStatusTable(result: ClassifyResult, page: Page): string[] {
  const rows = tableRows(result);
  const numbers = numberColumns(rows, result, page, LEAST_BAR);
  const words = wordColumns(rows, page, result.parameters);
  const counted = result.pausedDays === 0 ? '' : ` (without the ${formatCounted(result.pausedDays, 'paused day')})`;
  const title = page.paint.title(`Status: when to speak to them${counted}`);
  const spare = page.width - tableWidth([...numbers, ...words]);
  const proof = proofWords(result, page);
  if (spare >= 0)
    return [title, ...renderTable([...numberColumns(rows, result, page, Math.min(LEAST_BAR + spare, WIDEST_BAR)), ...words]), ...proof];
  const [head = '', ...lines] = renderTable(fitColumns(numbers, page.width));
  return [title, head, ...rows.flatMap((row, index) => [lines[index] ?? '', ...wordsBelow(row, page, result.parameters)]), ...proof];
}

function tableRows(result: ClassifyResult): Row[] {
  const sizes = sizesOf(result, 'status')?.segments ?? [];
  const total = addDecimals(sizes.map(({ revenue }) => revenue));
  return GROUPS.flatMap((group) => {
    const members = STATUSES.filter((status) => status.group === group).flatMap((status) => {
      const size = sizes.find(({ segment }) => segment === status.name);
      const returns = result.proof?.statuses.find((one) => one.status === status.name);
      return size === undefined ? [] : [{ group, status, size, returns }];
    });
    const users = members.reduce((sum, { size }) => sum + size.users, 0);
    const revenue = addDecimals(members.map(({ size }) => size.revenue));
    const share = result.users === 0 ? 0 : users / result.users;
    const returns = result.proof && {
      users: members.reduce((sum, member) => sum + (member.returns?.users ?? 0), 0),
      returned: members.reduce((sum, member) => sum + (member.returns?.returned ?? 0), 0),
    };
    return [
      { group, size: { users, share, revenue, revenueShare: fractionOf(revenue, total), medianIdleDays: null }, returns },
      ...members,
    ];
  });
}

function numberColumns(rows: readonly Row[], result: ClassifyResult, page: Page, barWidth: number): TableColumn[] {
  const { paint, glyphs } = page;
  const most = Math.max(...rows.map(({ status, size }) => (status === undefined ? 0 : size.share)), 0);
  const counts = formatCountColumn(rows.map(({ size }) => size.users));
  const cells = (write: (row: Row) => string): string[] => rows.map((row) => emphasis(row, page)(write(row)));
  return [
    { head: '', align: 'left', leaves: 0, cells: rows.map((row) => nameCell(row, page)) },
    {
      head: paint.dim(unitOfResult(result).many),
      align: 'right',
      leaves: 0,
      cells: rows.map((row, index) => emphasis(row, page)(counts[index] ?? '')),
    },
    { head: paint.dim('share'), align: 'right', leaves: 2, cells: cells(({ size }) => formatPercent(size.share)) },
    {
      head: '',
      align: 'left',
      leaves: 4,
      cells: rows.map(({ group, status, size }) =>
        status === undefined ? '' : groupStyle(group, page)(drawBar(most === 0 ? 0 : size.share / most, barWidth, glyphs)),
      ),
    },
    ...(hasRevenue(result)
      ? [{ head: paint.dim('revenue'), align: 'right', leaves: 1, cells: cells(({ size }) => formatPercent(size.revenueShare)) } as const]
      : []),
    {
      head: paint.dim('median idle'),
      align: 'right',
      leaves: 3,
      cells: cells(({ status, size }) => {
        if (status === undefined) return '';
        return size.medianIdleDays === null ? glyphs.none : `${formatDecimal(size.medianIdleDays)} d`;
      }),
    },
    ...(result.proof === undefined
      ? []
      : [{ head: paint.dim(`back in ${result.proof.days} d`), align: 'right', leaves: 2, cells: returnCells(rows, page) } as const]),
  ];
}

/** The share that came back, and of how many. */
function returnCells(rows: readonly Row[], page: Page): string[] {
  const counts = formatCountColumn(rows.map(({ returns }) => returns?.users ?? 0));
  const widest = Math.max(...counts.map((count) => count.length));
  return rows.map((row, index) => {
    const { users = 0, returned = 0 } = row.returns ?? {};
    const count = (counts[index] ?? '').padStart(widest);
    return emphasis(row, page)(users === 0 ? page.glyphs.none : `${formatPercent(returned / users)} of ${count}`);
  });
}

/** What the column of the returns says. */
function proofWords({ proof }: ClassifyResult, page: Page): string[] {
  if (proof === undefined) return [];
  const text = `back in ${proof.days} d: of those in it on ${formatDate(proof.asOf)}, the share active since then`;
  return wrapText(text, page.width).map(page.paint.dim);
}

function wordColumns(rows: readonly Row[], page: Page, parameters: StatusParameters): TableColumn[] {
  const words = (write: (status: (typeof STATUSES)[number]) => string): string[] =>
    rows.map((row) => (row.status === undefined ? '' : emphasis(row, page)(write(row.status))));
  return [
    { head: page.paint.dim('what it means'), align: 'left', leaves: 9, cells: words((status) => statusMeaning(status, parameters)) },
    { head: page.paint.dim('what to do'), align: 'left', leaves: 9, cells: words(({ action }) => action) },
  ];
}

function wordsBelow({ status, size }: Row, page: Page, parameters: StatusParameters): string[] {
  if (status === undefined || size.users === 0) return [];
  const meaning = statusMeaning(status, parameters);
  const doing = `${page.glyphs.arrow} ${status.action}`;
  const together = wrapText(`${meaning} ${doing}`, page.width, WORDS_INDENT);
  const apart = [meaning, doing].flatMap((text) => wrapText(text, page.width, WORDS_INDENT));
  return (together.length === 1 ? together : apart).map((line) => page.paint.dim(line));
}

function nameCell(row: Row, page: Page): string {
  if (row.status === undefined) return groupStyle(row.group, page)(row.group);
  return emphasis(row, page)(INDENT + row.status.name);
}

function emphasis({ status, size }: Row, page: Page): Style {
  return status === undefined || size.users === 0 ? page.paint.dim : (text) => text;
}

function groupStyle(group: StatusGroup, page: Page): Style {
  return { engaged: page.paint.good, slipping: page.paint.warn, gone: page.paint.bad }[group];
}
