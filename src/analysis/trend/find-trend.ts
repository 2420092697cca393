import type { Database } from '../../engine/database.js';
import { readScale } from '../../membership/read-scale.js';
import { buildPopulationAsOf, buildScale, buildSegments, keepAllGaps, type PopulationAsOf } from '../../membership/segments-as-of.js';
import type { Segmentation } from '../../segmentation/index.js';
import type { RfmModel } from '../../segmentation/rfm/rfm-model.js';
import type { RfmBasis } from '../../segmentation/rfm/rfm-query.js';
import type { Measure } from '../../segmentation/rules/measures-of-rules.js';
import { sql } from '../../sql/sql.js';
import { periodFlowsQuery } from './period-flows-query.js';
import { ACTIVE_STATUSES, sumFlows } from './sum-flows.js';
import {
  type BuiltPeriod,
  endsOf,
  findFirstOrderDay,
  otherEdges,
  type PeriodSettings,
  periodsOf,
  resultOf,
  scaleOf,
  whyLeftOut,
} from './trend-periods.js';
import type { LeftOutReason, PeriodFlow, PeriodFlows, TrendResult, TrendScale } from './trend-result.js';

export interface TrendSettings extends PeriodSettings {
  readonly segmentation: Segmentation;
}

/** What is measured at each date. Borders are, whatever the scale: nobody can tell who moved by them alone. */
const MEASURED: ReadonlyMap<string, Measure> = new Map([
  ['status', 'gaps'],
  ['rfm', 'edges'],
  ['value_tier', 'borders'],
]);

const hangsOnScale = ({ name }: Segmentation): boolean => ['gaps', 'edges'].includes(MEASURED.get(name) ?? '');

/**
 * `user_days` and the `user_gaps` of the as-of day → the segments of one segmentation at the end of each period, the last of which ends with the
 * as-of day, and the flows between them. Periods that end before there is anything to count are left out. The tables of the classification
 * up to `users` and its scale are made anew, at last for the as-of day.
 */
export async function findTrend(database: Database, settings: TrendSettings): Promise<TrendResult> {
  const { segmentation, members } = settings;
  const { name } = segmentation;
  const scale = scaleOf(settings);
  const firstOrderDay = name === 'rfm' ? await findFirstOrderDay(database, settings) : undefined;
  const leftOut: LeftOutReason[] = [];
  const built: (Omit<BuiltPeriod, 'sizes' | 'active'> & { readonly counts: ReadonlyMap<string | null, number> })[] = [];
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
    const isComparable = scale === 'given' || name !== 'rfm' || base === population.basis;
    if (before !== undefined && !isComparable) newScales.push(end);
    await buildOnScale(database, population, { scale, hasBase: before !== undefined && isComparable, segmentation });
    base = name === 'rfm' ? await basisOfScale(database, population, members.rfmModel) : undefined;
    built.push({
      end,
      users: population.users,
      counts: await readSizes(database),
      flows: before === undefined ? null : await readFlows(database, segmentation, { scale, isComparable }),
    });
    await database.run(sql`create or replace temp table segments_before as select * from segments_after`);
  }
  const names = segmentation.segments.map((segment) => segment.name);
  const segments = built.some(({ counts }) => counts.has(null)) ? [...names, null] : names;
  const counted = built.map(({ counts, ...period }): BuiltPeriod => {
    const size = (segment: string | null): number => counts.get(segment) ?? 0;
    const active = name === 'status' ? ACTIVE_STATUSES.reduce((sum, status) => sum + size(status), 0) : null;
    return { ...period, sizes: segments.map(size), active };
  });
  const measure = MEASURED.get(name);
  return {
    ...resultOf(settings, leftOut),
    segmentation: name,
    isOverlapping: false,
    hangsOn: measure === undefined ? [] : [measure],
    segments,
    periods: periodsOf(counted, settings),
    notes: otherEdges(newScales),
  };
}

/** Builds `segments_after`, and where the scale is measured again `segments_on_old_scale`, before it is. */
async function buildOnScale(
  database: Database,
  population: PopulationAsOf,
  { scale, hasBase, segmentation }: { readonly scale: TrendScale; readonly hasBase: boolean; readonly segmentation: Segmentation },
): Promise<void> {
  if (scale === 'measured' && hasBase && hangsOnScale(segmentation)) await buildSegments(database, population, 'segments_on_old_scale');
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
  segmentation: Segmentation,
  { scale, isComparable }: { readonly scale: TrendScale; readonly isComparable: boolean },
): Promise<PeriodFlows> {
  const { name } = segmentation;
  const hasOldScale = scale === 'measured' && hangsOnScale(segmentation) && isComparable;
  const rows = await database.rows<Omit<PeriodFlow, 'byThreshold'> & { by_threshold: number }>(periodFlowsQuery(hasOldScale));
  const flows = rows.map(({ by_threshold: byThreshold, ...flow }) => ({ ...flow, byThreshold }));
  return sumFlows(flows, name, MEASURED.get(name) !== 'borders' && isComparable);
}
