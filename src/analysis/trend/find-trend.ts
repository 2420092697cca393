import type { Database } from '../../engine/database.js';
import type { MemberSettings } from '../../membership/member-relations.js';
import { readScale } from '../../membership/read-scale.js';
import { buildPopulationAsOf, buildScale, buildSegments, keepAllGaps, type PopulationAsOf } from '../../membership/segments-as-of.js';
import type { Segmentation } from '../../segmentation/index.js';
import { isMoneyDecisive, type RfmModel } from '../../segmentation/rfm/rfm-model.js';
import type { RfmBasis } from '../../segmentation/rfm/rfm-query.js';
import { sql } from '../../sql/sql.js';
import { isoOfDay } from '../../time/day.js';
import { pausedDaysBetween } from '../../time/pauses.js';
import { endOfPeriod, type Step } from '../../time/periods.js';
import { periodFlowsQuery } from './period-flows-query.js';
import { ACTIVE_STATUSES, sumFlows } from './sum-flows.js';
import type { LeftOut, LeftOutReason, PeriodFlow, PeriodFlows, TrendPeriod, TrendResult, TrendScale } from './trend-result.js';

export interface TrendSettings {
  readonly segmentation: Segmentation;
  readonly step: Step;
  readonly periods: number;
  /** Measure the scale at every date; otherwise the first one's counts for all. */
  readonly refit: boolean;
  /** What the members of the last day were built with; without people and further columns. */
  readonly members: Omit<MemberSettings, 'basis'>;
  /** What a manifest's edges were measured on; undefined without one. */
  readonly frozenBasis: RfmBasis | undefined;
}

/** Their segments hang on what a scale holds: population gaps or RFM edges. */
const OF_SCALE: ReadonlySet<string> = new Set(['status', 'rfm']);
/** Its borders are measured at every date, whatever the scale: nobody can tell who moved by them alone. */
const OF_OWN_BORDERS = 'value_tier';

interface BuiltPeriod {
  readonly end: number;
  readonly users: number;
  readonly sizes: ReadonlyMap<string | null, number>;
  readonly flows: PeriodFlows | null;
}

/**
 * `user_days` and the `user_gaps` of the as-of day → the segments of one segmentation at the end of each period, the last of which ends with the
 * as-of day, and the flows between them. Periods that end before there is anything to count are left out. The tables of the classification
 * up to `users` and its scale are made anew, at last for the as-of day.
 */
export async function findTrend(database: Database, settings: TrendSettings): Promise<TrendResult> {
  const { segmentation, members, refit, periods: asked } = settings;
  const scale: TrendScale = members.frozen !== undefined ? 'given' : refit ? 'measured' : 'frozen';
  const firstOrderDay = needsOrders(settings) ? await findFirstOrderDay(database) : undefined;
  const leftOut: LeftOutReason[] = [];
  const built: BuiltPeriod[] = [];
  const newScales: number[] = [];
  let base: RfmBasis | undefined;
  await keepAllGaps(database);
  for (const end of endsOf(settings)) {
    const reason = whyLeftOut(end, members, firstOrderDay);
    const population = reason === undefined ? await buildPopulationAsOf(database, { ...members, asOfDay: end }, segmentation) : undefined;
    if (population === undefined || population.users === 0) {
      leftOut.push(reason ?? 'nobody');
      continue;
    }
    const before = built.at(-1);
    const isComparable = scale === 'given' || segmentation.name !== 'rfm' || base === population.basis;
    if (before !== undefined && !isComparable) newScales.push(end);
    await buildOnScale(database, population, { scale, hasBase: before !== undefined && isComparable, segmentation });
    base = segmentation.name === 'rfm' ? await basisOfScale(database, population, members.rfmModel) : undefined;
    built.push({
      end,
      users: population.users,
      sizes: await readSizes(database),
      flows: before === undefined ? null : await readFlows(database, segmentation, { scale, isComparable }),
    });
    await database.run(sql`create or replace temp table segments_before as select * from segments_after`);
  }
  return {
    segmentation: segmentation.name,
    scale,
    asked,
    leftOut: countReasons(leftOut),
    firstDay: isoOfDay(members.firstDay),
    ...periodsOf(built, settings),
    notes: otherEdges(newScales),
  };
}

function endsOf({ periods, members, step }: TrendSettings): number[] {
  return Array.from({ length: periods }, (_, index) => endOfPeriod(members.asOfDay, step, periods - 1 - index));
}

