import type { Database } from '../../engine/database.js';
import type { MemberSettings } from '../../membership/member-relations.js';
import { buildMembersAsOf, keepAllRuleEvents } from '../../membership/members-as-of.js';
import { buildPopulationAsOf, buildScale, buildSegments, keepAllGaps } from '../../membership/segments-as-of.js';
import type { Segmentation } from '../../segmentation/index.js';
import { isMoneyDecisive } from '../../segmentation/rfm/rfm-model.js';
import type { RfmBasis } from '../../segmentation/rfm/rfm-query.js';
import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import { ident, param, sql } from '../../sql/sql.js';
import { quotient } from '../../statistics/moments.js';
import { areaOf, type OrderPairs, orderPairs } from '../../statistics/order-auc.js';
import { type RepeatedSums, repeatedMeanInterval, repeatedShareInterval } from '../../statistics/repeated.js';
import { isoOfDay } from '../../time/day.js';
import type { Step } from '../../time/periods.js';
import { decimalOfUnits, moneyText } from '../classify/decimal-edge.js';
import { momentDivisor } from '../compare/moments-query.js';
import { backtestDates, type DateWindow } from './backtest-dates.js';
import type { BacktestDate, BacktestResult, DateOutcomes, LeftOutDates, SegmentOutcomes } from './backtest-result.js';
import { dateSumsQuery, outcomesQuery, pooledSumsQuery, userOutcomesQuery } from './outcomes-query.js';

export interface BacktestSettings {
  /** Its name and the column of the members that holds it; `declared` are its segments, the best first, where it says so. */
  readonly segmentation: Pick<Segmentation, 'name' | 'column'> & { readonly declared: readonly string[] | undefined };
  readonly step: Step;
  readonly horizonDays: number;
  /** What the members of the last day were built with; without people. */
  readonly members: Omit<MemberSettings, 'basis'>;
  /** What RFM is scored on as of the last day. */
  readonly basis: RfmBasis;
  readonly hasAmounts: boolean;
  /** Where the segmentation is an own segment: all of them as of a day. Their events up to the last day stand in `rule_events`. */
  readonly rulesAsOf?: ((day: number) => RulePlan) | undefined;
}

/** Dates at most, the newest ones. */
export const MOST_DATES = 60;
const CONFIDENCE = 0.95;

type Reason = LeftOutDates['reason'];

/**
 * `user_days` and the `user_gaps` of the as-of day → what followed on the segments of earlier dates. Undefined when the history allows no
 * date, or nobody who counts was there at any. The tables of the classification are made anew.
 */
export async function backtest(database: Database, settings: BacktestSettings): Promise<Omit<BacktestResult, 'notes'> | undefined> {
  const { members, segmentation } = settings;
  const all = backtestDates({ ...members, step: settings.step, horizonDays: settings.horizonDays });
  const leftOut: Reason[] = all.slice(MOST_DATES).map(() => 'too_many');
  const firstOrderDay = await findFirstOrderDay(database, settings);
  const dates: BacktestDate[] = [];
  const segmentAsOf =
    settings.rulesAsOf === undefined ? await segmentByWay(database, settings) : await segmentByRule(database, settings, settings.rulesAsOf);
  for (const window of all.slice(0, MOST_DATES).toReversed()) {
    if (firstOrderDay !== undefined && window.day < firstOrderDay) {
      leftOut.push('without_orders');
      continue;
    }
    if ((await segmentAsOf(window.day)) === 0) {
      leftOut.push('nobody');
      continue;
    }
    dates.push(await readDate(database, settings, window, dates.length === 0));
  }
  if (dates.length === 0) return undefined;
  const segments = await readSegments(database, settings);
  return {
    segmentation: segmentation.name,
    step: settings.step,
    horizonDays: settings.horizonDays,
    dates,
    leftOut: (['too_many', 'without_orders', 'nobody'] as const).flatMap((reason) => {
      const count = leftOut.filter((one) => one === reason).length;
      return count === 0 ? [] : [{ reason, dates: count }];
    }),
    segments,
    declaredAuc: segmentation.declared === undefined ? null : areaOf(dates.map((date) => pairsOf(date, segmentation.declared ?? []))),
    observedAuc: areaOf(
      dates.map((date) =>
        pairsOf(
          date,
          segments.map(({ segment }) => segment),
        ),
      ),
    ),
    hasAmounts: settings.hasAmounts,
  };
}

/** Makes `date_segments` (`user_id`, `segment`) as of a day, and returns how many users there are. */
type SegmentAsOf = (day: number) => Promise<number>;

async function segmentByWay(database: Database, { members, segmentation }: BacktestSettings): Promise<SegmentAsOf> {
  await keepAllGaps(database);
  return async (day) => {
    const population = await buildPopulationAsOf(database, { ...members, asOfDay: day }, segmentation);
    await buildScale(database, population);
    await buildSegments(database, population, 'date_segments');
    return population.users;
  };
}

/** Rules look at whole members, and at the events up to the day; who is not in the segment is in none. */
async function segmentByRule(
  database: Database,
  { members, segmentation: { column } }: BacktestSettings,
  rulesAsOf: (day: number) => RulePlan,
): Promise<SegmentAsOf> {
  await keepAllRuleEvents(database, rulesAsOf(members.asOfDay));
  return async (day) => {
    await buildMembersAsOf(database, { ...members, asOfDay: day, rules: rulesAsOf(day) });
    await database.run(sql`
      create or replace temp table date_segments as
      select user_id, case when ${ident(column)} then ${column} end as segment
      from members`);
    const [row] = await database.rows<{ users: number }>(sql`select count(*) as users from date_segments`);
    return row?.users ?? 0;
  };
}

