import type { ComparedMetric } from '../../analysis/compare/compare-result.js';
import type {
  ActivityShare,
  ComparedShare,
  DayTimes,
  ProfileResult,
  Quartiles,
  TypicalValue,
} from '../../analysis/profile/profile-result.js';
import { formatDifference, formatMeasure } from '../compare/measure.js';
import { renderDataTable } from '../data-table.js';
import { formatCount, formatPercent } from '../format.js';
import type { Page } from '../page.js';
import { safeText } from '../safe-text.js';
import { drawSparkline } from '../sparkline.js';
import { type TableColumn, tableWidth } from '../text-table.js';
import { padRight, textWidth } from '../text-width.js';
import { cutText, wrapText } from '../wrap-text.js';
import { lookbackWordsOf, revenueWords, segmentationWord, typicalText, WEEKDAYS } from './profile-words.js';

const LABEL = 14;

const column = (head: string, align: TableColumn['align'], cells: readonly string[]): TableColumn => ({ head, align, leaves: 0, cells });

/** Revenue, then what members are worth beside the rest. */
export function renderWorth(result: ProfileResult, page: Page): string[] {
  const { paint, glyphs } = page;
  const { worth } = result;
  const revenue = revenueWords(result);
  const value = (metric: ComparedMetric, side: 'a' | 'b'): string =>
    metric[side].value === null ? glyphs.none : formatMeasure(metric[side].value, metric.unit);
  const told = worth.filter(({ a, b }) => a.value !== null || b.value !== null);
  const table =
    told.length === 0
      ? []
      : renderDataTable([
          column(
            paint.strong('Worth'),
            'left',
            told.map(({ title }) => title),
          ),
          column(
            paint.dim('members'),
            'right',
            told.map((metric) => value(metric, 'a')),
          ),
          column(
            paint.dim('rest'),
            'right',
            told.map((metric) => value(metric, 'b')),
          ),
          column(
            paint.dim('difference'),
            'right',
            told.map(({ difference, unit }) => (difference === null ? glyphs.none : formatDifference(difference, unit))),
          ),
          column(
            '',
            'left',
            told.map(({ verdict }) => (verdict === 'higher' || verdict === 'lower' ? paint.strong(verdict) : paint.dim(verdict))),
          ),
        ]);
  return [...table, ...(revenue === '' ? [] : labelled('revenue', `${revenue}.`, page))];
}

/** The median member and the middle half, beside the median of the rest. */
export function renderTypical({ typical }: ProfileResult, page: Page): string[] {
  const { paint, glyphs } = page;
  const told = typical.filter(({ members, rest }) => members.users + rest.users > 0);
  const text = (value: TypicalValue, quartile: string | null): string => typicalText(quartile, value, glyphs.none);
  const half = (value: TypicalValue, { low, high }: Quartiles): string =>
    low === null ? '' : `${text(value, low)} ${glyphs.dash} ${text(value, high)}`;
  const columns = [
    column(
      paint.strong('Typical member'),
      'left',
      told.map(({ title }) => title),
    ),
    column(
      paint.dim('median'),
      'right',
      told.map((value) => text(value, value.members.median)),
    ),
    column(
      paint.dim('half between'),
      'right',
      told.map((value) => half(value, value.members)),
    ),
    column(
      paint.dim('rest'),
      'right',
      told.map((value) => text(value, value.rest.median)),
    ),
  ];
  const lacking = column(
    '',
    'left',
    told.map(({ lacking: words, members }) =>
      words === '' || members.without === 0 ? '' : paint.dim(`${formatCount(members.without)} ${words}`),
    ),
  );
  return renderDataTable(tableWidth([...columns, lacking]) <= page.width ? [...columns, lacking] : columns);
}

