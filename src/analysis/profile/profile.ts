import type { Cell, Database } from '../../engine/database.js';
import type { EventRoles } from '../../events/event-roles.js';
import { createRelation } from '../../membership/build-members.js';
import type { MemberCondition } from '../../membership/list-query.js';
import type { Relation } from '../../membership/member-relations.js';
import type { SegmentDefinition } from '../../segmentation/rules/rule.js';
import { ident, type Sql, sql } from '../../sql/sql.js';
import { adjustForManyTests } from '../../statistics/many-tests.js';
import { ratioInterval } from '../../statistics/proportions.js';
import { dayOfIso } from '../../time/day.js';
import type { ClassifyResult } from '../classify/classify-result.js';
import { decimalOfHundredths, moneyText } from '../classify/decimal-edge.js';
import { compareMetric, LEAST_USERS, readCells, scaleMetrics } from '../compare/compare.js';
import type { ComparedMetric, MeasuredSide, Verdict } from '../compare/compare-result.js';
import type { Metric } from '../compare/metrics.js';
import { momentsQuery } from '../compare/moments-query.js';
import { areUnequal } from '../compare/warnings.js';
import { CONFIDENCE, intervalOfShare, weighShares } from '../compare/weigh.js';
import { type CountedColumn, countedAs, countsQuery, EVENT } from './counts-query.js';
import { type Definition, definitionOf, isColumnOfDefinition, isEventOfDefinition, isSegmentationOfDefinition } from './definition.js';
import { findActivity } from './find-activity.js';
import type { ColumnLeftOut, ComparedShare, ProfileResult, Quartiles, TypicalValue } from './profile-result.js';
import { profiledUsersQuery, TYPICAL, type TypicalMetric, typicalQuery, WORTH, worthQuery } from './profiled-users-query.js';

export interface ProfileSettings {
  /** What the classification says of everybody. */
  readonly summary: ClassifyResult;
  readonly conditions: readonly MemberCondition[];
  /** As they were given. */
  readonly conditionTexts: readonly string[];
  readonly meaning: string | null;
  readonly goal: string | null;
  /** The own segments that `members` has a column of. */
  readonly definitions: readonly SegmentDefinition[];
  readonly roles: EventRoles;
  readonly moneyScale: number;
  /** Columns of `members` that hold segments, whose mix is told. */
  readonly segmentColumns: readonly string[];
  /** What was carried along of users, each a value of a row of `members` and `users`; no two of one name, none called like a segmentation's. */
  readonly keptColumns: readonly { readonly name: string; readonly value: Sql }[];
  /** Columns of the events that nobody asked to carry along. */
  readonly otherColumns: readonly string[];
  /** Values of such a column that are compared, at most, on each side. */
  readonly maxValues: number;
  readonly settingsHash: string;
  /** Gets every relation that the numbers come from, in order, as it ran. */
  readonly onRelation?: ((relation: Relation) => void) | undefined;
}

const ALPHA = 1 - CONFIDENCE;
/** Events that most members did, and so many that most of the rest did, are compared. */
const MOST_EVENTS = 50;
/** A column is left out where its most frequent values are those of a smaller part of the users who have one. */
const LEAST_COVERED = 0.5;
/** And where fewer users have the same value on average: ids, addresses. */
const LEAST_SHARED = 2;

const MEMBERS = { name: 'members', places: new Set([0]) };
const REST = { name: 'rest', places: new Set([1]) };

/**
 * The card of the users who meet the conditions, beside everybody else, from the tables of `buildMembers` (with `keepDays`) and of
 * `keepProfileEvents`. The user is the unit of every number.
 */
