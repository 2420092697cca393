import type { Cell, Database } from '../../engine/database.js';
import type { FurtherColumn } from '../../membership/members-query.js';
import { fixedSegments, furtherName } from '../../segmentation/further.js';
import type { Segmentation } from '../../segmentation/index.js';
import { OTHER, UNKNOWN } from '../../segmentation/property/property.js';
import { propertyValues } from '../../segmentation/property/property-query.js';
import { type RfmMetric, type RfmModel, scoresOf } from '../../segmentation/rfm/rfm-model.js';
import type { RfmBasis } from '../../segmentation/rfm/rfm-query.js';
import { OWN_SEGMENTATION, type SegmentDefinition } from '../../segmentation/rules/rule.js';
import type { StatusName } from '../../segmentation/status/status.js';
import { sql } from '../../sql/sql.js';
import type { Edges, RfmSummary, SegmentationSizes } from './classify-result.js';
import { decimalOfHundredths, moneyText } from './decimal-edge.js';
import { combinationsQuery, furtherSizesQuery, medianIdleQuery, ownSizesQuery, sizesQuery } from './sizes-query.js';

/** What `members` and the tables beside it say: everything of a result that is not about reading. */
export interface MemberSummary {
  readonly users: number;
  readonly singleDayShare: number;
  readonly valueTotal: string;
  readonly populationGaps: { readonly p50: number; readonly p75: number; readonly p90: number; readonly users: number };
  readonly segmentations: readonly SegmentationSizes[];
  readonly rfm: RfmSummary;
  readonly statusByRfm: readonly { readonly status: StatusName; readonly rfmSegment: string; readonly users: number }[];
}

export interface SummarySettings {
  readonly basis: RfmBasis;
  readonly lookbackDays: number | 'all';
  readonly moneyScale: number;
  readonly rfmModel: RfmModel;
  readonly segmentations: readonly Segmentation[];
  readonly further: readonly FurtherColumn[];
  /** Own segments. */
  readonly own?: readonly SegmentDefinition[];
}

interface SizeRow {
  readonly segment: string;
  readonly users: number;
  readonly revenue: Cell;
}

/** Sums up `members`, `users`, `population_gaps` and `rfm_edges`; makes the table `combinations`. */
export async function summariseMembers(database: Database, settings: SummarySettings): Promise<MemberSummary> {
  await database.run(sql`create or replace temp table combinations as ${combinationsQuery(settings.segmentations)}`);
  const [totals] = await database.rows<{ users: number; single: number; value: string | null; revenue: string }>(sql`
    select count(*) as users,
           count(*) filter (where active_days = 1) as single,
           coalesce(sum(net_value), 0)::varchar as value,
           coalesce(sum(revenue), 0)::varchar as revenue
    from users`);
  const [gaps] = await database.rows<{ p50: number; p75: number; p90: number; gap_users: number }>(sql`
    select p50, p75, p90, gap_users from population_gaps`);
  if (totals === undefined || gaps === undefined) throw new Error('totals have one row');
  const segmentations: SegmentationSizes[] = [];
  const found = await database.rows<SizeRow & { place: number }>(sizesQuery(settings.segmentations));
  for (const [index, segmentation] of settings.segmentations.entries()) {
    const listed = { ...segmentation, names: segmentation.segments.map(({ name }) => name) };
    const own = found.filter(({ place }) => place === index);
    segmentations.push(await sizesOf(database, listed, own, totals.users, totals.revenue));
  }
  for (const further of settings.further) {
    segmentations.push({ ...(await furtherSizes(database, further, totals.users, totals.revenue)), isFurther: true });
  }
  if (settings.own !== undefined && settings.own.length > 0)
    segmentations.push(await ownSizes(database, settings.own, totals.users, totals.revenue));
  return {
    users: totals.users,
    singleDayShare: totals.users === 0 ? 0 : totals.single / totals.users,
    valueTotal: moneyText(totals.value ?? '0'),
    populationGaps: { p50: gaps.p50, p75: gaps.p75, p90: gaps.p90, users: gaps.gap_users },
    segmentations,
    rfm: await summariseRfm(database, settings),
    statusByRfm: await database.rows<{ status: StatusName; rfmSegment: string; users: number }>(sql`
      select status,
             rfm_segment as "rfmSegment",
             sum(users)::bigint as users
      from combinations
      group by status, rfm_segment
      order by status, rfm_segment`),
  };
}

/** The sizes of a segmentation that was asked for; values are listed by how many users have them, then what stands for the others. */
async function furtherSizes(database: Database, further: FurtherColumn, allUsers: number, allRevenue: string): Promise<SegmentationSizes> {
  const name = furtherName(further);
  const names = fixedSegments(further, further.kind === 'first_match' ? further.order : []) ?? [
    ...(further.kind === 'property' ? await listValues(database, further.place) : []),
    OTHER,
    UNKNOWN,
  ];
  return sizesOf(database, { name, column: name, names }, await database.rows<SizeRow>(furtherSizesQuery(name)), allUsers, allRevenue);
}

