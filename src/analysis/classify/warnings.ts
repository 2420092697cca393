import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import type { Proof, StatusReturn } from '../proof/proof.js';
import { findWrongOrder, type WrongOrder } from '../proof/status-order.js';
import type {
  ClassifyResult,
  FilterSummary,
  IdentitySummary,
  ListSummary,
  RowCounts,
  Unit,
  UsersFileSummary,
  Warning,
} from './classify-result.js';
import { unitsOf } from './entity-unit.js';
import type { IdChecks } from './id-checks-query.js';
import type { PlanValue } from './plan-values-query.js';
import type { MemberSummary } from './summarise.js';

/** Everything a run noticed that an analyst should know before trusting it. */
export interface Findings {
  readonly rows: RowCounts;
  readonly conflictingDuplicates: number;
  readonly badAmounts: number;
  readonly otherCurrencyAmounts: number;
  readonly roundedAmounts: number;
  readonly refunds: number;
  /** Names that may mean churn, and how many used events have them. */
  readonly churnHints: readonly { readonly name: string; readonly events: number }[];
  readonly hasAmounts: boolean;
  readonly moneyScale: number;
  readonly currency: string | null;
  readonly asOf: string;
  readonly since: ClassifyResult['since'];
  /** ISO days. */
  readonly setAsideFrom: string | undefined;
  readonly completeDayBefore: string | undefined;
  /** What is counted. */
  readonly unit: Unit;
  readonly ids: IdChecks;
  readonly members: MemberSummary;
  readonly parameters: StatusParameters;
  /** Pauses given, and paused days of the history. */
  readonly pauses: number;
  readonly pausedDays: number;
  readonly rulesOff: readonly { readonly status: string; readonly why: string }[];
  readonly proof?: Proof | undefined;
  readonly isSpreadsheetSafe: boolean;
  readonly usersFile?: UsersFileSummary | undefined;
  readonly identity?: IdentitySummary | undefined;
  readonly filters?: FilterSummary | undefined;
  /** The column of the plan and its values, the most frequent first. */
  readonly plan?: { readonly column: string; readonly values: readonly PlanValue[] } | undefined;
  /** Notes of the input, first in the list. */
  readonly notes: readonly Warning[];
}

/** More than this share of rows dropped as duplicates is worth a word. */
const MANY_DUPLICATES = 0.05;
/** More names than this are counted, not listed. */
const SHOWN_NAMES = 8;
/** Characters of a value that a message shows. */
const LONGEST_VALUE = 60;
/** Above this share of users with one active day, statuses say little. */
const MOSTLY_SINGLE_DAY = 0.6;

/** Every warning code, with what it means (README lists them from here). */
export const WARNING_CODES = {
  ignored_columns: 'further columns could have played a role; the better ranked one was taken',
  no_event_column: 'nothing tells events, amounts or orders apart, so every row counts as a purchase',
  left_out_files: 'files in a zip archive whose names are none of data files are not read; they are named',
  unchecked_files: 'a zstd file has no checksum, so that damage within it can pass unseen',
  mixed_line_endings: 'a file mixes line endings; they were read as one',
  float_ids: 'user ids are stored as floating point numbers',
  preset_columns_missing: 'the preset that was named is known by columns that are not there',
  assumed_dates: 'only the preset says whether day or month comes first in the dates',
  unknown_order_status: 'orders have a status that the preset does not know; they count as no orders',
  conflicting_orders: 'an order stands on several rows that contradict each other',
  users_not_in_file: 'users with events are not in the users file; they stay in',
  users_file_rows: 'rows of the users file could not be used',
  unknown_signups: 'sign-up times could not be read, and count as unknown',
  later_signups: 'people sign up after the as-of day',
  identity_columns: 'no columns of the identity map are named like two ids; the first two were taken',
  identity_rows: 'rows of the identity map could not be used',
  unmatched_identities: 'ids of the identity map stand on no event',
  list_column: 'no column of a list of ids is named like a user id; the first one was taken',
  list_rows: 'rows of a list of ids could not be used',
  unmatched_ids: 'ids of --only that nobody in the result has',
  rejects: 'rows could not be read',
  without_user: 'rows have no user id',
  after_as_of: 'rows lie after the as-of day',
  before_since: '`--since` leaves out events: users from before may look new',
  partial_last_day: 'the as-of day holds under half of its usual events',
  duplicates: 'more than 5 % of the rows repeat an event id',
  conflicting_duplicates: 'rows repeat an event id with other contents',
  bad_amounts: 'amounts could not be read; the rows count without one',
  other_currency: 'amounts in another currency count as unknown',
  rounded_amounts: 'amounts have more decimals than are kept',
  refunds: 'refunds reduce revenue',
  plan_values: 'what the values of the plan column count as',
  near_duplicate_ids: 'ids differ only in case, blanks or look-alike characters',
  placeholder_id: 'an id looks like a missing value, or holds most events',
  mangled_ids: 'ids look like numbers a spreadsheet has shortened',
  formula_ids: 'ids begin with a character that starts a formula in a spreadsheet',
  unknown_events: 'a flag names an event that no row holds',
  possible_churn_events: 'events that may mean churn were not taken as such',
  pauses_outside: 'no paused day lies between the first event and the as-of day',
  status_order: 'more came back of a status that should be further away: its border is too tight',
  short_history: 'the history is too short for some rules',
  no_cadence: 'too few users came twice to measure the usual gaps',
  mostly_single_day: 'most users were active on one day only',
  collapsed_edges: 'cut points of a score coincide, so some scores are empty',
} as const satisfies Record<string, string>;

