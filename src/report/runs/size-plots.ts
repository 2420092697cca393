import type { RunsList, SizeLine } from '../../state/runs-result.js';
import { formatCount, formatDays, formatPercent, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { drawSparkline } from '../sparkline.js';
import { fitColumns, renderTable, type TableColumn, tableWidth } from '../text-table.js';

const SHORT_LINE = 20;

/** A line a segment: its sizes drawn, a blank where no run tells, the first and the last known one, and the change. */
export function renderSizePlots({ sizes }: RunsList, page: Page): string[] {
  if (sizes === null) return [];
  const { lines, stepDays, first, last } = sizes;
  const { paint } = page;
  const places = lines[0]?.users.length ?? 0;
  const known = ({ users }: SizeLine): number[] => users.filter((count) => count !== null);
  const names: TableColumn = {
    head: '',
    align: 'left',
    leaves: 0,
    cells: lines.map(({ segmentation, segment }) => (segmentation === 'status' ? safeText(segment) : safeText(`own: ${segment}`))),
  };
  const count = (head: string, leaves: number, pick: (counts: readonly number[]) => number): TableColumn => ({
    head: paint.dim(head),
    align: 'right',
    leaves,
    cells: lines.map((line) => formatCount(pick(known(line)))),
  });
  const isOne = places === 1;
  const numbers = [
    ...(isOne ? [] : [count(formatShortDate(first, last), 1, (counts) => counts[0] ?? 0)]),
    count(formatShortDate(last, last), 0, (counts) => counts.at(-1) ?? 0),
    ...(isOne
      ? []
      : [{ head: paint.dim('change'), align: 'right', leaves: 2, cells: lines.map((line) => changeWords(known(line))) } as const]),
  ];
  const drawn = (width: number): TableColumn => ({
    head: '',
    align: 'left',
    leaves: 0,
    cells: lines.map(({ users }) => paint.heat[2]?.(drawSparkline(users, width, page.glyphs)) ?? ''),
  });
  const least = Math.min(places, SHORT_LINE);
  const room = page.width - tableWidth(fitColumns([names, drawn(least), ...numbers], page.width));
  const width = Math.max(1, Math.min(places, least + room));
  const step = stepDays === 1 ? 'day' : formatDays(stepDays);
  const gaps = lines.some(({ users }) => users.includes(null)) ? '; a blank: no run' : '';
  return [paint.title(`Sizes by ${step}${gaps}`), ...renderTable(fitColumns([names, drawn(width), ...numbers], page.width))];
}

function changeWords(counts: readonly number[]): string {
  const [first, last] = [counts[0] ?? 0, counts.at(-1) ?? 0];
  if (first === last) return '0';
  if (first === 0) return `+${formatCount(last)}`;
  const percent = formatPercent((last - first) / first);
  return last > first && !percent.startsWith('<') ? `+${percent}` : percent;
}