async function ownSizes(
  database: Database,
  definitions: readonly SegmentDefinition[],
  allUsers: number,
  allRevenue: string,
): Promise<SegmentationSizes> {
  const [row = {}] = await database.rows<Record<string, Cell>>(ownSizesQuery(definitions.map(({ name }) => name)));
  const total = Number(allRevenue);
  return {
    name: OWN_SEGMENTATION,
    own: {
      segments: definitions.map(({ goal, description, minSize }) => ({ goal, description, minSize })),
      usersInNone: Number(row['in_none'] ?? 0),
    },
    segments: definitions.map(({ name }, place) => {
      const users = Number(row[`users_${place}`] ?? 0);
      const revenue = String(row[`revenue_${place}`] ?? '0');
      const median = row[`idle_${place}`] ?? null;
      return {
        segment: name,
        users,
        share: allUsers === 0 ? 0 : users / allUsers,
        revenue: moneyText(revenue),
        revenueShare: total === 0 ? 0 : Number(revenue) / total,
        medianIdleDays: median === null ? null : Number(median),
      };
    }),
  };
}

async function listValues(database: Database, place: number): Promise<string[]> {
  const rows = await database.rows<{ segment: string }>(sql`
    select segment
    from ${propertyValues(place)}
    order by users desc, segment`);
  return rows.map(({ segment }) => segment);
}

async function sizesOf(
  database: Database,
  segmentation: Pick<Segmentation, 'name' | 'column'> & { readonly names: readonly string[] },
  rows: readonly SizeRow[],
  allUsers: number,
  allRevenue: string,
): Promise<SegmentationSizes> {
  const found = new Map(rows.map((row) => [row.segment, row]));
  const medians = new Map(
    (await database.rows<{ segment: string; median: number }>(medianIdleQuery(segmentation))).map(({ segment, median }) => [
      segment,
      median,
    ]),
  );
  const total = Number(allRevenue);
  return {
    name: segmentation.name,
    segments: segmentation.names.map((name) => {
      const row = found.get(name);
      const revenue = String(row?.revenue ?? '0');
      return {
        segment: name,
        users: row?.users ?? 0,
        share: allUsers === 0 ? 0 : (row?.users ?? 0) / allUsers,
        revenue: moneyText(revenue),
        revenueShare: total === 0 ? 0 : Number(revenue) / total,
        medianIdleDays: medians.get(name) ?? null,
      };
    }),
  };
}

async function summariseRfm(
  database: Database,
  { basis, lookbackDays, moneyScale, rfmModel: model }: SummarySettings,
): Promise<RfmSummary> {
  const [edgeRow] = await database.rows<Record<string, Cell>>(sql`select * from rfm_edges`);
  const edges = edgeRow && readEdges(edgeRow, model, moneyScale);
  const rows = await database.rows<{ recencyScore: number; frequencyScore: number; users: number; revenue: Cell }>(sql`
    select recency_score as "recencyScore",
           frequency_score as "frequencyScore",
           sum(users)::bigint as users,
           sum(revenue) as revenue
    from combinations
    where recency_score is not null
    group by recency_score, frequency_score
    order by recency_score, frequency_score`);
  const cells = scoresOf(model, 'frequency')
    .toReversed()
    .flatMap((frequencyScore) =>
      scoresOf(model, 'recency').map((recencyScore) => {
        const row = rows.find((cell) => cell.recencyScore === recencyScore && cell.frequencyScore === frequencyScore);
        return {
          recencyScore,
          frequencyScore,
          users: row?.users ?? 0,
          revenue: moneyText(String(row?.revenue ?? '0')),
        };
      }),
    );
  return {
    model,
    basis,
    lookbackDays,
    edges: edges ?? null,
    oneTimeShare: edgeRow?.['is_frequency_split'] === true ? await oneTimeShare(database) : null,
    cells,
  };
}

function readEdges(row: Record<string, Cell>, model: RfmModel, moneyScale: number): Edges | undefined {
  const metric = (name: RfmMetric, scale: number): string[] | undefined => {
    const numbers = scoresOf(model, name).slice(0, -1);
    const values = numbers.map((edge) => row[`${name}_edge_${edge}`] ?? null);
    return values.includes(null) ? undefined : values.map((value) => decimalOfHundredths(BigInt(String(value)), scale));
  };
  const recencyDays = metric('recency', 0);
  const frequency = metric('frequency', 0);
  if (recencyDays === undefined || frequency === undefined) return undefined;
  return { recencyDays, frequency, monetary: metric('monetary', moneyScale)?.map(moneyText) ?? null };
}

/** The fraction of scored users at or below the first frequency edge. */
async function oneTimeShare(database: Database): Promise<number> {
  const [row] = await database.rows<{ low: number; scored: number }>(sql`
    select coalesce(sum(users) filter (where frequency_score = 1), 0)::bigint as low,
           coalesce(sum(users) filter (where frequency_score is not null), 0)::bigint as scored
    from combinations`);
  return row === undefined || row.scored === 0 ? 0 : row.low / row.scored;
}
