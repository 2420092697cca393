import type { Cell, Database } from '../../engine/database.js';
import type { EventShape } from '../../events/event-shape.js';
import { ROLE } from '../../events/role-bits.js';
import { createRelation } from '../../membership/build-members.js';
import type { Relation } from '../../membership/member-relations.js';
import { parameter } from '../../segmentation/status/status-query.js';
import { list, param, type Sql, sql } from '../../sql/sql.js';
import { studentQuantile } from '../../statistics/distributions.js';
import type { Interval } from '../../statistics/interval.js';
import { adjustForManyTests } from '../../statistics/many-tests.js';
import { isLargeForSkew, type Sample } from '../../statistics/means.js';
import { medianDifferenceInterval, resampledMedianRanks } from '../../statistics/median-difference.js';
import { medianRanks } from '../../statistics/median-ranks.js';
import { type PowerSums, skewnessOf } from '../../statistics/moments.js';
import { cohenH, compareProportions, fisherTest, type Proportion } from '../../statistics/proportions.js';
import { resampledTest, studentised } from '../../statistics/resampled.js';
import { splitTest } from '../../statistics/split-test.js';
import { dayOfIso } from '../../time/day.js';
import { countedDay, type Pause } from '../../time/pauses.js';
import type { ClassifyResult } from '../classify/classify-result.js';
import { bootstrapQuery, LARGEST_BOOTSTRAPPED } from './bootstrap-query.js';
import type { ComparedGroup, ComparedMetric, CompareResult, Comparison, Landmark, MeasuredSide, Verdict } from './compare-result.js';
import {
  type CandidateSettings,
  candidatesQuery,
  comparedUsersQuery,
  type Layering,
  metricColumn,
  RATIO_BELOW,
  startsQuery,
} from './compared-users-query.js';
import { chooseEvents, type DoneEvent, eventRelations, eventUsersQuery } from './events-pass.js';
import { type DrawnWay, type Grouping, groupOf, needsMembersThen, placeQuery, segmentationsOf } from './grouping.js';
import { type Ingredient, ingredientsOf, isAfterLandmark, isByDefinition, METRICS, type Metric } from './metrics.js';
import { hasSpread, largestQuery, type MeasuredMetric, momentDivisor, momentsQuery } from './moments-query.js';
import { orderStatisticsQuery } from './order-statistics-query.js';
import { findCompareWarnings } from './warnings.js';
import {
  addSums,
  CONFIDENCE,
  cellValue,
  intervalOfShare,
  meanOf,
  NO_SUMS,
  proportionOf,
  ratioOf,
  type Scale,
  type Sums,
  stratify,
  type Weighed,
  weighMeans,
  weighShares,
  welch,
} from './weigh.js';

export interface CompareSettings {
  readonly grouping: Grouping;
  /** What the classification says of everybody. */
  readonly summary: ClassifyResult;
  readonly shape: EventShape;
  readonly pauses: readonly Pause[];
  readonly moneyScale: number;
  /** From where on metrics look, and before which groups are known; undefined: as of the as-of date. */
  readonly landmark: Landmark | undefined;
  readonly layering: Layering;
  /** In words: `sign-up month`. */
  readonly stratifiedBy: string;
  /** Only these metrics; undefined: all. */
  readonly metrics: readonly string[] | undefined;
  /** Only these events; empty: none; undefined: the most frequent. */
  readonly events: readonly string[] | undefined;
  readonly top: number;
  /** Columns of `members` that hold segments. */
  readonly columns: readonly string[];
  /** Columns of `members` that are true for users of an own segment. */
  readonly marks: readonly string[];
  /** Where the properties come from that groups and layers are made of. */
  readonly properties: CandidateSettings['properties'];
  /** Names of the properties that a users file has, which hold without a date. */
  readonly undated: readonly string[];
  /** Whether `done_events` is there (`keepDoneEvents`). */
  readonly hasEvents: boolean;
  readonly settingsHash: string;
  /** Gets every relation that the numbers come from, in order, as it ran. */
  readonly onRelation?: ((relation: Relation) => void) | undefined;
}

/** Why nothing can be compared. */
export type Incomparable =
  | { readonly kind: 'groups'; readonly name: string; readonly groups: readonly { readonly name: string; readonly users: number }[] }
  | { readonly kind: 'reference'; readonly reference: string; readonly groups: readonly string[] }
  | { readonly kind: 'layers'; readonly layers: number; readonly most: number };

