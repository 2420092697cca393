import type { ClassifyResult, ColumnRoles, RowCounts } from '../../analysis/classify/classify-result.js';
import {
  addDecimals,
  compareDecimals,
  formatCount,
  formatCounted,
  formatDate,
  formatDays,
  formatDecimal,
  formatMoney,
  formatPeriod,
} from '../format.js';
import type { Page } from '../page.js';
import { describePauses, describePausesAfter, describePausesBefore } from '../pauses.js';
import { safeText } from '../safe-text.js';
import { formatUnits, unitOfResult } from '../unit.js';
import { keepTogether, wrapText } from '../wrap-text.js';
import { sizesOf, spoken } from './facts.js';

const LABEL_WIDTH = 9;
const SHOWN_EVIDENCE = 4;
const PARTS: readonly { readonly part: Exclude<keyof RowCounts, 'total'>; readonly words: string }[] = [
  { part: 'used', words: 'used' },
  { part: 'rejected', words: 'rejected' },
  { part: 'withoutUser', words: 'without' },
  { part: 'afterAsOf', words: 'after as-of' },
  { part: 'beforeSince', words: 'before since' },
  { part: 'duplicate', words: 'duplicate' },
  { part: 'filtered', words: 'filtered' },
];
const ROLES: readonly { readonly role: keyof ColumnRoles; readonly words: string }[] = [
  { role: 'user', words: 'user' },
  { role: 'person', words: 'person' },
  { role: 'time', words: 'time' },
  { role: 'event', words: 'event' },
  { role: 'order', words: 'order' },
  { role: 'eventId', words: 'event id' },
  { role: 'session', words: 'session' },
  { role: 'currency', words: 'currency' },
];

/** What was read and how: rows, config file and environment, columns, as-of date, history with the rules it is too short for, closed seasons, revenue, pace. */
export function renderReading(result: ClassifyResult, page: Page): string[] {
  const lines = [
    ['Read', describeRows(result)],
    ['Users', describeUsersFile(result)],
    ['Merged', describeIdentity(result, page)],
    ['Filter', describeFilters(result)],
    ['Config', describeConfig(result)],
    ['Preset', describePreset(result)],
    ['Columns', describeColumns(result, page)],
    ['As of', describeAsOf(result)],
    ['History', describeHistory(result)],
    ['Pauses', describeAllPauses(result)],
    ['Revenue', describeRevenue(result)],
    ['Pace', describePace(result)],
  ] as const;
  return lines.flatMap(([label, text]) => (text === '' ? [] : renderLabelled(label, text, page)));
}

/** `Label:   text`, the text wrapped under itself. */
export function renderLabelled(label: string, text: string, page: Page): string[] {
  const head = `${label}:`.padEnd(LABEL_WIDTH);
  const [first = '', ...rest] = wrapText(text, page.width, head);
  return [page.paint.dim(head.trimEnd()) + first.slice(head.trimEnd().length), ...rest];
}

/** "61,204 rows in 2 files: 60,911 used, 120 rejected, 173 duplicate." Only the parts there are. */
export function describeRows(result: Pick<ClassifyResult, 'rows' | 'files' | 'since' | 'badAmounts' | 'entity'>): string {
  const { rows, files, since, badAmounts } = result;
  const read = `${formatCounted(rows.total, 'row')}${files === 1 ? '' : ` in ${formatCounted(files, 'file')}`}`;
  const unread = badAmounts === 0 ? '' : ` ${formatCounted(badAmounts, 'amount')} could not be read.`;
  const skipped = since === undefined || since.skippedFiles === 0 ? '' : ` ${describeSkipped(since.skippedFiles)}`;
  return `${read}${describeParts(rows, unitOfResult(result).articled)}.${skipped}${unread}`;
}

function describeSkipped(files: number): string {
  return `${formatCounted(files, 'file')} of earlier days ${files === 1 ? 'was' : 'were'} not opened.`;
}

