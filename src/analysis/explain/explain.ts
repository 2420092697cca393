import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import type { EventShape } from '../../events/event-shape.js';
import { statusDays } from '../../membership/member-relations.js';
import { FIRST_MATCH } from '../../segmentation/rules/first-match.js';
import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import type { StatusGroup, StatusName } from '../../segmentation/status/status.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import type { StatusSettings } from '../../segmentation/status/status-query.js';
import { param, type Sql, sql } from '../../sql/sql.js';
import { dayOfIso, isoOfDay } from '../../time/day.js';
import { countedDay, dayOfCounted } from '../../time/pauses.js';
import type { KnownUsers } from '../../users/known-users-query.js';
import type { ClassifyResult } from '../classify/classify-result.js';
import { decimalOfHundredths, moneyText } from '../classify/decimal-edge.js';
import { explainOwnSegments } from './explain-own-segments.js';
import {
  type DayRow,
  type DecidedRow,
  decidedQuery,
  furtherSegmentsQuery,
  lifelineQuery,
  type MarkedDays,
  type MissingUser,
  markedDaysQuery,
  missingUserQuery,
  newestOrdersQuery,
  type OrderRow,
} from './explain-query.js';
import {
  type DaySign,
  type ExplainedOrder,
  type ExplainedUser,
  type ExplainResult,
  type NextFlip,
  RULE_NAMES,
  type RuleName,
  type StatusValues,
  type UserDay,
} from './explain-result.js';
import { nearestRule } from './nearest-rule.js';
import { ofStatusQuery } from './of-status-query.js';
import { nextStatusQuery, type StatusAhead } from './status-ahead-query.js';

/** What a classification that stands in the database was made with, and what it found out about everybody. */
export interface ExplainSettings {
  readonly summary: Pick<
    ClassifyResult,
    | 'asOf'
    | 'timezone'
    | 'givenBy'
    | 'filters'
    | 'entity'
    | 'currency'
    | 'historyDays'
    | 'pauses'
    | 'period'
    | 'populationGaps'
    | 'rfm'
    | 'since'
  >;
  readonly parameters: StatusParameters;
  readonly shape: EventShape;
  /** The people of a users file, in `known_users`. */
  readonly known?: KnownUsers | undefined;
  /** Segmentations that were asked for, which are columns of `members`. */
  readonly further?: readonly string[];
  /** Own segments, whose `rule_events` and `classified_users` are still there. */
  readonly rules?: RulePlan | undefined;
}

const NEWEST_ORDERS = 10;
const SHOWN_IDS = 3;
/** The windows of the status rules that no parameter sets: a year of order days. */
const LONGEST_FIXED_WINDOW = 365;
/** Days ahead are looked at in blocks, each this many times as long as the one before: most users change soon. */
const FIRST_BLOCK_DAYS = 28;
const BLOCK_GROWTH = 4;

/**
 * Why one user has their status and RFM segment, from `user_days` and the tables of `buildMembers` (with `keepDays`).
 * Fails with `user-unknown`, or `user-not-used` when none of the user's rows counts up to the as-of day.
 */
export async function explainUser(database: Database, settings: ExplainSettings, userId: string): Promise<ExplainResult> {
  const known = knowledge(settings);
  const [row] = await database.rows<DecidedRow>(decidedQuery(known.status, [userId]));
  if (row === undefined) return failWithoutUser(database, settings, userId);
  return resultOf(settings, [row], null, [await explainRow(database, settings, row, 'named')]);
}

/** The same for users of one status: up to three typical ones, then the one nearest to a border. */
export async function explainStatus(database: Database, settings: ExplainSettings, status: StatusName): Promise<ExplainResult> {
  const known = knowledge(settings);
  const chosen = await database.rows<{ user_id: string; chosen: 'typical' | 'nearest border' }>(ofStatusQuery(known.status, status));
  const [count] = await database.rows<{ users: number }>(sql`select count(*) as users from members where status = ${status}`);
  const rows =
    chosen.length === 0
      ? []
      : await database.rows<DecidedRow>(
          decidedQuery(
            known.status,
            chosen.map(({ user_id }) => user_id),
          ),
        );
  const users: ExplainedUser[] = [];
  for (const one of chosen) {
    const row = rows.find(({ userId }) => userId === one.user_id);
    if (row !== undefined) users.push(await explainRow(database, settings, row, one.chosen));
  }
  return resultOf(settings, rows, { status, users: count?.users ?? 0 }, users);
}

interface Knowledge {
  readonly asOfDay: Sql;
  readonly asOfNumber: number;
  readonly status: StatusSettings;
}

function knowledge({ summary, parameters, known }: ExplainSettings): Knowledge {
  const asOfNumber = dayNumber(summary.asOf);
  const pauses = summary.pauses.map(({ first, last }) => ({ first: dayNumber(first), last: dayNumber(last) }));
  const days = statusDays({ asOfDay: asOfNumber, firstDay: dayNumber(summary.period.first), pauses });
  return { asOfDay: param('as_of_day', asOfNumber), asOfNumber, status: { ...days, parameters, hasSignups: known !== undefined } };
}