/** The least users of each group that a test needs. */
export const LEAST_USERS = 10;
const ALPHA = 1 - CONFIDENCE;
/** Printed with every result: the same input gives the same numbers. */
export const SEED = 'compare-1';
export const REPLICATES = 1000;
/** Values of a property that get a comparison of their own. */
const MOST_VALUES = 12;
const MOST_LAYERS = 200;
/** What a column with arms of an experiment is called. */
const ARMS = /variant|experiment|(^|[^a-z])(arm|ab|bucket|treatment|holdout)([^a-z]|$)|test_?group/i;

/** A side of a comparison: the places its users have. */
interface Side {
  readonly name: string;
  readonly places: ReadonlySet<number>;
}

interface CellSums {
  readonly place: number;
  readonly layer: string;
  readonly users: number;
  readonly sums: ReadonlyMap<string, Sums>;
}

/** A metric with the scale of its column. */
interface Scaled extends MeasuredMetric {
  readonly scale: Scale;
}

/**
 * Compares groups of users by every metric, from the tables of `buildMembers` (with `keepDays`) and of `keepDoneEvents`. The user is the
 * unit: one row a user is aggregated to exact sums, from which everything else is worked out.
 */
export async function compareGroups(database: Database, settings: CompareSettings): Promise<CompareResult | Incomparable> {
  const { grouping, summary, landmark, layering, pauses } = settings;
  const asOfDay = param('as_of_day', dayOf(summary.asOf));
  const countedAsOfDay = param('counted_as_of_day', countedDay(dayOf(summary.asOf), pauses));
  const metrics = METRICS.filter((metric) => isThere(metric, settings));
  const make = async (relation: Relation): Promise<void> => {
    await createRelation(database, relation);
    settings.onRelation?.(relation);
  };
  const starts = startsQuery(asOfDay, landmark, pauses);
  await make({ name: 'starts', comment: 'from which day on each user is looked at', query: starts });
  if (settings.hasEvents) {
    for (const relation of eventRelations(parameter(summary.parameters, 'engagement.session_gap_minutes'))) await make(relation);
    await database.run(sql`drop table done_events`);
  }
  const { shape, columns, marks, properties, hasEvents: hasSessions } = settings;
  const trialDays = parameter(summary.parameters, 'trial.days');
  const candidates = candidatesQuery({
    asOfDay,
    pauses,
    shape,
    landmark,
    hasMembersThen: needsMembersThen(grouping, landmark),
    columns,
    marks,
    properties,
    trialDays,
    hasSessions,
  });
  await make({
    name: 'candidates',
    comment: 'one row a user: what was known before that day, and what was seen from it on',
    query: candidates,
  });
  const names = await groupNames(database, settings);
  const place = placeQuery(grouping, names, landmark);
  const comparedUsers = comparedUsersQuery({ countedAsOfDay, pauses, moneyScale: settings.moneyScale, place, layering, metrics });
  await make({
    name: 'compared_users',
    comment: 'one row for every user of a group: the group, the layer and every metric',
    query: comparedUsers,
  });
  const [counted] = await database.rows<{ layers: number; users: number }>(
    sql`select count(distinct layer) as layers, count(*) as users from compared_users`,
  );
  if (counted !== undefined && counted.layers > MOST_LAYERS) return { kind: 'layers', layers: counted.layers, most: MOST_LAYERS };
  const scaled = await scaleMetrics(database, metrics, settings.moneyScale);
  const cells = await readCells(database, scaled);
  settings.onRelation?.({
    name: 'group_sums',
    comment: 'exact sums by group and layer, which all numbers come from',
    query: momentsQuery(scaled),
  });
  const events = settings.hasEvents ? await chooseEvents(database, settings.events, settings.top) : [];
  if (events.length > 0)
    settings.onRelation?.({
      name: 'event_users',
      comment: 'users of each group and layer who did an event',
      query: eventUsersQuery(events.map(({ event }) => event)),
    });
  const withEvents = await addEvents(database, cells, events);
  const sides = sidesOf(settings, names, cells);
  if ('kind' in sides) return sides;
  const compared = cells.reduce((sum, { users }) => sum + users, 0);
  const groups = await describeGroups(database, sides.groups, cells, compared);
  // What comes after the landmark made nobody part of a group.
  const ingredients = ingredientsOf(landmark !== undefined ? [] : segmentationsOf(grouping), summary.rfm.basis);
  const comparisons: Comparison[] = [];
  for (const [a, b] of sides.pairs) {
    const measured: ComparedMetric[] = [];
    for (const metric of scaled) {
      measured.push(await compareMetric(database, { metric, a, b, cells: withEvents, compared, ingredients, layering: settings.layering }));
    }
    const done = events.map((event) => compareEvent(event, a, b, withEvents, ingredients, settings.layering));
    const [left, right] = await describeGroups(database, [a, b], cells, compared);
    if (left === undefined || right === undefined) throw new Error('a comparison has two sides');
    comparisons.push({ a: left, b: right, metrics: [...measured, ...done] });
  }
  const judged = judgeAll(comparisons);
  const sampleRatio = splitOf(settings, groups);
  return {
    asOf: summary.asOf,
    asOfChosen: summary.asOfChosen,
    timezone: summary.timezone,
    historyDays: summary.historyDays,
    rows: summary.rows,
    files: summary.files,
    since: summary.since,
    filters: summary.filters,
    badAmounts: summary.badAmounts,
    settingsHash: settings.settingsHash,
    currency: summary.currency,
    users: summary.users,
    usersLeftOut: summary.users - compared,
    by: grouping.kind === 'by' ? grouping.way.name : null,
    landmark: landmark ?? null,
    stratifiedBy: settings.stratifiedBy,
    confidence: CONFIDENCE,
    seed: SEED,
    replicates: REPLICATES,
    groups,
    comparisons: judged.comparisons,
    tests: judged.tests,
    sampleRatio,
    warnings: await findCompareWarnings(database, {
      grouping,
      comparisons: judged.comparisons,
      groups,
      landmark,
      undated: settings.undated,
      stratifiedBy: settings.stratifiedBy,
      isStratified: settings.layering.kind !== 'none',
      sampleRatio,
      isCapped: grouping.kind === 'by' && grouping.way.kind === 'property' && names.length === MOST_VALUES,
    }),
  };
}