export async function profileSegment(database: Database, settings: ProfileSettings): Promise<ProfileResult> {
  const { summary, conditions, moneyScale, keptColumns, segmentColumns } = settings;
  const { basis, lookbackDays } = summary.rfm;
  const make = async (relation: Relation): Promise<void> => {
    await createRelation(database, relation);
    settings.onRelation?.(relation);
  };
  const asOfDay = dayOfIso(summary.asOf);
  if (asOfDay === undefined) throw new RangeError(`not an ISO day: ${summary.asOf}`);
  const columns = [...segmentColumns.map((name) => sql`members.${ident(name)}`), ...keptColumns.map(({ value }) => value)];
  await make({
    name: 'profiled_users',
    comment: 'every user: a member of the segment or not, with what a card tells',
    query: profiledUsersQuery({ asOfDay, moneyScale, conditions, columns }),
  });
  const [sizes] = await database.rows<{ members: number; all: number; revenue: string; revenue_all: string }>(sql`
    select count(*) filter (where is_member) as members,
           count(*) as "all",
           coalesce(sum(year_revenue) filter (where is_member), 0)::varchar as revenue,
           coalesce(sum(year_revenue), 0)::varchar as revenue_all
    from profiled_users`);
  if (sizes === undefined) throw new Error('a grand total has one row');
  const definition = definitionOf(conditions, settings.definitions, basis, settings.roles);
  const has = ({ needs }: Pick<Metric | TypicalMetric, 'needs'>): boolean =>
    needs === null || (basis === 'orders' && (needs === 'orders' || summary.columns.value !== null));
  const metrics = WORTH.filter(has);
  await make({
    name: 'compared_users',
    comment: 'what every user is worth, as whole numbers',
    query: worthQuery(metrics, moneyScale),
  });
  const typicals = TYPICAL.filter(has);
  await make({
    name: 'typical_members',
    comment: 'quartiles over members and the rest, in hundredths of whole units',
    query: typicalQuery(typicals),
  });
  const counted: CountedColumn[] = [
    ...segmentColumns.map((column) => ({ column, most: undefined })),
    ...keptColumns.map(({ name }) => ({ column: name, most: settings.maxValues })),
  ];
  await make({
    name: 'profile_counts',
    comment: 'how many members and others did each event, are in each segment and have each value',
    query: countsQuery(counted, MOST_EVENTS),
  });
  const counts = await database.rows<CountRow>(sql`select * from profile_counts order by of_what, value`);
  const activity = await findActivity(database, make);
  const rest = sizes.all - sizes.members;
  const { compared, leftOut } = compareCounts(counts, { members: sizes.members, rest }, { settings, definition });
  const worth = await compareWorth(database, metrics, sizes.all, definition, settings);
  const judged = judgeAll(worth, compared);
  const typical = await readTypical(database, typicals, moneyScale);
  const eventNames = counts.find(({ of_what }) => of_what === EVENT)?.names ?? 0;
  const { asOf, asOfChosen, timezone, historyDays, rows, files, since, filters, badAmounts, currency, users, entity, rulesOff } = summary;
  return {
    ...{ asOf, asOfChosen, timezone, historyDays, rows, files, since, filters, badAmounts, currency, users, entity, rulesOff },
    segment: settings.conditionTexts,
    meaning: settings.meaning,
    goal: settings.goal,
    members: sizes.members,
    share: sizes.members / sizes.all,
    shareInterval: intervalOfShare({ hits: sizes.members, n: sizes.all }),
    revenue: summary.columns.value === null ? null : { members: moneyText(sizes.revenue), all: moneyText(sizes.revenue_all) },
    worth: judged.worth,
    typical,
    shares: judged.shares,
    events: { names: eventNames, compared: counts.filter(({ of_what }) => of_what === EVENT).length },
    columnsLeftOut: leftOut,
    otherColumns: settings.otherColumns,
    hasUnequalTenure: hasUnequalTenure(typical),
    ...activity,
    lookbackDays,
    confidence: CONFIDENCE,
    tests: judged.tests,
    settingsHash: settings.settingsHash,
  };
}

