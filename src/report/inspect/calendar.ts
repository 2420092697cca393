import type { CalendarDay, CalendarRun, InspectResult } from '../../analysis/inspect/inspect-result.js';
import { formatCount } from '../format.js';
import type { Glyphs } from '../glyphs.js';
import type { Page } from '../page.js';
import { keepTogether, wrapText } from '../wrap-text.js';

const SHOWN_RUNS = 6;
const SHOWN_MONTHS = 24;
const LONGEST_MONTH = 31;

/** Users with activity day by day, a line a month, and the days without anybody. */
export function renderCalendar({ reading }: InspectResult, page: Page): string[] {
  const calendar = reading?.calendar;
  if (!calendar || calendar.days.length === 0) return [];
  const most = Math.max(...calendar.days.map(({ users }) => users));
  const months = byMonth(calendar.days);
  const shown = months.slice(-SHOWN_MONTHS);
  const earlier = months.length - shown.length;
  const lines = [
    `  ${' '.repeat(7)}  1        10        20        30`,
    ...shown.map(({ month, cells }) => {
      const drawn = cells.map((users) => (users === undefined ? ' ' : cellOf(users, most, page.glyphs))).join('');
      return `  ${month}  ${drawn}`.trimEnd();
    }),
  ];
  const legend = `Users with activity on each day, at most ${formatCount(most)}; ${page.glyphs.bullet} is a day without anybody.`;
  return [
    ...(earlier > 0 ? [`  (${formatCount(earlier)} earlier months: --json)`] : []),
    ...lines,
    ...wrapText(legend, page.width, '  '),
    ...missing(calendar.missing, page),
  ];
}

function missing(runs: readonly CalendarRun[], page: Page): string[] {
  if (runs.length === 0) return [];
  const days = runs.reduce((sum, run) => sum + run.days, 0);
  const longest = [...runs].sort((left, right) => right.days - left.days || (left.first < right.first ? -1 : 1)).slice(0, SHOWN_RUNS);
  const listed = longest.map(({ first, last }) => keepTogether(first === last ? first : `${first}..${last}`));
  const more = runs.length > listed.length ? ` and ${formatCount(runs.length - listed.length)} more` : '';
  return wrapText(
    `${formatCount(days)} ${days === 1 ? 'day' : 'days'} without anybody, the longest runs first: ${listed.join(', ')}${more}`,
    page.width,
    '  ',
    '    ',
  );
}

function cellOf(users: number, most: number, { shades, bullet }: Glyphs): string {
  if (users === 0) return bullet;
  return shades[Math.min(shades.length - 1, Math.max(1, Math.ceil((4 * users) / most)))] ?? '';
}

function byMonth(days: readonly CalendarDay[]): { readonly month: string; readonly cells: (number | undefined)[] }[] {
  const months = new Map<string, (number | undefined)[]>();
  for (const { day, users } of days) {
    const month = day.slice(0, 7);
    const cells = months.get(month) ?? Array.from({ length: LONGEST_MONTH }, () => undefined);
    cells[Number(day.slice(8)) - 1] = users;
    months.set(month, cells);
  }
  return [...months].map(([month, cells]) => ({ month, cells }));
}