function dayOf(iso: string): number {
  const day = dayOfIso(iso);
  if (day === undefined) throw new RangeError(`not an ISO day: ${iso}`);
  return day;
}

function isThere(metric: Metric, { summary, metrics, landmark, hasEvents }: CompareSettings): boolean {
  if (metrics !== undefined && !metrics.includes(metric.name)) return false;
  if (!isAfterLandmark(metric, landmark)) return false;
  const hasOrders = summary.rfm.basis === 'orders';
  switch (metric.needs) {
    case 'sessions':
      return hasEvents;
    case 'orders':
      return hasOrders;
    case 'money':
      return hasOrders && summary.columns.value !== null;
    default:
      return true;
  }
}

/** The names of all groups by place: segments in their order, values of a property with most users first. */
async function groupNames(database: Database, { grouping, landmark }: CompareSettings): Promise<string[]> {
  if (grouping.kind === 'two') {
    const { a, b } = grouping;
    const isOneWay = b === 'rest' || a.way.name === b.way.name;
    const nameOf = (group: typeof a): string => (isOneWay ? group.segment : `${group.way.name}=${group.segment}`);
    return [nameOf(a), b === 'rest' ? 'rest' : nameOf(b)];
  }
  if (grouping.way.kind !== 'property') return [...grouping.way.segments];
  const rows = await database.rows<{ name: string }>(sql`
    select ${groupOf(grouping.way, landmark)} as name
    from candidates
    group by name
    order by count(*) desc, name
    limit ${MOST_VALUES}`);
  return rows.map(({ name }) => name);
}

/** The metrics with the scale of their columns in `compared_users`. */
export async function scaleMetrics(database: Database, metrics: readonly Metric[], moneyScale: number): Promise<Scaled[]> {
  const spread = metrics.filter(hasSpread);
  const [largest] = spread.length === 0 ? [{}] : await database.rows<Record<string, string>>(largestQuery(spread));
  return metrics.map((metric) => {
    const divisor = momentDivisor(BigInt(largest?.[metric.name] ?? '0'));
    const unitsInOne = metric.unit === 'money' ? 10 ** moneyScale : metric.divisor;
    return { ...metric, momentDivisor: divisor, scale: { unitsInOne, momentDivisor: Number(divisor) } };
  });
}