export type WarningCode = keyof typeof WARNING_CODES;

/** The warnings of a run, in the order of the way of the data. */
export function findWarnings(findings: Findings): Warning[] {
  const warnings: Warning[] = [...findings.notes];
  const warn = (code: WarningCode, isDue: boolean, message: () => string): void => {
    if (isDue) warnings.push({ code, message: message() });
  };
  const { rows, ids, members, unit } = findings;
  if (findings.usersFile !== undefined) warnings.push(...usersFileWarnings(findings.usersFile, findings.asOf, unit));
  if (findings.identity !== undefined) warnings.push(...identityWarnings(findings.identity));
  if (findings.filters !== undefined) warnings.push(...filterWarnings(findings.filters));
  warn('rejects', rows.rejected > 0, () => `${counted(rows.rejected, 'row')} could not be read and ${isAre(rows.rejected)} left out`);
  warn(
    'without_user',
    rows.withoutUser > 0,
    () => `${counted(rows.withoutUser, 'row')} without ${unit.articled} id ${isAre(rows.withoutUser)} left out`,
  );
  warn('after_as_of', rows.afterAsOf > 0, () => {
    const aside =
      findings.setAsideFrom === undefined ? '' : `; the few ${unit.many} from ${findings.setAsideFrom} on were set aside as a wrong clock`;
    return `${counted(rows.afterAsOf, 'row')} after ${findings.asOf} ${isAre(rows.afterAsOf)} left out${aside}`;
  });
  warn(
    'before_since',
    findings.since !== undefined && ((rows.beforeSince ?? 0) > 0 || findings.since.skippedFiles > 0),
    () =>
      `history begins at ${findings.since?.day}, as --since says: ${unit.many} from before look as if they came later, and may count as new`,
  );
  warn(
    'partial_last_day',
    findings.completeDayBefore !== undefined,
    () =>
      `${findings.asOf} holds under half of the usual events of its weekday; --as-of ${findings.completeDayBefore} takes the day before`,
  );
  warn(
    'duplicates',
    rows.duplicate > MANY_DUPLICATES * rows.total,
    () => `${counted(rows.duplicate, 'row')} ${verb(rows.duplicate, 'repeat')} an event id and ${isAre(rows.duplicate)} dropped`,
  );
  warn(
    'conflicting_duplicates',
    findings.conflictingDuplicates > 0,
    () =>
      `${counted(findings.conflictingDuplicates, 'dropped row')} ${verb(findings.conflictingDuplicates, 'differ')} from the row of the same event id that stayed; the least one stays`,
  );
  warn(
    'bad_amounts',
    findings.badAmounts > 0,
    () => `${counted(findings.badAmounts, 'amount')} could not be read; the rows count without an amount`,
  );
  warn(
    'other_currency',
    findings.otherCurrencyAmounts > 0,
    () =>
      `${counted(findings.otherCurrencyAmounts, 'amount')} in another currency than ${findings.currency ?? 'the one named'} ${verb(findings.otherCurrencyAmounts, 'count')} as unknown`,
  );
  warn(
    'rounded_amounts',
    findings.roundedAmounts > 0,
    () =>
      `${counted(findings.roundedAmounts, 'amount')} ${findings.roundedAmounts === 1 ? 'has' : 'have'} more than ${findings.moneyScale} decimals and ${isAre(findings.roundedAmounts)} rounded half away from zero`,
  );
  warn(
    'refunds',
    findings.refunds > 0,
    () =>
      `${counted(findings.refunds, 'refund')} ${verb(findings.refunds, 'reduce')} revenue and ${verb(findings.refunds, 'count')} neither as an order nor as activity`,
  );
  warn('plan_values', findings.plan !== undefined, () => planMessage(findings.plan));
  warn(
    'near_duplicate_ids',
    ids.nearDuplicates > 0,
    () =>
      `${counted(ids.nearDuplicates, 'id')} in ${counted(ids.nearDuplicateGroups, 'group')} differ only in case, whitespace or look-alike characters; they count as different ${unit.many}`,
  );
  warn(
    'placeholder_id',
    (ids.placeholders ?? []).length > 0,
    () => `ids that look like missing values count as ${unit.many}: ${(ids.placeholders ?? []).slice(0, SHOWN_NAMES).join(', ')}`,
  );
  warn(
    'placeholder_id',
    ids.dominant !== null,
    () => `one id holds more than half of all events${ids.dominant === '' ? '' : `: ${ids.dominant}`}`,
  );
  warn(
    'mangled_ids',
    ids.mangled > 0,
    () =>
      `${counted(ids.mangled, 'id')} ${verb(ids.mangled, 'look')} like 1.03293E+19, ${ids.mangled === 1 ? 'a number' : 'numbers'} that a spreadsheet has shortened; different ${unit.many} may have become one`,
  );
  warn(
    'formula_ids',
    ids.formulas > 0 && !findings.isSpreadsheetSafe,
    () =>
      `${counted(ids.formulas, 'id')} ${verb(ids.formulas, 'begin')} with = + - @ or a tab, which a spreadsheet may run as a formula; --spreadsheet-safe defuses them`,
  );
  warn('possible_churn_events', findings.churnHints.length > 0, () => {
    const shown = findings.churnHints.slice(0, SHOWN_NAMES).map(({ name, events }) => `${name} (${events.toLocaleString('en-US')})`);
    const more = findings.churnHints.length > shown.length ? `, and ${counted(findings.churnHints.length - shown.length, 'other')}` : '';
    return `these events may mean churn: ${shown.join(', ')}${more}; --churn-event NAME says so`;
  });
  warn(
    'pauses_outside',
    findings.pauses > 0 && findings.pausedDays === 0,
    () => `no day of --pause lies between the first event and ${findings.asOf}, so nothing is paused`,
  );
  warn(
    'short_history',
    findings.rulesOff.length > 0,
    () =>
      `the history is too short to tell ${findings.rulesOff.map(({ status, why }) => `${status === 'churned' ? 'churned by inactivity' : status} (${why})`).join(', ')}`,
  );
  for (const wrong of findings.proof === undefined ? [] : findWrongOrder(findings.proof, findings.parameters)) {
    warn('status_order', true, () => orderMessage(wrong, findings.proof?.days ?? 0));
  }
  warn(
    'no_cadence',
    members.populationGaps.users < findings.parameters['population.min_users'],
    () =>
      `${comers(members.populationGaps.users, unit)} came back on another day; gaps of ${members.populationGaps.p50}, ${members.populationGaps.p75} and ${members.populationGaps.p90} days stand in for measured ones`,
  );
  warn(
    'mostly_single_day',
    members.singleDayShare > MOSTLY_SINGLE_DAY,
    () =>
      `${percent(members.singleDayShare)} of ${unit.many} were active on one day only: status says little here; use ${members.rfm.basis === 'orders' ? 'RFM and buyer_type' : 'RFM'}`,
  );
  const collapsed = collapsedMetrics(members, findings.hasAmounts);
  warn(
    'collapsed_edges',
    collapsed.length > 0,
    () => `cut points coincide for ${collapsed.join(' and ')}: some scores stay empty, equal values share a score`,
  );
  return warnings;
}