/** A model of money, and edges that were measured on orders, mean nothing where there are none. */
function needsOrders({ segmentation, members, frozenBasis }: TrendSettings): boolean {
  return segmentation.name === 'rfm' && (isMoneyDecisive(members.rfmModel) || frozenBasis === 'orders');
}

async function findFirstOrderDay(database: Database): Promise<number | undefined> {
  const [row] = await database.rows<{ day: number | null }>(sql`
    select min(day) as day
    from user_days
    where user_id is not null
      and order_rows > 0`);
  return row?.day ?? undefined;
}

function whyLeftOut(
  end: number,
  { firstDay, pauses }: TrendSettings['members'],
  firstOrderDay: number | undefined,
): LeftOutReason | undefined {
  if (end < firstDay || pausedDaysBetween(firstDay, end, pauses) > end - firstDay) return 'before_data';
  return firstOrderDay !== undefined && end < firstOrderDay ? 'without_orders' : undefined;
}

/** Builds `segments_after`, and where the scale is measured again `segments_on_old_scale`, before it is. */
async function buildOnScale(
  database: Database,
  population: PopulationAsOf,
  { scale, hasBase, segmentation }: { readonly scale: TrendScale; readonly hasBase: boolean; readonly segmentation: Segmentation },
): Promise<void> {
  if (scale === 'measured' && hasBase && OF_SCALE.has(segmentation.name))
    await buildSegments(database, population, 'segments_on_old_scale');
  if (scale !== 'frozen' || !hasBase) await buildScale(database, population);
  await buildSegments(database, population, 'segments_after');
}

/** What the edges that stand were measured on; undefined when they score nobody. */
async function basisOfScale(database: Database, { basis }: PopulationAsOf, model: RfmModel): Promise<RfmBasis | undefined> {
  return (await readScale(database, model)) === undefined ? undefined : basis;
}

async function readSizes(database: Database): Promise<ReadonlyMap<string | null, number>> {
  const rows = await database.rows<{ segment: string | null; users: number }>(sql`
    select segment,
           count(*) as users
    from segments_after
    group by segment
    order by segment nulls last`);
  return new Map(rows.map(({ segment, users }) => [segment, users]));
}

async function readFlows(
  database: Database,
  { name }: Segmentation,
  { scale, isComparable }: { readonly scale: TrendScale; readonly isComparable: boolean },
): Promise<PeriodFlows> {
  const hasOldScale = scale === 'measured' && OF_SCALE.has(name) && isComparable;
  const rows = await database.rows<Omit<PeriodFlow, 'byThreshold'> & { by_threshold: number }>(periodFlowsQuery(hasOldScale));
  const flows = rows.map(({ by_threshold: byThreshold, ...flow }) => ({ ...flow, byThreshold }));
  return sumFlows(flows, name, name !== OF_OWN_BORDERS && isComparable);
}

function countReasons(reasons: readonly LeftOutReason[]): LeftOut[] {
  return [...new Set(reasons)].map((reason) => ({ reason, periods: reasons.filter((one) => one === reason).length }));
}

function periodsOf(
  built: readonly BuiltPeriod[],
  { segmentation, step, members }: TrendSettings,
): Pick<TrendResult, 'segments' | 'periods'> {
  const names = segmentation.segments.map(({ name }) => name);
  const segments = built.some(({ sizes }) => sizes.has(null)) ? [...names, null] : names;
  const periods = built.map(({ end, users, sizes, flows }, index): TrendPeriod => {
    const first = endOfPeriod(members.asOfDay, step, built.length - index) + 1;
    const size = (segment: string | null): number => sizes.get(segment) ?? 0;
    return {
      first: isoOfDay(first),
      last: isoOfDay(end),
      days: end - first + 1,
      coveredDays: end - Math.max(first, members.firstDay) + 1,
      users,
      sizes: segments.map(size),
      active: segmentation.name === 'status' ? ACTIVE_STATUSES.reduce((sum, status) => sum + size(status), 0) : null,
      flows,
    };
  });
  return { segments, periods };
}

/** RFM scores activity before the first order, and has no edges where it scores nobody. */
function otherEdges(ends: readonly number[]): string[] {
  const last = ends.at(-1);
  if (last === undefined) return [];
  const others = ends.length === 1 ? '' : `, and in ${ends.length - 1} earlier ones,`;
  return [
    `In the period to ${isoOfDay(last)}${others} the RFM edges of the period before did not fit (no orders yet, or nobody was scored): who moved only because of edges is not known.`,
  ];
}