/** The exact sums of `compared_users` by place and layer. */
export async function readCells(database: Database, metrics: readonly Scaled[]): Promise<CellSums[]> {
  const rows = await database.rows<Record<string, Cell>>(momentsQuery(metrics));
  return rows.map((row) => {
    const whole = (name: string, part: string): bigint => BigInt(String(row[`${name}.${part}`] ?? '0'));
    const sums = metrics.map(({ name }): [string, Sums] => [
      name,
      {
        n: whole(name, 'n'),
        total: whole(name, 'total'),
        sum: whole(name, 's1'),
        squares: whole(name, 's2'),
        cubes: whole(name, 's3'),
        below: whole(name, 'below'),
        below2: whole(name, 'below2'),
        cross: whole(name, 'cross'),
      },
    ]);
    return { place: Number(row['place']), layer: String(row['layer']), users: Number(row['users']), sums: new Map(sums) };
  });
}

const eventMetric = (event: string): string => `event:${event}`;

/** The cells with the users who did each event among their sums. */
async function addEvents(database: Database, cells: readonly CellSums[], events: readonly DoneEvent[]): Promise<CellSums[]> {
  if (events.length === 0) return [...cells];
  const rows = await database.rows<{ event: string; place: number; layer: string; users: number }>(
    eventUsersQuery(events.map(({ event }) => event)),
  );
  const found = new Map(rows.map(({ event, place, layer, users }) => [`${place}\n${layer}\n${event}`, users]));
  return cells.map((cell) => {
    const done = events.map(({ event }): [string, Sums] => {
      const users = found.get(`${cell.place}\n${cell.layer}\n${event}`) ?? 0;
      return [eventMetric(event), { ...NO_SUMS, n: BigInt(cell.users), total: BigInt(users) }];
    });
    return { ...cell, sums: new Map([...cell.sums, ...done]) };
  });
}

/** The groups that have users, and which are compared with which. */
function sidesOf(
  { grouping }: CompareSettings,
  names: readonly string[],
  cells: readonly CellSums[],
): { readonly groups: readonly Side[]; readonly pairs: readonly (readonly [Side, Side])[] } | Incomparable {
  const users = (place: number): number => cells.reduce((sum, cell) => sum + (cell.place === place ? cell.users : 0), 0);
  const all = names.map((name, place) => ({ side: { name, places: new Set([place]) }, users: users(place) }));
  const groups = all.filter((group) => group.users > 0).map(({ side }) => side);
  const others = users(names.length);
  if (groups.length + (others > 0 ? 1 : 0) < 2) {
    const name = grouping.kind === 'by' ? grouping.way.name : names.join(' and ');
    return { kind: 'groups', name, groups: all.map(({ side, users: count }) => ({ name: side.name, users: count })) };
  }
  if (grouping.kind === 'by' && grouping.reference !== undefined) {
    const reference = groups.find(({ name }) => name === grouping.reference);
    if (reference === undefined) return { kind: 'reference', reference: grouping.reference, groups: groups.map(({ name }) => name) };
    return { groups, pairs: groups.filter((group) => group !== reference).map((group) => [group, reference] as const) };
  }
  const [first, second] = groups;
  if (first !== undefined && second !== undefined && groups.length === 2 && others === 0) return { groups, pairs: [[first, second]] };
  const places = new Set(cells.map(({ place }) => place));
  const rest = (group: Side): Side => ({ name: 'rest', places: new Set([...places].filter((place) => !group.places.has(place))) });
  return { groups, pairs: groups.map((group) => [group, rest(group)] as const) };
}

const inPlaces = ({ places }: Side): Sql => sql`list_contains(${list([...places])}, place)`;

async function describeGroups(
  database: Database,
  sides: readonly Side[],
  cells: readonly CellSums[],
  compared: number,
): Promise<ComparedGroup[]> {
  const groups: ComparedGroup[] = [];
  for (const side of sides) {
    const users = cells.reduce((sum, cell) => sum + (side.places.has(cell.place) ? cell.users : 0), 0);
    const [row] = await database.rows<{ tenure: number; observed: number; days: number }>(sql`
      select median(tenure_days) as tenure,
             median(observed_days) as observed,
             sum(observed_days)::bigint as days
      from compared_users
      where ${inPlaces(side)}`);
    if (row === undefined) throw new Error('a grand total has one row');
    groups.push({
      name: side.name,
      users,
      share: users / compared,
      medianTenure: Number(row.tenure),
      medianObserved: Number(row.observed),
      observedDays: Number(row.days),
    });
  }
  return groups;
}