function resultOf(
  { summary, parameters, shape }: ExplainSettings,
  rows: readonly DecidedRow[],
  ofStatus: ExplainResult['ofStatus'],
  users: readonly ExplainedUser[],
): ExplainResult {
  const { asOf, timezone, givenBy, filters, entity, currency, historyDays, pauses, populationGaps, period, rfm } = summary;
  return {
    asOf,
    timezone,
    givenBy,
    filters,
    entity,
    currency,
    pauses,
    inputFirstDay: period.first,
    historyDays,
    populationGaps,
    orderDaysQuantile: orderDaysQuantile(rows[0]),
    parameters,
    hasPlanEvents: shape.hasPlanEvents,
    rfm: { model: rfm.model, basis: rfm.basis, lookbackDays: rfm.lookbackDays, edges: rfm.edges },
    ofStatus,
    users,
  };
}

async function explainRow(
  database: Database,
  settings: ExplainSettings,
  row: DecidedRow,
  chosen: ExplainedUser['chosen'],
): Promise<ExplainedUser> {
  const { summary, parameters, shape, known } = settings;
  const { asOfDay, asOfNumber, status } = knowledge(settings);
  const [marked] = await database.rows<MarkedDays>(markedDaysQuery(asOfDay, row.userId));
  const counted = (day: number): number => countedDay(day, status.pauses);
  const isRecent = (day: number): boolean => counted(day) > counted(asOfNumber) - parameters['at_risk.window'];
  const values = valuesOf(row, marked ?? { churnDay: null, riskDay: null, cancelDay: null }, isRecent);
  const rules = Object.fromEntries(RULE_NAMES.map((rule) => [rule, row[rule] === true])) as Record<RuleName, boolean>;
  const statusName = row.status as StatusName;
  const measure = {
    values,
    historyDays: summary.historyDays,
    orderDaysQuantile: orderDaysQuantile(row),
    parameters,
  };
  const lifeline = await database.rows<DayRow>(lifelineQuery(asOfDay, row.userId));
  const further = await furtherSegments(database, settings.further ?? [], row.userId);
  const first = further.find(({ name }) => name === FIRST_MATCH)?.segment ?? undefined;
  const orders = await database.rows<OrderRow>(newestOrdersQuery(asOfDay, row.userId, shape, NEWEST_ORDERS));
  return {
    userId: row.userId,
    chosen,
    status: statusName,
    reason: row.reason,
    group: row.group as StatusGroup,
    values,
    rules,
    nearest: nearestRule(statusName, rules, measure),
    nextFlip: await nextFlip(database, status, { shape, known }, { row, asOf: asOfNumber, horizon: horizon(values, parameters) }),
    rfm: {
      segment: row.rfmSegment,
      recencyDays: row.recencyDays,
      frequency: row.frequency,
      monetary: row.monetary === null ? null : moneyText(row.monetary),
      scores:
        row.recencyScore === null || row.frequencyScore === null
          ? null
          : { recency: row.recencyScore, frequency: row.frequencyScore, monetary: row.monetaryScore },
      orders: row.orders,
      newestOrders: orderList(orders),
    },
    further,
    own: settings.rules === undefined ? [] : await explainOwnSegments(database, settings.rules, row.userId, first),
    days: lifeline.map(dayOf),
  };
}

async function furtherSegments(database: Database, names: readonly string[], userId: string): Promise<ExplainedUser['further']> {
  if (names.length === 0) return [];
  const [row] = await database.rows<Record<string, string | null>>(furtherSegmentsQuery(names, userId));
  return names.map((name) => ({ name, segment: row?.[name] ?? null }));
}

function valuesOf(row: DecidedRow, { churnDay, riskDay, cancelDay }: MarkedDays, isRecent: (day: number) => boolean): StatusValues {
  return {
    firstSeen: row.firstDay === null ? null : isoOfDay(row.firstDay),
    signUp: row.signupDay === null ? null : isoOfDay(row.signupDay),
    lastActive: row.lastActiveDay === null ? null : isoOfDay(row.lastActiveDay),
    idleDays: row.idleDays,
    tenureDays: row.tenureDays,
    activeDays: row.activeDays,
    events: row.events,
    gaps: row.gaps,
    medianGap: row.medianGapTwice === null ? null : exactDays(50 * row.medianGapTwice, 0),
    longestGap: row.longestGap,
    usualInterval: row.usualInterval === null ? null : exactDays(row.usualInterval, 0),
    dormantAfter: row.dormantAfter === null ? null : exactDays(row.dormantAfter, 4),
    churnedAfter: row.churnedAfter === null ? null : exactDays(row.churnedAfter, 4),
    churnEvent:
      row.churnEvent === null || churnDay === null
        ? null
        : { name: row.churnEvent, day: isoOfDay(churnDay), isUndone: row.hasLeft !== true },
    riskEvent: row.riskEvent === null || riskDay === null ? null : { name: row.riskEvent, day: isoOfDay(riskDay) },
    hasOpenSubscription: row.hasOpenSubscription,
    cancellation: cancelDay === null || !isRecent(cancelDay) ? null : { day: isoOfDay(cancelDay), isUndone: row.isCancelling !== true },
    comebackGap: row.comebackGap,
    earlierGap: row.earlierGap,
    recentDays: row.recentDays,
    baselineDays: row.baselineDays,
    activeWeeks: row.activeWeeks,
    orderDays: row.orderDays,
  };
}