function hasUnequalTenure(typical: readonly TypicalValue[]): boolean {
  const tenure = typical.find(({ name }) => name === 'tenure_days');
  const [members, rest] = [tenure?.members.median ?? null, tenure?.rest.median ?? null];
  return members !== null && rest !== null && areUnequal(Number(members), Number(rest));
}

interface CountRow extends Readonly<Record<string, Cell>> {
  readonly of_what: string;
  readonly value: string | null;
  readonly kinds: number;
  readonly members: number;
  readonly rest: number;
  readonly names: number;
  readonly known: number;
}

async function compareWorth(
  database: Database,
  metrics: readonly Metric[],
  compared: number,
  { ingredients }: Definition,
  { moneyScale, onRelation }: ProfileSettings,
): Promise<ComparedMetric[]> {
  if (metrics.length === 0) return [];
  const scaled = await scaleMetrics(database, metrics, moneyScale);
  onRelation?.({ name: 'group_sums', comment: 'exact sums over members (place 0) and the rest', query: momentsQuery(scaled) });
  const cells = await readCells(database, scaled);
  const found: ComparedMetric[] = [];
  for (const metric of scaled) {
    found.push(await compareMetric(database, { metric, a: MEMBERS, b: REST, cells, compared, ingredients, layering: { kind: 'none' } }));
  }
  return found;
}

/** Every share before the p-values are adjusted, and the columns that have too many values. */
function compareCounts(
  counts: readonly CountRow[],
  groups: { readonly members: number; readonly rest: number },
  { settings, definition }: { readonly settings: ProfileSettings; readonly definition: Definition },
): { readonly compared: ComparedShare[]; readonly leftOut: ColumnLeftOut[] } {
  const { segmentColumns } = settings;
  const keptColumns = settings.keptColumns.map(({ name }) => name);
  const { basis } = settings.summary.rfm;
  const of = (what: string): CountRow[] => counts.filter(({ of_what }) => of_what === what);
  const leftOut = keptColumns.flatMap((column): ColumnLeftOut[] => {
    const rows = of(countedAs(column)).filter(({ value }) => value !== null);
    const known = rows[0]?.known ?? 0;
    const covered = rows.reduce((sum, { members, rest }) => sum + members + rest, 0);
    const names = rows[0]?.names ?? 0;
    return covered < LEAST_COVERED * known || LEAST_SHARED * names > known ? [{ column, values: names, covered: covered / known }] : [];
  });
  const isLeftOut = (column: string): boolean => leftOut.some((one) => one.column === column);
  const share = (row: CountRow, kind: string, column: string | null, isDefined: boolean): ComparedShare =>
    compareShare({ kind, column, value: row.value }, row, groups, isDefined);
  return {
    compared: [
      ...of(EVENT).map((row) => share(row, EVENT, null, isEventOfDefinition(row.value ?? '', row.kinds, definition))),
      ...keptColumns
        .filter((column) => !isLeftOut(column))
        .flatMap((column) => of(countedAs(column)).map((row) => share(row, 'column', column, isColumnOfDefinition(column, definition)))),
      ...segmentColumns.flatMap((column) =>
        of(countedAs(column)).map((row) => share(row, column, null, isSegmentationOfDefinition(column, basis, definition))),
      ),
    ],
    leftOut,
  };
}

function compareShare(
  what: Pick<ComparedShare, 'kind' | 'column' | 'value'>,
  hits: { readonly members: number; readonly rest: number },
  groups: { readonly members: number; readonly rest: number },
  isDefined: boolean,
): ComparedShare {
  const [a, b] = [
    { hits: hits.members, n: groups.members },
    { hits: hits.rest, n: groups.rest },
  ];
  const sides = { members: sideOf(a), rest: sideOf(b) };
  const isFew = a.n < LEAST_USERS || b.n < LEAST_USERS;
  const verdict: Verdict = isDefined ? 'differs by definition' : isFew ? 'too few users' : 'no clear difference';
  if (a.n === 0 || b.n === 0)
    return { ...what, ...sides, difference: null, interval: null, ratio: null, ratioInterval: null, ...UNTESTED, verdict };
  const { difference, interval, lift, p, method } = weighShares(a, b);
  const measured = {
    ...what,
    ...sides,
    difference,
    interval,
    ratio: lift === null ? null : lift + 1,
    ratioInterval: ratioInterval(a, b, CONFIDENCE) ?? null,
  };
  return isDefined || isFew ? { ...measured, ...UNTESTED, verdict } : { ...measured, p, adjustedP: null, method, verdict };
}