/** The day of the first order, where segments of orders are asked for and there are orders at last; before it the segments mean something else. */
async function findFirstOrderDay(database: Database, { segmentation, members, basis }: BacktestSettings): Promise<number | undefined> {
  const isOfOrders = segmentation.name === 'rfm' && (basis === 'orders' || isMoneyDecisive(members.rfmModel));
  if (!isOfOrders) return undefined;
  const [row] = await database.rows<{ day: number | null }>(sql`
    select min(day) as day
    from user_days
    where user_id is not null
      and order_rows > 0`);
  return row?.day ?? undefined;
}

interface DateSums {
  readonly segment: string | null;
  readonly users: number;
  readonly returned: number;
  readonly has_left: number;
  readonly revenue: string;
}

async function readDate(
  database: Database,
  { segmentation, members }: BacktestSettings,
  { day, lastDay }: DateWindow,
  isFirst: boolean,
): Promise<BacktestDate> {
  const query = outcomesQuery({ asOfDay: param('date', day), lastDay: param('window_last_day', lastDay), moneyScale: members.moneyScale });
  await database.run(sql`create or replace temp table date_outcomes as ${query}`);
  const rows = await database.rows<DateSums>(dateSumsQuery());
  await database.run(sql`create or replace temp table user_outcomes as ${userOutcomesQuery(isFirst)}`);
  const segments = rows.map(
    ({ segment, users, returned, has_left, revenue }): DateOutcomes => ({
      segment,
      users,
      returned,
      churned: has_left,
      revenue: moneyOf(BigInt(revenue), members.moneyScale),
    }),
  );
  const date = {
    asOf: isoOfDay(day),
    until: isoOfDay(lastDay),
    users: segments.reduce((sum, { users }) => sum + users, 0),
    segments,
  };
  const declared = segmentation.declared;
  return { ...date, declaredAuc: declared === undefined ? null : areaOf([pairsOf(date, declared)]) };
}

/** Pairs of one date by an order of segments, the best first. */
function pairsOf({ segments }: Pick<BacktestDate, 'segments'>, order: readonly (string | null)[]): OrderPairs {
  return orderPairs(
    order.map((name) => {
      const { users = 0, returned = 0 } = segments.find(({ segment }) => segment === name) ?? {};
      return { hits: returned, misses: users - returned };
    }),
  );
}

type PooledSums = { readonly segment: string | null } & Readonly<
  Record<
    | 'users'
    | 'dates'
    | 'dates_squared'
    | 'returned'
    | 'returned_squared'
    | 'dates_returned'
    | 'has_left'
    | 'has_left_squared'
    | 'dates_has_left'
    | 'revenue'
    | 'money'
    | 'money_squared'
    | 'dates_money',
    string
  >
>;

async function readSegments(database: Database, { segmentation, members }: BacktestSettings): Promise<SegmentOutcomes[]> {
  const [largest] = await database.rows<{ revenue: string }>(sql`
    select coalesce(max(abs(revenue)), 0)::varchar as revenue
    from user_outcomes`);
  const divisor = momentDivisor(BigInt(largest?.revenue ?? '0'));
  const rows = await database.rows<PooledSums>(pooledSumsQuery(divisor));
  const found = rows.map((row) => outcomesOf(row, divisor, members.moneyScale, segmentation.declared));
  // Those who came back most first; of equal ones the better by the declared order, then by name.
  return found.sort(
    (a, b) => b.returned * a.cases - a.returned * b.cases || (a.place ?? 0) - (b.place ?? 0) || compareNames(a.segment, b.segment),
  );
}

function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function outcomesOf(row: PooledSums, divisor: bigint, moneyScale: number, declared: readonly string[] | undefined): SegmentOutcomes {
  const whole = (name: Exclude<keyof PooledSums, 'segment'>): bigint => BigInt(row[name]);
  const sums = (y: bigint, yy: bigint, xy: bigint): RepeatedSums => ({
    users: whole('users'),
    x: whole('dates'),
    xx: whole('dates_squared'),
    y,
    yy,
    xy,
  });
  const returns = sums(whole('returned'), whole('returned_squared'), whole('dates_returned'));
  const churns = sums(whole('has_left'), whole('has_left_squared'), whole('dates_has_left'));
  const money = sums(whole('money'), whole('money_squared'), whole('dates_money'));
  const unit = 10 ** moneyScale;
  const interval = repeatedMeanInterval(money, CONFIDENCE);
  const inMoney = (value: number): number => (value * Number(divisor)) / unit;
  const place = row.segment === null ? -1 : (declared?.indexOf(row.segment) ?? -1);
  return {
    segment: row.segment,
    place: place === -1 ? null : place + 1,
    users: Number(row.users),
    cases: Number(row.dates),
    returned: Number(row.returned),
    churned: Number(row.has_left),
    revenue: moneyOf(whole('revenue'), moneyScale),
    returnRate: { value: quotient(returns.y, returns.x), interval: repeatedShareInterval(returns, CONFIDENCE) },
    churnRate: { value: quotient(churns.y, churns.x), interval: repeatedShareInterval(churns, CONFIDENCE) },
    revenuePerUser: {
      value: quotient(whole('revenue'), whole('dates')) / unit,
      interval: interval === undefined ? null : { low: inMoney(interval.low), high: inMoney(interval.high) },
    },
  };
}

const moneyOf = (units: bigint, scale: number): string => moneyText(decimalOfUnits(units, scale));
