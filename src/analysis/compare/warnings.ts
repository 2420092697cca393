import type { Database } from '../../engine/database.js';
import { type Sql, sql } from '../../sql/sql.js';
import { normalQuantile } from '../../statistics/distributions.js';
import { SPLIT_ALPHA } from '../../statistics/split-test.js';
import { isoOfDay } from '../../time/day.js';
import type { ComparedGroup, ComparedMetric, CompareResult, CompareWarning, Comparison, Landmark } from './compare-result.js';
import { EARLY_SEGMENTATIONS, type Grouping, groupOf, leavesOutGone, segmentationsOf } from './grouping.js';
import { CONFIDENCE } from './weigh.js';

export interface CompareFindings {
  readonly grouping: Grouping;
  readonly comparisons: readonly Comparison[];
  readonly groups: readonly ComparedGroup[];
  readonly landmark: Landmark | undefined;
  /** Properties that come from a users file. */
  readonly undated: readonly string[];
  readonly stratifiedBy: string;
  readonly isStratified: boolean;
  readonly sampleRatio: CompareResult['sampleRatio'];
  /** Whether a property may have more values than were looked at. */
  readonly isCapped: boolean;
}

/** Groups that a user comes into by ordering: whoever left early never could. */
const EARNED_BY_ORDERS = ['paying', 'buyer_type', 'value_tier', 'rfm'];
/** A wait as long as this favours those who waited. */
const LONG_WAIT_DAYS = 7;
/** Tenures further apart than this, as a share and in days, are told. */
const UNEQUAL = 1.25;
const UNEQUAL_DAYS = 7;
/** A stratified difference is told when it moves by more than this share of the crude one, and by more than its standard error. */
const MOVED = 0.25;
const LISTED = 4;

/** What would mislead a reader of a comparison, the worst first. */
export async function findCompareWarnings(database: Database, findings: CompareFindings): Promise<CompareWarning[]> {
  return [
    ...sampleRatioWarnings(findings),
    ...(await immortalWarnings(database, findings)),
    ...stratifiedWarnings(findings),
    ...tenureWarnings(findings),
    ...(await leftOutWarnings(database, findings)),
    ...undatedWarnings(findings),
    ...(findings.isCapped
      ? [
          {
            code: 'rest_of_values' as const,
            message: `only the ${findings.groups.length} most frequent values are compared; users with another one count in the rest`,
          },
        ]
      : []),
  ];
}

function sampleRatioWarnings({ sampleRatio }: CompareFindings): CompareWarning[] {
  if (sampleRatio === null || sampleRatio.p >= SPLIT_ALPHA) return [];
  const sizes = sampleRatio.arms.map(({ name, users }) => `${name} ${users.toLocaleString('en-US')}`).join(', ');
  return [
    {
      code: 'sample_ratio',
      message: `${sampleRatio.isEven ? 'an even split' : 'a split into the planned shares'} gives arms of other sizes than ${sizes}: users went missing or were put in twice, so nothing measured on this split can be trusted until the reason is known`,
    },
  ];
}

/** How long those who ordered had needed to: time in which others could leave. */
async function immortalWarnings(database: Database, { grouping, landmark }: CompareFindings): Promise<CompareWarning[]> {
  const earned = segmentationsOf(grouping).filter((name) => EARNED_BY_ORDERS.includes(name));
  if (landmark !== undefined || earned.length === 0) return [];
  const [row] = await database.rows<{ days: number | null }>(sql`
    select median(first_order_day - first_day) as days
    from candidates
    where first_order_day is not null`);
  const days = row?.days ?? null;
  if (days === null || days < LONG_WAIT_DAYS) return [];
  const canLandmark = earned.every((name) => name in EARLY_SEGMENTATIONS);
  const advice = canLandmark
    ? '--landmark 14d compares by what was known on day 14 of each user'
    : '--landmark YYYY-MM-DD compares by what was known before a day';
  return [
    {
      code: 'immortal_time',
      message: `half of the buyers ordered first ${days} days or later after they were first seen, and had to stay that long to be buyers: that they were active longer proves nothing; ${advice}`,
    },
  ];
}

function stratifiedWarnings({ comparisons, isStratified, stratifiedBy }: CompareFindings): CompareWarning[] {
  if (!isStratified) return [];
  const reversed: string[] = [];
  const moved: string[] = [];
  let common = false;
  let tested = false;
  for (const { a, b, metrics } of comparisons) {
    for (const metric of metrics) {
      if (metric.p === null || metric.difference === null || metric.interval === null) continue;
      if (metric.method === "mood's median test, order statistics") continue;
      tested = true;
      if (metric.stratified === null) continue;
      common = true;
      const shift = Math.abs(metric.stratified.difference - metric.difference);
      if (shift <= standardError(metric)) continue;
      const told = `${metric.title} (${a.name} against ${b.name}: ${signed(metric, metric.difference)}, held apart ${signed(metric, metric.stratified.difference)})`;
      if (metric.stratified.difference * metric.difference < 0) reversed.push(told);
      else if (isClear(metric) && shift > MOVED * Math.abs(metric.difference)) moved.push(told);
    }
  }
  const warnings: CompareWarning[] = [];
  if (reversed.length > 0)
    warnings.push({
      code: 'reversed',
      message: `with ${stratifiedBy} held apart, the difference points the other way in ${some(reversed)}`,
    });
  if (moved.length > 0)
    warnings.push({
      code: 'confounded',
      message: `with ${stratifiedBy} held apart, the difference is another by more than a quarter in ${some(moved)}`,
    });
  if (tested && !common)
    warnings.push({
      code: 'no_common_layer',
      message: `the groups share no ${stratifiedBy}, so nothing could be held apart: they may differ by it alone`,
    });
  return warnings;
}