/** What is known of one metric before all p-values are adjusted. */
interface Task {
  readonly metric: Scaled;
  readonly a: Side;
  readonly b: Side;
  readonly cells: readonly CellSums[];
  readonly compared: number;
  readonly ingredients: ReadonlySet<Ingredient>;
  readonly layering: Layering;
}

const NOTHING: Weighed = { difference: null, interval: null, lift: null, liftInterval: null, effect: null, p: null, method: null };

/** One metric of two groups, from their sums and, where it must be resampled, from `compared_users`. */
export async function compareMetric(database: Database, task: Task): Promise<ComparedMetric> {
  const { metric, a, b, cells, compared, ingredients, layering } = task;
  const { name, title, unit, kind, scale } = metric;
  const [left, right] = [sumsOf(cells, a, name), sumsOf(cells, b, name)];
  const common = { metric: name, title, unit, adjustedP: null };
  const isDefined = isByDefinition(metric, ingredients);
  if (kind === 'size') {
    const side = ({ n }: Sums): MeasuredSide => ({ n: Number(n), value: Number(n) / compared, interval: null });
    const sizes = { a: side(left), b: side(right) };
    const difference = (sizes.a.value ?? 0) - (sizes.b.value ?? 0);
    return { ...common, ...sizes, ...NOTHING, difference, verdict: 'differs by definition', stratified: null };
  }
  const medians = kind === 'median' ? await readMedians(database, metric, a, b, left, right) : undefined;
  const sides = medians?.sides ?? { a: sideOf(metric, left), b: sideOf(metric, right) };
  const isFew = left.n < LEAST_USERS || right.n < LEAST_USERS;
  const difference = sides.a.value === null || sides.b.value === null ? null : sides.a.value - sides.b.value;
  if (isDefined || isFew) {
    const verdict: Verdict = isDefined ? 'differs by definition' : 'too few users';
    return { ...common, ...sides, ...NOTHING, difference, verdict, stratified: null };
  }
  const weighed = medians?.weighed ?? (await weigh(database, task, left, right));
  const stratified = kind === 'median' || layering.kind === 'none' ? null : stratify(kind, layersOf(cells, a, b, name), scale);
  return { ...common, ...sides, ...weighed, verdict: 'no clear difference', stratified };
}

/** One event as a metric: the share that did it. */
function compareEvent(
  { event, kinds }: DoneEvent,
  a: Side,
  b: Side,
  cells: readonly CellSums[],
  ingredients: ReadonlySet<Ingredient>,
  layering: Layering,
): ComparedMetric {
  const name = eventMetric(event);
  const [left, right] = [sumsOf(cells, a, name), sumsOf(cells, b, name)];
  const madeOf: Ingredient[] = [
    ...((kinds & (ROLE.purchase | ROLE.named)) === 0 ? [] : (['orders'] as const)),
    ...((kinds & ROLE.refund) === 0 ? [] : (['money'] as const)),
    ...((kinds & ROLE.churn) === 0 ? [] : (['churn'] as const)),
  ];
  const isDefined = isByDefinition({ madeOf }, ingredients);
  const isFew = left.n < LEAST_USERS || right.n < LEAST_USERS;
  const sides = { a: shareSide(left), b: shareSide(right) };
  const common = { metric: name, title: event, unit: 'share' as const, adjustedP: null, ...sides };
  const difference = sides.a.value === null || sides.b.value === null ? null : sides.a.value - sides.b.value;
  if (isDefined || isFew) {
    return { ...common, ...NOTHING, difference, verdict: isDefined ? 'differs by definition' : 'too few users', stratified: null };
  }
  const stratified = layering.kind === 'none' ? null : stratify('share', layersOf(cells, a, b, name), ONE);
  return { ...common, ...weighShares(proportionOf(left), proportionOf(right)), verdict: 'no clear difference', stratified };
}

const ONE: Scale = { unitsInOne: 1, momentDivisor: 1 };

function sumsOf(cells: readonly CellSums[], { places }: Side, name: string): Sums {
  return cells.reduce((sum, cell) => (places.has(cell.place) ? addSums(sum, cell.sums.get(name) ?? NO_SUMS) : sum), NO_SUMS);
}