/** Hundredths of 10^-scale of a day as decimal text. */
function exactDays(hundredths: number, scale: number): string {
  return decimalOfHundredths(BigInt(hundredths), scale);
}

function orderDaysQuantile(row: DecidedRow | undefined): string {
  return exactDays(row?.orderDaysQuantile ?? 0, 0);
}

function dayOf({ day, isActive, hasOrder, hasRefund, hasChurn, hasPassive }: DayRow): UserDay {
  const signs: [DaySign, boolean][] = [
    ['active', isActive],
    ['order', hasOrder],
    ['refund', hasRefund],
    ['churn', hasChurn],
    ['passive', hasPassive],
  ];
  return { day: isoOfDay(day), signs: signs.flatMap(([sign, isThere]) => (isThere ? [sign] : [])) };
}

/** The newest orders, as far back as each can be told from the others of its day. */
function orderList(rows: readonly OrderRow[]): ExplainedOrder[] {
  const merged = rows.findIndex(({ isSingle }) => !isSingle);
  const known =
    merged === -1
      ? rows
      : rows.slice(
          0,
          rows.findIndex(({ day }) => day === rows[merged]?.day),
        );
  return known.map(({ day, orderId, amount }) => ({ day: isoOfDay(day), orderId, amount: amount === null ? null : moneyText(amount) }));
}

/** Counted days ahead after which time alone changes nothing: every border and window has passed. */
function horizon({ churnedAfter }: StatusValues, parameters: StatusParameters): number {
  return (
    Math.max(
      LONGEST_FIXED_WINDOW,
      Math.ceil(Number(churnedAfter ?? 0)),
      parameters['churned.history'],
      parameters['new.days'],
      parameters['reactivated.days'],
      parameters['at_risk.window'] + parameters['at_risk.baseline'],
      parameters['loyal.tenure'],
    ) + 1
  );
}

async function nextFlip(
  database: Database,
  status: StatusSettings,
  people: Pick<ExplainSettings, 'shape' | 'known'>,
  { row, asOf, horizon: counted }: { readonly row: DecidedRow; readonly asOf: number; readonly horizon: number },
): Promise<NextFlip | null> {
  const last = dayOfCounted(countedDay(asOf, status.pauses) + counted, status.pauses) - asOf;
  for (let first = 1, length = FIRST_BLOCK_DAYS; first <= last; first += length, length *= BLOCK_GROWTH) {
    const block = { first, last: Math.min(first + length - 1, last) };
    const [flip] = await database.rows<StatusAhead>(nextStatusQuery(param('as_of_day', asOf), status, people, row, block));
    if (flip !== undefined) return { day: isoOfDay(asOf + flip.daysAhead), status: flip.status as StatusName, reason: flip.reason };
  }
  return null;
}

async function failWithoutUser(database: Database, settings: ExplainSettings, userId: string): Promise<never> {
  const { asOf, filters } = settings.summary;
  if (filters !== undefined && (await hasEvents(database, settings, userId))) {
    fail('user-filtered', { userId, filters: filters.words });
  }
  const [missing] = await database.rows<MissingUser>(missingUserQuery(knowledge(settings).asOfDay, userId, SHOWN_IDS));
  if (missing === undefined) throw new Error('the counts have one row');
  const { afterAsOf, rejected, nextDay, users, alike, examples } = missing;
  if (afterAsOf + rejected > 0) {
    fail('user-not-used', { userId, asOf, afterAsOf, rejected, nextDay: nextDay === null ? undefined : isoOfDay(nextDay) });
  }
  return fail('user-unknown', { userId, since: settings.summary.since?.day, users, alike: alike ?? [], examples: examples ?? [] });
}

/** Whether a user has events up to the as-of day, filtered or not. */
async function hasEvents(database: Database, settings: ExplainSettings, userId: string): Promise<boolean> {
  const [row] = await database.rows<{ found: boolean }>(sql`
    select exists(
      select 1
      from day_kinds
      where user_id = ${userId}
        and day <= ${knowledge(settings).asOfDay}
    ) as found`);
  return row?.found === true;
}

function dayNumber(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new RangeError(`not an ISO day: ${iso}`);
  return day;
}