/** Whether one of both differences is more than noise. */
function isClear(metric: ComparedMetric): boolean {
  const isFarFromZero = Math.abs(metric.stratified?.difference ?? 0) > CRITICAL * standardError(metric);
  return isFarFromZero || metric.verdict === 'higher' || metric.verdict === 'lower';
}

const CRITICAL = normalQuantile((1 + CONFIDENCE) / 2);

function standardError({ interval }: ComparedMetric): number {
  return interval === null ? 0 : (interval.high - interval.low) / (2 * CRITICAL);
}

function signed({ unit }: ComparedMetric, difference: number): string {
  const sign = difference < 0 ? '-' : '+';
  const size = Math.abs(difference);
  return unit === 'share' ? `${sign}${(100 * size).toFixed(1)} pp` : `${sign}${size.toFixed(2)}`;
}

const users = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'user' : 'users'}`;

function some(texts: readonly string[]): string {
  const more = texts.length - LISTED;
  return `${texts.slice(0, LISTED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** Whether two groups were watched for so different numbers of days that sums over them differ by that alone. */
export function areUnequal(left: number, right: number): boolean {
  const [short, long] = [Math.min(left, right), Math.max(left, right)];
  return long > UNEQUAL * short && long - short >= UNEQUAL_DAYS;
}

function tenureWarnings({ comparisons, landmark }: CompareFindings): CompareWarning[] {
  const unequal = comparisons.flatMap(({ a, b }) => {
    return areUnequal(a.medianObserved, b.medianObserved) ? [`${a.name} ${a.medianObserved} against ${b.name} ${b.medianObserved}`] : [];
  });
  if (unequal.length === 0) return [];
  const what = landmark !== undefined ? 'after the landmark ' : '';
  return [
    {
      code: 'unequal_tenure',
      message: `the groups were not watched equally long ${what}(median days: ${some(unequal)}): sums over a lifetime, such as events and orders, differ by that alone`,
    },
  ];
}

async function leftOutWarnings(database: Database, { grouping, landmark }: CompareFindings): Promise<CompareWarning[]> {
  const warnings: CompareWarning[] = [];
  const [row] = await database.rows<{ late: number; gone: number }>(sql`
    select (select count(*) from users) - count(*) as late,
           count(*) filter (where last_churn_by_then is not null and coalesce(last_activity_by_then <= last_churn_by_then, true)) as gone
    from candidates`);
  const late = row?.late ?? 0;
  const gone = leavesOutGone(grouping, landmark) ? (row?.gone ?? 0) : 0;
  const parts = [
    ...(late === 0 ? [] : [`${users(late)} ${lateWords(landmark)}`]),
    ...(gone === 0 ? [] : [`${users(gone)} who had left before ${landmark?.kind === 'days' ? `their day ${landmark.days}` : 'that day'}`]),
  ];
  if (parts.length > 0) warnings.push({ code: 'not_observable', message: `left out of the comparison: ${parts.join(' and ')}` });
  if (grouping.kind === 'two' && grouping.b !== 'rest' && grouping.a.way.name !== grouping.b.way.name) {
    const { a, b } = grouping;
    const isIn = (group: typeof a): Sql => sql`coalesce(${groupOf(group.way, landmark)} = ${group.segment}, false)`;
    const [row] = await database.rows<{ users: number }>(sql`select count(*) as users from candidates where ${isIn(a)} and ${isIn(b)}`);
    if (row !== undefined && row.users > 0)
      warnings.push({
        code: 'overlap',
        message: `left out of both groups: ${users(row.users)} in both of them`,
      });
  }
  return warnings;
}

/** A users file says what is, not since when. */
function undatedWarnings({ landmark, undated }: CompareFindings): CompareWarning[] {
  if (landmark === undefined || undated.length === 0) return [];
  return [
    {
      code: 'undated_property',
      message: `${undated.join(', ')} of the users file has no date: what it says today stands for what was known by the landmark`,
    },
  ];
}

function lateWords(landmark: Landmark | undefined): string {
  if (landmark === undefined) return 'without a day they were first seen';
  return landmark.kind === 'days'
    ? `first seen in the last ${landmark.days} days`
    : `not seen before the landmark, ${isoOfDay(landmark.day)}`;
}
