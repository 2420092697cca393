import type { Database } from '../../engine/database.js';
import type { MemberSettings } from '../../membership/member-relations.js';
import { isMoneyDecisive } from '../../segmentation/rfm/rfm-model.js';
import type { RfmBasis } from '../../segmentation/rfm/rfm-query.js';
import { sql } from '../../sql/sql.js';
import { isoOfDay } from '../../time/day.js';
import { pausedDaysBetween } from '../../time/pauses.js';
import { endOfPeriod, type Step } from '../../time/periods.js';
import type { LeftOut, LeftOutReason, TrendPeriod, TrendResult, TrendScale } from './trend-result.js';

/** What a trend was asked for, whatever the segmentation. */
export interface PeriodSettings {
  readonly step: Step;
  readonly periods: number;
  /** Measure the scale at every date; otherwise the first one's counts for all. */
  readonly refit: boolean;
  /** What the members of the last day were built with; without people and further columns. */
  readonly members: Omit<MemberSettings, 'basis'>;
  /** What a manifest's edges were measured on; undefined without one. */
  readonly frozenBasis: RfmBasis | undefined;
}

/** A period at whose end there is somebody. */
export type BuiltPeriod = Pick<TrendPeriod, 'users' | 'sizes' | 'active' | 'flows'> & { readonly end: number };

export function scaleOf({ members, refit }: PeriodSettings): TrendScale {
  return members.frozen !== undefined ? 'given' : refit ? 'measured' : 'frozen';
}

/** The last days of the periods asked for, the oldest first. */
export function endsOf({ periods, members, step }: PeriodSettings): number[] {
  return Array.from({ length: periods }, (_, index) => endOfPeriod(members.asOfDay, step, periods - 1 - index));
}

/** The first day with an order, where a model of money, or edges that were measured on orders, mean nothing before. */
export async function findFirstOrderDay(database: Database, { members, frozenBasis }: PeriodSettings): Promise<number | undefined> {
  if (!isMoneyDecisive(members.rfmModel) && frozenBasis !== 'orders') return undefined;
  const [row] = await database.rows<{ day: number | null }>(sql`
    select min(day) as day
    from user_days
    where user_id is not null
      and order_rows > 0`);
  return row?.day ?? undefined;
}

/** Why there is nothing to count at the end of a period; undefined where there may be. */
export function whyLeftOut(
  end: number,
  { firstDay, pauses }: PeriodSettings['members'],
  firstOrderDay: number | undefined,
): LeftOutReason | undefined {
  if (end < firstDay || pausedDaysBetween(firstDay, end, pauses) > end - firstDay) return 'before_data';
  return firstOrderDay !== undefined && end < firstOrderDay ? 'without_orders' : undefined;
}

function countReasons(reasons: readonly LeftOutReason[]): LeftOut[] {
  return [...new Set(reasons)].map((reason) => ({ reason, periods: reasons.filter((one) => one === reason).length }));
}

/** The periods with their days. */
export function periodsOf(built: readonly BuiltPeriod[], { step, members }: PeriodSettings): TrendPeriod[] {
  return built.map(({ end, ...period }, index) => {
    const first = endOfPeriod(members.asOfDay, step, built.length - index) + 1;
    return {
      first: isoOfDay(first),
      last: isoOfDay(end),
      days: end - first + 1,
      coveredDays: end - Math.max(first, members.firstDay) + 1,
      ...period,
    };
  });
}

/** What is the same of every trend. */
export function resultOf(
  settings: PeriodSettings,
  leftOut: readonly LeftOutReason[],
): Pick<TrendResult, 'scale' | 'asked' | 'leftOut' | 'firstDay'> {
  return {
    scale: scaleOf(settings),
    asked: settings.periods,
    leftOut: countReasons(leftOut),
    firstDay: isoOfDay(settings.members.firstDay),
  };
}

/** RFM scores activity before the first order, and has no edges where it scores nobody. */
export function otherEdges(ends: readonly number[]): string[] {
  const last = ends.at(-1);
  if (last === undefined) return [];
  const others = ends.length === 1 ? '' : `, and in ${ends.length - 1} earlier ones,`;
  return [
    `In the period to ${isoOfDay(last)}${others} the RFM edges of the period before did not fit (no orders yet, or nobody was scored): who moved only because of edges is not known.`,
  ];
}