function orderMessage({ further, nearer, border }: WrongOrder, days: number): string {
  const share = ({ status, users, returned }: StatusReturn): string =>
    `${percent(returned / users)} of the ${users.toLocaleString('en-US')} ${status}`;
  const advice =
    border === undefined
      ? 'most of them had left by a churn event; --churn-event says which events mean that'
      : `the border is too tight; --set ${border.parameter} above ${border.value} widens it, and segment suggest shows what the data speak for`;
  return `${share(further)} came back within ${days} days, more than ${share(nearer)}: ${advice}`;
}

function usersFileWarnings(found: UsersFileSummary, asOf: string, unit: Unit): Warning[] {
  const { rows } = found;
  const warnings: (Warning & { readonly isDue: boolean })[] = [
    {
      code: 'users_not_in_file',
      isDue: found.notListed > 0,
      message: `${unitsOf(found.notListed, unit)} with events ${isAre(found.notListed)} not in ${found.file} and ${verb(found.notListed, 'stay')} in${
        rows.used > found.withoutEvents
          ? ''
          : `; none of the ids in its column "${found.userColumn}" has an event: --users-column names another one`
      }`,
    },
    {
      code: 'users_file_rows',
      isDue: rows.rejected + rows.withoutUser > 0,
      message: `${counted(rows.rejected + rows.withoutUser, 'row')} of ${found.file} ${isAre(rows.rejected + rows.withoutUser)} left out: ${rows.rejected} could not be read, ${rows.withoutUser} without ${unit.articled} id`,
    },
    {
      code: 'unknown_signups',
      isDue: found.badSignups > 0,
      message: `${counted(found.badSignups, 'sign-up time')} in ${found.file} could not be read and ${verb(found.badSignups, 'count')} as unknown`,
    },
    {
      code: 'later_signups',
      isDue: found.laterSignups > 0,
      message: `${unitsOf(found.laterSignups, unit)} of ${found.file} ${verb(found.laterSignups, 'sign')} up after ${asOf}: ${rows.afterAsOf.toLocaleString('en-US')} without events up to then ${isAre(rows.afterAsOf)} left out`,
    },
  ];
  return warnings.flatMap(({ isDue, ...warning }) => (isDue ? [warning] : []));
}

