import type { DaySign, ExplainedUser, ExplainResult } from '../../analysis/explain/explain-result.js';
import { dayOfIso, isoOfDay } from '../../time/day.js';
import { countedDay, dayOfCounted, type Pause, pausedDaysBetween } from '../../time/pauses.js';
import { floorDecimal, formatCount, formatPeriod, formatShortDate } from '../format.js';
import type { Page } from '../page.js';
import { pauseNumbers } from '../pauses.js';
import { keepTogether, wrapText } from '../wrap-text.js';

const INDENT = '  ';
const WEEK = 7;
/** Of several signs in one cell the first wins. */
const SIGNS: readonly { readonly sign: DaySign | 'paused'; readonly words: string; readonly unicode: string; readonly ascii: string }[] = [
  { sign: 'churn', words: 'left', unicode: '✕', ascii: 'x' },
  { sign: 'order', words: 'order', unicode: '◆', ascii: '$' },
  { sign: 'refund', words: 'refund', unicode: '◇', ascii: 'r' },
  { sign: 'active', words: 'active', unicode: '●', ascii: 'o' },
  { sign: 'passive', words: 'sent to them', unicode: '◦', ascii: 'p' },
  { sign: 'paused', words: 'paused', unicode: '‖', ascii: '=' },
];

/** Where days lie on the line: cells of one day, or of whole weeks of which one ends on the as-of day. */
interface Scale {
  readonly daysPerCell: number;
  /** The first day of the first cell. */
  readonly first: number;
  /** The as-of day's cell. */
  readonly today: number;
  readonly cells: number;
}

/** What days are drawn on: their cells, and which of them do not count. */
interface Ground {
  readonly scale: Scale;
  readonly today: number;
  readonly pauses: readonly Pause[];
}

interface Marker {
  readonly day: number;
  readonly name: string;
}

/**
 * A user's life on one line: lengths of the gaps above, one sign a day (a week or more where days do not fit; paused when over
 * half of them are), below it today and the days on which the user turns, or turned, dormant and churned without activity.
 */
export function renderLifeline(user: ExplainedUser, { asOf, pauses: given }: Pick<ExplainResult, 'asOf' | 'pauses'>, page: Page): string[] {
  const pauses = pauseNumbers(given);
  const today = dayNumber(asOf);
  const { firstSeen } = user.values;
  const seen = firstSeen === null ? [] : [dayNumber(firstSeen)];
  const start = Math.min(...seen, ...user.days.slice(0, 1).map(({ day }) => dayNumber(day)), today);
  const markers = [{ day: today, name: 'today' }, ...borders(user, pauses)];
  const scale = chooseScale(start, today, Math.max(...markers.map(({ day }) => day)), page.width - INDENT.length);
  const { signs, used } = signLine(user, { scale, today, pauses }, page);
  const lines = [gapLine(user, { scale, today, pauses }), signs, ...markers.map((marker) => markerLine(marker, asOf, scale, page))];
  return [
    ...wrapText(`${formatPeriod(isoOfDay(start), asOf)}, ${scaleWords(scale.daysPerCell)}. ${legend(used, page)}`, page.width).map(
      page.paint.dim,
    ),
    ...lines.filter((line) => line !== '').map((line) => INDENT + line),
  ];
}

/** The first days whose idle time is beyond a border. */
function borders({ values }: ExplainedUser, pauses: readonly Pause[]): Marker[] {
  const { lastActive, dormantAfter, churnedAfter } = values;
  if (lastActive === null) return [];
  return [
    { after: dormantAfter, name: 'dormant' },
    { after: churnedAfter, name: 'churned' },
  ].flatMap(({ after, name }): Marker[] => {
    if (after === null) return [];
    return [{ day: dayOfCounted(countedDay(dayNumber(lastActive), pauses) + Number(floorDecimal(after)) + 1, pauses), name }];
  });
}

function chooseScale(start: number, today: number, end: number, room: number): Scale {
  for (let daysPerCell = 1; ; daysPerCell = daysPerCell === 1 ? WEEK : daysPerCell + WEEK) {
    const past = Math.ceil((today + 1 - start) / daysPerCell);
    const cells = past + Math.max(0, Math.ceil((end - today) / daysPerCell));
    if (cells <= room) return { daysPerCell, first: today + 1 - past * daysPerCell, today: past - 1, cells };
  }
}

function cellOf(day: number, { first, daysPerCell }: Scale): number {
  return Math.floor((day - first) / daysPerCell);
}