/** ", all used", or ": 60,911 used, 120 rejected": the parts there are. */
export function describeParts(rows: RowCounts, unit: string): string {
  if (rows.used === rows.total) return ', all used';
  const parts = PARTS.flatMap(({ part, words }) => {
    const count = rows[part] ?? 0;
    return count === 0 ? [] : [keepTogether(`${formatCount(count)} ${words}${part === 'withoutUser' ? ` ${unit}` : ''}`)];
  });
  return `: ${parts.join(', ')}`;
}

/** "40 rows in users.csv, all used; user = id, sign-up = created_at. 3 users never had an event." */
function describeUsersFile(result: ClassifyResult): string {
  const { usersFile, entity } = result;
  if (usersFile === undefined) return '';
  const { file, rows, userColumn, signupColumn, withoutEvents } = usersFile;
  const signup = signupColumn === null ? 'no sign-up times' : keepTogether(`sign-up = ${safeText(signupColumn)}`);
  const read = `${formatCounted(rows.total, 'row')} in ${safeText(file)}${describeParts(rows, unitOfResult(result).articled)}`;
  return `${read}; ${keepTogether(`${entity === undefined ? 'user' : 'entity'} = ${safeText(userColumn)}`)}, ${signup}. ${formatUnits(withoutEvents, result)} never had an event.`;
}

/** "Shopify orders (shopify), told by the columns Name, Email and 5 more. Not all of it is verified: …" */
function describePreset({ preset }: ClassifyResult): string {
  if (preset === null) return '';
  const { name, title, evidence, isNamed, unverified } = preset;
  const shown = evidence.slice(0, SHOWN_EVIDENCE).map((column) => keepTogether(safeText(column)));
  const more = evidence.length > shown.length ? ` and ${evidence.length - shown.length} more` : '';
  const why = isNamed ? 'as given' : `told by the columns ${shown.join(', ')}${more}`;
  const doubts = unverified.length === 0 ? '' : ` Not all of it is verified: ${keepTogether(`segment presets ${name}`)}.`;
  return `${title} (${name}), ${why}.${doubts}`;
}

/** "12 events came with 3 other ids of 2 users (map.csv: 5 pairs, anonymous_id → user_id)." */
function describeIdentity({ identity, entity }: ClassifyResult, page: Page): string {
  if (identity === undefined) return '';
  const { file, fromColumn, toColumn, rows, events, ids, users } = identity;
  const source = `${safeText(file)}: ${formatCounted(rows.pairs, 'pair')}, ${safeText(fromColumn)} ${page.glyphs.arrow} ${safeText(toColumn)}`;
  if (ids === 0) return `no event has an id of ${source}.`;
  return `${formatCounted(events, 'event')} came with ${formatCounted(ids, 'other id')} of ${entity === undefined ? formatCounted(users, 'user') : formatCounted(users, 'person', 'people')} (${source}).`;
}

/** Who is in, and that it is all that changes. */
function describeFilters({ filters, rows, frozenFrom }: ClassifyResult): string {
  if (filters === undefined) return '';
  const counts = [filters.only, filters.exclude].flatMap((list) =>
    list === undefined ? [] : [keepTogether(formatCounted(list.ids, 'id'))],
  );
  const listed = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  return `${safeText(filters.words)}${listed}; ${formatCounted(rows.filtered ?? 0, 'row')} left out.${frozenFrom === undefined ? ' Gaps and edges are of those who stay.' : ''}`;
}

function describeColumns({ columns, entity }: ClassifyResult, page: Page): string {
  const named = ROLES.flatMap(({ role, words }) => {
    const column = columns[role];
    const word = role === 'user' && entity !== undefined ? 'entity' : words;
    return column === null || column === undefined ? [] : [keepTogether(`${word} = ${safeText(column)}`)];
  });
  if (columns.value !== null) {
    const quantity = columns.quantity === null ? '' : ` ${page.glyphs.times} ${safeText(columns.quantity)}`;
    const refunded = columns.refunded === null ? '' : ` less ${safeText(columns.refunded)}`;
    named.push(keepTogether(`value = ${safeText(columns.value)}${quantity}${refunded}`));
  }
  const missing = columns.event === null ? ' No event column: every row is a purchase.' : '';
  const nobody =
    entity !== undefined && entity.peopleColumn === null
      ? ' No column of people: nobody is counted in them (--user-column names one).'
      : '';
  return `${named.join(', ')}.${missing}${nobody}`;
}