const UNTESTED = { p: null, adjustedP: null, method: null } as const;

function sideOf({ hits, n }: { readonly hits: number; readonly n: number }): MeasuredSide {
  return n === 0 ? { n, value: null, interval: null } : { n, value: hits / n, interval: intervalOfShare({ hits, n }) };
}

/** Adjusts every p-value of the card together. */
function judgeAll(
  worth: readonly ComparedMetric[],
  shares: readonly ComparedShare[],
): { readonly worth: ComparedMetric[]; readonly shares: ComparedShare[]; readonly tests: number } {
  const ps = [...worth, ...shares].flatMap(({ p }) => (p === null ? [] : [p]));
  const adjusted = adjustForManyTests(ps).values();
  const judge = <T extends ComparedMetric | ComparedShare>(one: T): T => {
    if (one.p === null) return one;
    const adjustedP = adjusted.next().value ?? 1;
    return { ...one, adjustedP, verdict: verdictOf(one.difference ?? 0, adjustedP) };
  };
  return { worth: worth.map(judge), shares: sortShares(shares.map(judge)), tests: ps.length };
}

function verdictOf(difference: number, adjustedP: number): Verdict {
  if (adjustedP >= ALPHA || difference === 0) return 'no clear difference';
  return difference > 0 ? 'higher' : 'lower';
}

/** Clear differences first, of both kinds by how large they are at least: by the end of the interval that is nearer to zero. */
function sortShares(shares: readonly ComparedShare[]): ComparedShare[] {
  const rank = ({ verdict }: ComparedShare): number => (verdict === 'higher' || verdict === 'lower' ? 0 : 1);
  const name = ({ kind, column, value }: ComparedShare): string => `${kind}\n${column ?? ''}\n${value ?? ''}`;
  return shares.toSorted(
    (left, right) =>
      rank(left) - rank(right) ||
      atLeast(right) - atLeast(left) ||
      Math.abs(right.difference ?? 0) - Math.abs(left.difference ?? 0) ||
      (name(left) < name(right) ? -1 : 1),
  );
}

function atLeast({ interval }: ComparedShare): number {
  if (interval === null) return 0;
  return Math.max(0, interval.low, -interval.high);
}

async function readTypical(database: Database, metrics: readonly TypicalMetric[], moneyScale: number): Promise<TypicalValue[]> {
  const rows = await database.rows<{
    metric: string;
    is_member: boolean;
    low: string | null;
    median: string | null;
    high: string | null;
    users: number;
    without: number;
  }>(sql`
    select metric,
           is_member,
           low::varchar as low,
           median::varchar as median,
           high::varchar as high,
           users,
           without
    from typical_members
    order by metric, is_member`);
  return metrics.map(({ name, title, unit, lacking, decimals }) => {
    const scale = unit === 'money' ? moneyScale : decimals;
    const side = (isMember: boolean): Quartiles => {
      const row = rows.find(({ metric, is_member }) => metric === name && is_member === isMember);
      if (row === undefined) throw new Error(`no quartiles of ${name}`);
      const decimal = (text: string | null): string | null => (text === null ? null : decimalOfHundredths(BigInt(text), scale));
      return { users: row.users, without: row.without, low: decimal(row.low), median: decimal(row.median), high: decimal(row.high) };
    };
    return { name, title, unit, lacking, members: side(true), rest: side(false) };
  });
}