function layersOf(cells: readonly CellSums[], a: Side, b: Side, name: string): { readonly a: Sums; readonly b: Sums }[] {
  const layers = [...new Set(cells.map(({ layer }) => layer))].sort();
  return layers.map((layer) => {
    const here = cells.filter((cell) => cell.layer === layer);
    return { a: sumsOf(here, a, name), b: sumsOf(here, b, name) };
  });
}

function shareSide(sums: Sums): MeasuredSide {
  if (sums.n === 0n) return { n: 0, value: null, interval: null };
  return { n: Number(sums.n), value: Number(sums.total) / Number(sums.n), interval: intervalOfShare(proportionOf(sums)) };
}

function sideOf({ kind, scale }: Scaled, sums: Sums): MeasuredSide {
  if (kind === 'share') return shareSide(sums);
  const sample = kind === 'ratio' ? ratioOf(sums, scale) : meanOf(sums, scale);
  return { n: Number(sums.n), value: cellValue(kind, sums, scale), interval: sample === undefined ? null : intervalOfMean(sample) };
}

/** The 95 % interval of a mean by Student; null for one user. */
export function intervalOfMean({ n, mean, variance }: Sample): Interval | null {
  if (variance === null) return null;
  const half = studentQuantile(ALPHA, n - 1) * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half };
}

async function weigh(database: Database, { metric, a, b }: Task, left: Sums, right: Sums): Promise<Weighed> {
  const { kind, scale } = metric;
  if (kind === 'share') return weighShares(proportionOf(left), proportionOf(right));
  const of = kind === 'ratio' ? ratioOf : meanOf;
  const [first, second] = [of(left, scale), of(right, scale)];
  if (first === undefined || second === undefined) return NOTHING;
  if (!varies(first) && !varies(second)) return weighMeans(first, second, constantTest(first, second), 'fisher');
  const value = kind === 'ratio' ? residualOf(metric, left, right) : metricColumn(metric.name);
  const powers = kind === 'ratio' ? await residualPowers(database, value, [a, b]) : [left, right];
  if (powers.every((sums) => isLargeForSkew(Number(sums.n), skewnessOf(sums)))) {
    return weighMeans(first, second, welch(first, second), kind === 'ratio' ? 'delta method' : 'welch');
  }
  const seed = `${SEED}|${metric.name}|${a.name}|${b.name}`;
  const under = await bootstrap(database, { value, a, b, share: Number(left.n) / Number(left.n + right.n), seed });
  const test = resampledTest(first, second, under, CONFIDENCE);
  return weighMeans(first, second, test, 'poisson bootstrap');
}

const varies = ({ variance }: Sample): boolean => variance !== null && variance > 0;

/** Everybody of a group has one value: how likely it is that chance dealt the two values out like that. */
function constantTest(a: Sample, b: Sample): { readonly p: number; readonly interval: Interval } | undefined {
  const difference = a.mean - b.mean;
  if (difference === 0) return undefined;
  return { p: fisherTest({ hits: a.n, n: a.n }, { hits: 0, n: b.n }), interval: { low: difference, high: difference } };
}

/**
 * What a user adds to a ratio of sums beyond its share, in whole units: numerator − ratio of both groups × denominator. To the first order
 * the ratio of a group differs from that of both by the mean of these over its mean denominator, which is what the delta method uses:
 * how skewed they are decides whether it may be used, and they stand for the users where it may not.
 */
function residualOf(metric: Scaled, left: Sums, right: Sums): Sql {
  const ratio = Number(left.total + right.total) / Number(left.below + right.below);
  return sql`round(${metricColumn(metric.name)}::double - ${ratio}::double * ${RATIO_BELOW})::hugeint`;
}

/** The moments of the residuals of each side, in steps that are fine beside their spread. */
async function residualPowers(database: Database, value: Sql, sides: readonly Side[]): Promise<PowerSums[]> {
  const divisor = await stepOf(database, value, sides);
  const powers: PowerSums[] = [];
  for (const side of sides) {
    const [row] = await database.rows<Readonly<Record<keyof PowerSums, string>>>(sql`
      select count(step)::varchar as n,
             coalesce(sum(step), 0)::varchar as sum,
             coalesce(sum(step * step), 0)::varchar as squares,
             coalesce(sum(step * step * step), 0)::varchar as cubes
      from (select ${value} // ${divisor} as step from compared_users where ${inPlaces(side)}) as steps`);
    if (row === undefined) throw new Error('a grand total has one row');
    powers.push({ n: BigInt(row.n), sum: BigInt(row.sum), squares: BigInt(row.squares), cubes: BigInt(row.cubes) });
  }
  return powers;
}