/** "segment.yaml and SEGMENT_TIMEZONE." Nothing when flags said all. */
function describeConfig({ givenBy = [] }: ClassifyResult): string {
  const names = givenBy.map((name) => keepTogether(safeText(name)));
  const last = names.pop();
  if (last === undefined) return '';
  return `settings from ${names.length === 0 ? '' : `${names.join(', ')} and `}${last}.`;
}

function describeAsOf({ asOf, asOfChosen, timezone, rows }: ClassifyResult): string {
  // Rows after a day that was not given are those of a wrong clock.
  const newest = rows.afterAsOf === 0 ? 'the day of the newest event' : 'the day of the newest plausible event';
  const chosen = asOfChosen === 'given' ? 'as given' : newest;
  return `end of ${formatDate(asOf)} (${safeText(timezone)}), ${chosen}.`;
}

/** "21 days. Can't tell new (needs sign-up dates), loyal (60 days), churned by inactivity (90 days)." */
function describeHistory({ historyDays, pausedDays, period, rulesOff, asOf }: ClassifyResult): string {
  const stale = period.last === asOf ? '' : ` The newest event is of ${formatDate(period.last)}.`;
  const counted = pausedDays === 0 ? '' : ' without the paused ones';
  const span = `${formatDays(historyDays)}${counted}${rulesOff.length === 0 ? `, ${formatPeriod(period.first, asOf)}` : ''}.${stale}`;
  if (rulesOff.length === 0) return span;
  const rules = rulesOff.map(({ status, why }) =>
    keepTogether(`${status === 'churned' ? 'churned by inactivity' : spoken(status)} (${safeText(why)})`),
  );
  return `${span} Can't tell ${rules.join(', ')}.`;
}

/** "16 days, 21 December 2024 to 5 January 2025. …" */
function describeAllPauses({ pauses, period, asOf }: ClassifyResult): string {
  const within = describePauses(pauses, period.first, asOf);
  const [before, after] = [describePausesBefore(pauses, period.first), describePausesAfter(pauses, asOf)];
  const sentences = [
    ...(within === '' ? [] : [`${within}. Idle time, gaps, tenure, windows and weeks are counted without them.`]),
    ...(before === '' ? [] : [`Before the data: ${before}.`]),
    ...(after === '' ? [] : [`Still to come: ${after}.`]),
  ];
  return sentences.join(' ');
}

/** What "revenue" stands for below, where that is not all the money of the input. */
function describeRevenue(result: ClassifyResult): string {
  if (result.columns.value === null) return '';
  const all = formatMoney(result.valueTotal, result.currency);
  const lastYear = addDecimals(sizesOf(result, 'status')?.segments.map(({ revenue }) => revenue) ?? []);
  if (compareDecimals(lastYear, result.valueTotal) === 0) return `${all} in all.`;
  return `${formatMoney(lastYear, result.currency)} in the last 365 days, which is what revenue means below; ${all} in all.`;
}

function describePace(result: ClassifyResult): string {
  const {
    populationGaps: { p50, p75, p90, users },
    frozenFrom,
    warnings,
  } = result;
  const frozen = frozenFrom === undefined ? '' : ` Frozen, like the edges of RFM: taken from ${safeText(frozenFrom)}.`;
  if (warnings.some(({ code }) => code === 'no_cadence')) {
    return `too few ${unitOfResult(result).many} came back to tell; ${formatDecimal(p50)}, ${formatDecimal(p75)} and ${formatDays(p90)} are assumed.${frozen}`;
  }
  const gaps = `half of the gaps between active days are at most ${formatDays(p50)}, 75 % at most ${formatDecimal(p75)}, 90 % at most ${formatDecimal(p90)}`;
  return `${gaps} (${formatCounted(users, 'returning user')}).${frozen}`;
}