function identityWarnings({ file, rows, unmatched }: IdentitySummary): Warning[] {
  const lost = rows.rejected + rows.incomplete;
  return [
    ...(lost === 0
      ? []
      : [
          {
            code: 'identity_rows',
            message: `${counted(lost, 'row')} of ${file} ${isAre(lost)} left out: ${rows.rejected} could not be read, ${rows.incomplete} without one of the two ids`,
          },
        ]),
    ...(unmatched === 0
      ? []
      : [
          {
            code: 'unmatched_identities',
            message: `${counted(unmatched, 'id')} of ${file} ${verb(unmatched, 'stand')} on no event${unmatched === rows.pairs ? ': it changes nobody' : ''}`,
          },
        ]),
  ];
}

function filterWarnings({ only, exclude }: FilterSummary): Warning[] {
  const lists: [string, ListSummary | undefined][] = [
    ['--only', only],
    ['--exclude', exclude],
  ];
  const lost = lists.flatMap(([flag, list]) =>
    list === undefined || list.rejected + list.withoutUser === 0
      ? []
      : [
          {
            code: 'list_rows',
            message: `${counted(list.rejected + list.withoutUser, 'row')} of ${flag} ${list.file} ${isAre(list.rejected + list.withoutUser)} left out: ${list.rejected} could not be read, ${list.withoutUser} without an id`,
          },
        ],
  );
  if (only === undefined || only.absent === 0) return lost;
  return [
    ...lost,
    {
      code: 'unmatched_ids',
      message: `${counted(only.absent, 'id')} of --only ${only.file} ${isAre(only.absent)} nobody's here`,
    },
  ];
}

/** Where no column holds amounts, money has no cut points to speak of. */
function collapsedMetrics({ rfm }: MemberSummary, hasAmounts: boolean): string[] {
  if (rfm.edges === null) return [];
  const metrics = {
    recency: rfm.edges.recencyDays,
    frequency: rfm.edges.frequency,
    'money spent': (hasAmounts && rfm.edges.monetary) || [],
  };
  return Object.entries(metrics).flatMap(([name, edges]) => (new Set(edges).size < edges.length ? [name] : []));
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Who came back, few at best. */
function comers(count: number, unit: Unit): string {
  return count === 0 ? 'nobody' : `only ${unitsOf(count, unit)}`;
}

/** A share of most users, rounded as the summary rounds it. */
function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return rounded === 100 && share < 1 ? 'over 99 %' : `${rounded} %`;
}

function verb(count: number, plural: string): string {
  return count === 1 ? `${plural}s` : plural;
}

function isAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}

/** `paid by the column "plan": pro (12), team (3); trial: none; free: free (20); --free-plan and --trial-plan name what is not paid`. */
function planMessage(plan: Findings['plan']): string {
  const kinds = (['paid', 'trial', 'free'] as const).map((kind) => {
    const values = plan?.values.filter((one) => one.kind === kind) ?? [];
    const shown = values.slice(0, SHOWN_NAMES).map(({ value, users }) => `"${cut(value)}" (${users.toLocaleString('en-US')})`);
    const more = values.length - shown.length;
    const listed = [...shown, ...(more > 0 ? [`${more.toLocaleString('en-US')} more`] : [])].join(', ');
    return `${kind === 'paid' ? `${kind} by the column "${plan?.column}"` : kind}: ${listed === '' ? 'no value' : listed}`;
  });
  return `${kinds.join('; ')}; --free-plan and --trial-plan name the values that are not paid`;
}

function cut(value: string): string {
  const characters = [...value];
  return characters.length <= LONGEST_VALUE ? value : `${characters.slice(0, LONGEST_VALUE).join('')}…`;
}