/** What values are divided by to be cut to the steps that are bootstrapped. */
async function stepOf(database: Database, value: Sql, sides: readonly Side[]): Promise<bigint> {
  const [row] = await database.rows<{ largest: string | null }>(sql`
      select max(abs(${value}))::varchar as largest
      from compared_users
      where ${inSides(sides)}`);
  return BigInt(row?.largest ?? '0') / BigInt(LARGEST_BOOTSTRAPPED) + 1n;
}

const inSides = (sides: readonly Side[]): Sql => sql`(${sides.map(inPlaces).reduce((left, right) => sql`${left} or ${right}`)})`;

interface BootstrapTask {
  readonly value: Sql;
  readonly a: Side;
  readonly b: Side;
  /** Of the first group among both. */
  readonly share: number;
  readonly seed: string;
}

/** Differences under no difference, in units of their standard error. */
async function bootstrap(database: Database, { value, a, b, share, seed }: BootstrapTask): Promise<number[]> {
  const divisor = await stepOf(database, value, [a, b]);
  const values = sql`
      select (${value} // ${divisor})::bigint as value
      from compared_users
      where ${inSides([a, b])}
        and ${value} is not null`;
  const rows = await database.rows<Record<string, string>>(bootstrapQuery({ values, share, replicates: REPLICATES, seed }));
  return rows.map((row) => studentised(drawnSample(row, 'a'), drawnSample(row, 'b')));
}

function drawnSample(row: Record<string, string>, side: 'a' | 'b'): Sample {
  const [n, sum, squares] = [Number(row[`weight_${side}`]), Number(row[`sum_${side}`]), Number(row[`squares_${side}`])];
  if (n < 1) return { n: 1, mean: 0, variance: null };
  return { n, mean: sum / n, variance: n < 2 ? null : Math.max(0, (squares - sum ** 2 / n) / (n - 1)) };
}

interface Medians {
  readonly sides: { readonly a: MeasuredSide; readonly b: MeasuredSide };
  readonly weighed: Weighed;
}

/** Medians with intervals of order statistics, their difference with the one of the bootstrap, and Mood's test of who lies above the median of both. */
async function readMedians(database: Database, metric: Scaled, a: Side, b: Side, left: Sums, right: Sums): Promise<Medians> {
  const one = metric.scale.unitsInOne;
  const of = async (sides: readonly Side[], n: number): Promise<OrderStatistics> => {
    const where = sides.map((side) => inPlaces(side)).reduce((first, second) => sql`${first} or ${second}`);
    const column = metricColumn(metric.name);
    const values = sql`select ${column} as value from compared_users where (${where}) and ${column} is not null`;
    return readOrderStatistics(database, values, n, one);
  };
  const [nA, nB] = [Number(left.n), Number(right.n)];
  const [first, second, both] = [await of([a], nA), await of([b], nB), await of([a, b], nA + nB)];
  const sides = {
    a: { n: nA, value: first.median, interval: first.interval },
    b: { n: nB, value: second.median, interval: second.interval },
  };
  if (first.median === null || second.median === null || both.median === null) return { sides, weighed: NOTHING };
  const above = async (side: Side, n: number): Promise<Proportion> => {
    const [row] = await database.rows<{ hits: number }>(sql`
      select count(*) filter (where 2 * ${metricColumn(metric.name)} > ${Math.round(2 * (both.median ?? 0) * one)}) as hits
      from compared_users
      where ${inPlaces(side)}`);
    return { hits: row?.hits ?? 0, n };
  };
  const [p, q] = [await above(a, nA), await above(b, nB)];
  const difference = first.median - second.median;
  const isSameWay = Math.sign(difference) === Math.sign(p.hits / p.n - q.hits / q.n);
  return {
    sides,
    weighed: {
      ...NOTHING,
      difference,
      interval: medianDifferenceInterval(first.resampled, second.resampled, CONFIDENCE),
      effect: { kind: "cohen's h", size: cohenH(p, q) },
      p: isSameWay ? compareProportions(p, q).p : 1,
      method: "mood's median test, order statistics",
    },
  };
}

interface OrderStatistics {
  readonly median: number | null;
  readonly interval: Interval | null;
  /** The median of equally likely resamples. */
  readonly resampled: readonly number[];
}