function signLine({ days }: ExplainedUser, { scale, pauses }: Ground, page: Page): { signs: string; used: Set<DaySign | 'paused'> } {
  const byCell = new Map<number, Set<DaySign | 'paused'>>();
  for (let cell = 0; cell <= scale.today; cell += 1) if (isCellPaused(cell, scale, pauses)) byCell.set(cell, new Set(['paused']));
  for (const { day, signs } of days) {
    const cell = cellOf(dayNumber(day), scale);
    byCell.set(cell, new Set([...(byCell.get(cell) ?? []), ...signs]));
  }
  const used = new Set<DaySign | 'paused'>();
  let line = '';
  for (let cell = 0; cell <= scale.today; cell += 1) {
    const shown = SIGNS.find(({ sign }) => byCell.get(cell)?.has(sign));
    if (shown !== undefined) used.add(shown.sign);
    line +=
      shown === undefined
        ? page.paint.dim(page.glyphs.bullet === '-' ? '.' : page.glyphs.bullet)
        : paintSign(shown.sign, glyphOf(shown, page), page);
  }
  return { signs: line, used };
}

function isCellPaused(cell: number, { first, daysPerCell }: Scale, pauses: readonly Pause[]): boolean {
  const from = first + cell * daysPerCell;
  return 2 * pausedDaysBetween(from, from + daysPerCell - 1, pauses) > daysPerCell;
}

/** The number of days of each gap, over its middle, where it fits. */
function gapLine({ days: lived }: ExplainedUser, { scale, today, pauses }: Ground): string {
  const active = lived.filter(({ signs }) => signs.includes('active')).map(({ day }) => dayNumber(day));
  let line = '';
  for (const [index, from] of active.entries()) {
    const to = active[index + 1] ?? today;
    const days = countedDay(to, pauses) - countedDay(from, pauses);
    const length = formatCount(days);
    const begin = cellOf(from, scale) + 1;
    const inside = cellOf(to, scale) - begin;
    if (inside < length.length || days < 2) continue;
    line = line.padEnd(begin + Math.floor((inside - length.length) / 2)) + length;
  }
  return line;
}

function markerLine({ day, name }: Marker, asOf: string, scale: Scale, page: Page): string {
  const cell = cellOf(day, scale);
  const date = formatShortDate(isoOfDay(day), asOf);
  const labels = [name === 'today' ? `today, ${date}` : `${name} from ${date}`, name];
  const room = page.width - INDENT.length;
  for (const label of labels) {
    if (cell + 2 + label.length <= room) return `${' '.repeat(Math.max(0, cell))}${paintMarker(name, '^', page)} ${page.paint.dim(label)}`;
    if (label.length + 1 <= cell) return `${' '.repeat(cell - label.length - 1)}${page.paint.dim(label)} ${paintMarker(name, '^', page)}`;
  }
  return '';
}

function scaleWords(daysPerCell: number): string {
  if (daysPerCell === 1) return 'one sign a day';
  return daysPerCell === WEEK ? 'one sign a week' : `one sign for ${daysPerCell / WEEK} weeks`;
}

function legend(used: ReadonlySet<DaySign | 'paused'>, page: Page): string {
  const shown = SIGNS.filter(({ sign }) => used.has(sign)).map((each) => `${glyphOf(each, page)} ${each.words}`);
  const numbers = used.has('active') || used.has('order') ? ' Numbers are days between.' : '';
  return shown.length === 0 ? '' : `${shown.map(keepTogether).join(', ')}.${numbers}`;
}

function glyphOf(each: { readonly unicode: string; readonly ascii: string }, page: Page): string {
  return page.glyphs.isUnicode ? each.unicode : each.ascii;
}

function paintSign(sign: DaySign | 'paused', glyph: string, { paint }: Page): string {
  if (sign === 'churn') return paint.bad(glyph);
  if (sign === 'refund') return paint.warn(glyph);
  return sign === 'passive' || sign === 'paused' ? paint.dim(glyph) : paint.good(glyph);
}

function paintMarker(name: string, sign: string, { paint }: Page): string {
  if (name === 'today') return paint.strong(sign);
  return name === 'dormant' ? paint.warn(sign) : paint.bad(sign);
}

function dayNumber(day: string): number {
  const number = dayOfIso(day);
  if (number === undefined) throw new RangeError(`not an ISO day: ${day}`);
  return number;
}