/** How members, and the rest, spread over statuses and RFM segments: a line each. */
export function renderMix({ shares }: ProfileResult, page: Page): string[] {
  return ['status', 'rfm_segment'].flatMap((kind) => {
    const mix = shares
      .filter((share) => share.kind === kind && (share.members.value ?? 0) > 0)
      .toSorted((left, right) => (right.members.value ?? 0) - (left.members.value ?? 0) || nameOrder(left, right));
    if (mix.length <= 1) return [];
    const parts = mix.map(
      ({ value, members, rest }) =>
        `${safeText(value ?? 'none')} ${formatPercent(members.value ?? 0)}${rest.value === null ? '' : ` (${formatPercent(rest.value)})`}`,
    );
    const hasRest = mix.some(({ rest }) => rest.value !== null);
    return oneLine(`${segmentationWord(kind)}${hasRest ? ' (rest)' : ''}`, parts, '', page);
  });
}

function nameOrder(left: ComparedShare, right: ComparedShare): number {
  return (left.value ?? '') < (right.value ?? '') ? -1 : 1;
}

/** What members do most, each counting equally, in a line. */
export function renderFavourites({ favourites }: ProfileResult, page: Page): string[] {
  if (favourites.length === 0) return [];
  const parts = favourites.map(({ name, members }) => `${safeText(name)} ${formatPercent(members)}`);
  return oneLine('favourites', parts, ' of what a member does', page);
}

/** As many parts as fit behind the label on one line, one at least. */
function oneLine(label: string, parts: readonly string[], end: string, page: Page): string[] {
  const room = page.width - LABEL;
  const line = (count: number): string => {
    const more = parts.length - count;
    return `${parts.slice(0, count).join(', ')}${more > 0 ? `, ${formatCount(more)} more` : ''}${end}`;
  };
  const fitting = parts.findLastIndex((_, place) => textWidth(line(place + 1)) <= room) + 1;
  const text = cutText(line(Math.max(1, fitting)), room, page.glyphs.ellipsis);
  return [page.paint.dim(padRight(label, LABEL)) + text];
}

/** Hours and weekdays of members and of the rest, drawn. */
export function renderTimes({ hours, weekdays }: ProfileResult, page: Page): string[] {
  const hasRest = hours.rest > 0 || weekdays.rest > 0;
  const rows = [
    { label: 'members', of: ({ members }: ActivityShare) => members },
    ...(hasRest ? [{ label: 'rest', of: ({ rest }: ActivityShare) => rest ?? 0 }] : []),
  ];
  const drawn = ({ shares }: DayTimes, of: (share: ActivityShare) => number, wide: number): string =>
    [...drawSparkline(shares.map(of), shares.length, page.glyphs)].map((sign) => sign.repeat(wide)).join('');
  const parts = [
    { times: hours, head: '0     6     12    18    ', wide: 1 },
    { times: weekdays, head: WEEKDAYS.map((day) => day.slice(0, 2)).join(' '), wide: 2 },
  ].filter(({ times }) => times.shares.length > 0);
  if (parts.length === 0) return [];
  const gaps = (text: string, wide: number): string => (wide === 1 ? text : [...text.matchAll(/../gu)].map(([one]) => one).join(' '));
  return [
    page.paint.dim(padRight('', LABEL) + parts.map(({ head }) => padRight(head, textWidth(head))).join('   ')),
    ...rows.map(
      ({ label, of }) =>
        page.paint.dim(padRight(label, LABEL)) + parts.map(({ times, wide }) => gaps(drawn(times, of, wide), wide)).join('   '),
    ),
  ];
}

/** `Label       text`, the text wrapped under itself. */
export function labelled(label: string, text: string, page: Page): string[] {
  const head = padRight(cutText(label, LABEL - 1, page.glyphs.ellipsis), LABEL);
  const [first = '', ...rest] = wrapText(text, page.width, head);
  return [page.paint.dim(head) + first.slice(head.length), ...rest];
}

/** In which days, and who counts. */
export function timesTitle(result: ProfileResult, page: Page): string[] {
  const [title = '', ...rest] = wrapText(`When they are active, ${lookbackWordsOf(result)}, each member counting equally`, page.width);
  return [page.paint.strong(title), ...rest.map(page.paint.strong)];
}