async function readOrderStatistics(database: Database, values: Sql, n: number, unitsInOne: number): Promise<OrderStatistics> {
  if (n === 0) return { median: null, interval: null, resampled: [] };
  const middles = [Math.floor((n + 1) / 2), Math.ceil((n + 1) / 2)];
  const ends = medianRanks(n, CONFIDENCE);
  const resampled = resampledMedianRanks(n);
  const ranks = [...middles, ...(ends === undefined ? [] : [ends.low, ends.high]), ...resampled];
  const rows = await database.rows<{ rank: number; value: number }>(orderStatisticsQuery(values, [...new Set(ranks)]));
  const byRank = new Map(rows.map(({ rank, value }) => [rank, Number(value) / unitsInOne]));
  const at = (rank: number): number => byRank.get(rank) ?? Number.NaN;
  return {
    median: middles.reduce((sum, rank) => sum + at(rank), 0) / middles.length,
    interval: ends === undefined ? null : { low: at(ends.low), high: at(ends.high) },
    resampled: resampled.map(at),
  };
}

/** Adjusts every p-value of the run together, and says in words what each comparison shows. */
function judgeAll(comparisons: readonly Comparison[]): { readonly comparisons: Comparison[]; readonly tests: number } {
  const ps = comparisons.flatMap(({ metrics }) => metrics.flatMap(({ p }) => (p === null ? [] : [p])));
  const adjusted = adjustForManyTests(ps).values();
  const judged = comparisons.map((comparison) => {
    const metrics = comparison.metrics.map((metric): ComparedMetric => {
      if (metric.p === null) return metric;
      const adjustedP = adjusted.next().value ?? 1;
      return { ...metric, adjustedP, verdict: verdictOf(metric.difference ?? 0, adjustedP) };
    });
    return { ...comparison, metrics: sortEvents(metrics) };
  });
  return { comparisons: judged, tests: ps.length };
}

function verdictOf(difference: number, adjustedP: number): Verdict {
  if (adjustedP >= ALPHA || difference === 0) return 'no clear difference';
  return difference > 0 ? 'higher' : 'lower';
}

/** Events after the other metrics, by how much the groups differ times how many users did them. */
function sortEvents(metrics: readonly ComparedMetric[]): ComparedMetric[] {
  const isEvent = ({ metric }: ComparedMetric): boolean => metric.startsWith('event:');
  const weight = ({ a, b, difference }: ComparedMetric): number => {
    const reach = ((a.value ?? 0) * a.n + (b.value ?? 0) * b.n) / Math.max(1, a.n + b.n);
    return Math.abs(difference ?? 0) * reach;
  };
  const events = metrics.filter(isEvent).sort((left, right) => weight(right) - weight(left) || (left.metric < right.metric ? -1 : 1));
  return [...metrics.filter((metric) => !isEvent(metric)), ...events];
}

/** Whether the arms of an experiment have the planned sizes: those of an even split where a column names them. */
function splitOf({ grouping }: CompareSettings, groups: readonly ComparedGroup[]): CompareResult['sampleRatio'] {
  if (grouping.kind !== 'by' || grouping.way.kind === 'segmentation') return null;
  const { way } = grouping;
  if (way.kind === 'property' && !ARMS.test(way.name.replace(/^property:/, ''))) return null;
  const arms = way.kind === 'drawn' ? drawnArms(way, groups) : evenArms(groups);
  if (arms.length < 2) return null;
  return {
    p: splitTest(
      arms.map(({ users }) => users),
      arms.map(({ plannedShare }) => plannedShare),
    ),
    isEven: way.kind === 'property',
    arms,
  };
}

type SizedArm = NonNullable<CompareResult['sampleRatio']>['arms'][number];

function evenArms(groups: readonly ComparedGroup[]): SizedArm[] {
  const arms = groups.filter(({ name }) => name !== 'unknown');
  return arms.map(({ name, users }) => ({ name, users, plannedShare: 1 / arms.length }));
}

/** Also those nobody is in. */
function drawnArms({ arms, segments }: DrawnWay, groups: readonly ComparedGroup[]): SizedArm[] {
  const whole = arms.reduce((sum, { parts }) => sum + parts, 0);
  return segments.map((name) => ({
    name,
    users: groups.find((group) => group.name === name)?.users ?? 0,
    plannedShare: (arms.find((arm) => arm.name === name)?.parts ?? 0) / whole,
  }));
}
