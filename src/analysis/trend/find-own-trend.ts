import type { Database } from '../../engine/database.js';
import type { FrozenScale } from '../../membership/member-relations.js';
import { buildMembersAsOf } from '../../membership/members-as-of.js';
import { readScale } from '../../membership/read-scale.js';
import type { RfmBasis } from '../../segmentation/rfm/rfm-query.js';
import { measuresOfRules } from '../../segmentation/rules/measures-of-rules.js';
import type { SegmentDefinition } from '../../segmentation/rules/rule.js';
import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import { ident, sql } from '../../sql/sql.js';
import { changeColumn, type MarkChange, markFlowsQuery, markSizesQuery, marksQuery } from './own-flows-query.js';
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
import type { LeftOutReason, PeriodFlow, PeriodFlows, TrendResult } from './trend-result.js';

export interface OwnTrendSettings extends PeriodSettings {
  /** As it was asked for. */
  readonly segmentation: string;
  /** The own segments of the result, in its order. */
  readonly segments: readonly string[];
  /** Theirs, and those that these refer to. */
  readonly definitions: readonly SegmentDefinition[];
  /** All definitions as SQL as of a day. */
  readonly rulesAsOf: (day: number) => RulePlan;
}

/** A scale that can be kept, and what its edges were measured on. */
interface KeptScale {
  readonly scale: FrozenScale;
  readonly basis: RfmBasis;
}

/**
 * `user_days`, and where rules ask for events `all_rule_events` → who was in which own segment at the end of each period, as `findTrend`
 * does for one segmentation. Each date is judged by its own members, as in `segment classify` of that day. The tables of the
 * classification are made anew.
 */
export async function findOwnTrend(database: Database, settings: OwnTrendSettings): Promise<TrendResult> {
  const { segmentation, segments, definitions, members, rulesAsOf } = settings;
  const scale = scaleOf(settings);
  const hangsOn = measuresOfRules(definitions);
  const [hasEdges, hasScale] = [hangsOn.includes('edges'), hangsOn.some((measure) => measure !== 'borders')];
  const firstOrderDay = hasEdges ? await findFirstOrderDay(database, settings) : undefined;
  const leftOut: LeftOutReason[] = [];
  const built: BuiltPeriod[] = [];
  const newScales: number[] = [];
  let base: KeptScale | undefined;
  const build = async (day: number, frozen: FrozenScale | undefined, table: string): Promise<RfmBasis> => {
    const { basis } = await buildMembersAsOf(database, { ...members, asOfDay: day, rules: rulesAsOf(day), frozen });
    await database.run(sql`create or replace temp table ${ident(table)} as ${marksQuery(segments)}`);
    return basis;
  };
  for (const end of endsOf(settings)) {
    const reason = whyLeftOut(end, members, firstOrderDay);
    if (reason !== undefined) {
      leftOut.push(reason);
      continue;
    }
    const before = built.at(-1);
    const isKept = scale === 'frozen' || (scale === 'measured' && hasScale);
    const onBase =
      isKept && base !== undefined ? await build(end, base.scale, scale === 'frozen' ? 'marks_after' : 'marks_on_old_scale') : undefined;
    const isComparable = !isKept || (onBase !== undefined && (!hasEdges || onBase === base?.basis));
    if (scale !== 'frozen' || !isComparable) {
      const basis = await build(end, members.frozen, 'marks_after');
      base = await keptScale(database, members.rfmModel, basis);
    }
    const { users, sizes } = await readSizes(database, segments.length);
    if (users === 0) {
      leftOut.push('nobody');
      base = undefined;
      continue;
    }
    if (before !== undefined && hasEdges && !isComparable) newScales.push(end);
    const flows =
      before === undefined ? null : await readFlows(database, segments, { hasOldScale: scale === 'measured' && hasScale, isComparable });
    built.push({ end, users, sizes, active: null, flows });
    await database.run(sql`create or replace temp table marks_before as select * from marks_after`);
  }
  return {
    ...resultOf(settings, leftOut),
    segmentation,
    isOverlapping: true,
    hangsOn,
    segments,
    periods: periodsOf(built, settings),
    notes: otherEdges(newScales),
  };
}

async function keptScale(
  database: Database,
  model: OwnTrendSettings['members']['rfmModel'],
  basis: RfmBasis,
): Promise<KeptScale | undefined> {
  const scale = await readScale(database, model);
  return scale && { scale, basis };
}

async function readSizes(database: Database, segments: number): Promise<{ readonly users: number; readonly sizes: readonly number[] }> {
  const [row = {}] = await database.rows<Record<string, number>>(markSizesQuery(segments));
  return { users: row['users'] ?? 0, sizes: Array.from({ length: segments }, (_, place) => row[`size_${place}`] ?? 0) };
}

async function readFlows(
  database: Database,
  segments: readonly string[],
  { hasOldScale, isComparable }: { readonly hasOldScale: boolean; readonly isComparable: boolean },
): Promise<PeriodFlows> {
  const [row = {}] = await database.rows<Record<string, number>>(markFlowsQuery(segments.length, hasOldScale && isComparable));
  const flows = segments.flatMap((segment, place): PeriodFlow[] => {
    const count = (change: MarkChange): number => row[changeColumn(change, place)] ?? 0;
    return [
      { change: 'stayed', from: segment, to: segment, users: count('stayed'), byThreshold: 0 },
      { change: 'moved', from: null, to: segment, users: count('moved_in'), byThreshold: count('in_by_threshold') },
      { change: 'moved', from: segment, to: null, users: count('moved_out'), byThreshold: count('out_by_threshold') },
      { change: 'entered', from: null, to: segment, users: count('entered'), byThreshold: 0 },
      { change: 'left', from: segment, to: null, users: count('left'), byThreshold: 0 },
    ];
  });
  return {
    flows: flows.filter(({ users }) => users > 0),
    entered: row['new_users'] ?? 0,
    left: row['gone_users'] ?? 0,
    moved: row['moved_users'] ?? 0,
    byThreshold: isComparable ? (row['threshold_users'] ?? 0) : null,
    active: null,
  };
}
