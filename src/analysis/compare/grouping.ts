import { type PlanProperty, planKindQuery } from '../../segmentation/paying/paying-query.js';
import { saltedDraw } from '../../sql/functions.js';
import { ident, list, type Sql, sql } from '../../sql/sql.js';
import { armOfDraw } from '../split/split-query.js';
import type { Arm } from '../split/split-result.js';
import type { Landmark } from './compare-result.js';
import { knownProperty } from './compared-users-query.js';

/** A way of putting users into groups: a segmentation, a property by its place among the kept columns, or the arms of a random split. */
export type Way = SegmentationWay | PropertyWay | DrawnWay;
/** Arms that hang on the salt and the id alone: they were known before anything happened. */
export interface DrawnWay {
  readonly kind: 'drawn';
  /** `holdout`, `arm` */
  readonly name: string;
  readonly salt: string;
  readonly arms: readonly Arm[];
  /** The arms in reading order. */
  readonly segments: readonly string[];
}
export interface SegmentationWay {
  readonly kind: 'segmentation';
  readonly name: string;
  /** Of `members`. */
  readonly column: string;
  /** The column is true for users in the one segment it is called after. */
  readonly isMark?: true | undefined;
  readonly segments: readonly string[];
  /** What else decides on `paying`: the property of the plan, by its place among those asked for. */
  readonly plan?: (Pick<PlanProperty, 'free' | 'trial'> & { readonly place: number }) | undefined;
}
export interface PropertyWay {
  readonly kind: 'property';
  /** `property:plan` */
  readonly name: string;
  /** Among the properties asked for. */
  readonly place: number;
}

export interface NamedGroup {
  readonly way: Way;
  readonly segment: string;
}

/** Whom to compare: every group of a way, or one group with another or with everybody else. */
export type Grouping =
  | { readonly kind: 'by'; readonly way: Way; readonly reference: string | undefined }
  | { readonly kind: 'two'; readonly a: NamedGroup; readonly b: NamedGroup | 'rest' };

/** The segmentations that tell who somebody was on an early day of their own, by what the columns of `candidates` knew then. */
export const EARLY_SEGMENTATIONS: Readonly<Record<string, (way: SegmentationWay) => Sql>> = {
  paying: ({ plan }) => {
    const byPlan = (kind: string): Sql =>
      plan === undefined ? sql`` : sql` or ${planKindQuery(knownProperty(plan.place), plan)} = ${kind}`;
    return sql`case when has_paid_by_then or has_subscription_by_then${byPlan('paid')} then 'paid' when is_in_trial_by_then${byPlan('trial')} then 'trial' else 'free' end`;
  },
  buyer_type: () => sql`case orders_by_then when 0 then 'never' when 1 then 'once' else 'repeat' end`,
};

/** A column of `candidates`: the segment as of the day before a landmark that is one day for all. */
export const segmentThen = (column: string): Sql => ident(`${column}_then`);

/** The group of a row of `candidates` as text. */
export function groupOf(way: Way, landmark: Landmark | undefined): Sql {
  if (way.kind === 'drawn') return armOfDraw(saltedDraw(sql`${way.salt}`, sql`user_id`), way.arms);
  if (way.kind === 'property') return sql`coalesce(${knownProperty(way.place)}, 'unknown')`;
  if (landmark?.kind === 'date') return segmentThen(way.column);
  if (way.isMark) return sql`case when ${ident(way.column)} then ${way.column} end`;
  return landmark === undefined ? ident(way.column) : (EARLY_SEGMENTATIONS[way.name]?.(way) ?? sql`null::varchar`);
}

/**
 * The place of a row of `candidates`; null for users in no group, and under a landmark for those who had left before it (see `leavesOutGone`). Of
 * groups that chance alone made, who was drawn counts, whatever became of them.
 */
export function placeQuery(grouping: Grouping, names: readonly string[], landmark: Landmark | undefined): Sql {
  const place = placeOf(grouping, names, landmark);
  if (!leavesOutGone(grouping, landmark)) return place;
  return sql`case when last_churn_by_then is null or last_activity_by_then > last_churn_by_then then ${place} end`;
}

/** Whether users who had left before the landmark are in no group: a status says so itself. */
export function leavesOutGone(grouping: Grouping, landmark: Landmark | undefined): boolean {
  const isDrawn = grouping.kind === 'by' && grouping.way.kind === 'drawn';
  return landmark !== undefined && !isDrawn && !segmentationsOf(grouping).includes('status');
}

/** Whether the groups are segments as of the day before a landmark, of the table `members_then`. */
export function needsMembersThen(grouping: Grouping, landmark: Landmark | undefined): boolean {
  return landmark?.kind === 'date' && segmentationsOf(grouping).length > 0;
}

function placeOf(grouping: Grouping, names: readonly string[], landmark: Landmark | undefined): Sql {
  if (grouping.kind === 'by') {
    const found = sql`list_position(${list(names)}, ${groupOf(grouping.way, landmark)})`;
    // Further values of a property belong to nobody's group, but to the rest.
    const other = grouping.way.kind === 'property' ? sql`${names.length}` : sql`null`;
    return sql`coalesce(${found} - 1, ${other})`;
  }
  const isIn = ({ way, segment }: NamedGroup): Sql => sql`coalesce(${groupOf(way, landmark)} = ${segment}, false)`;
  const { a, b } = grouping;
  if (b === 'rest') return sql`case when ${isIn(a)} then 0 else 1 end`;
  return sql`case when ${isIn(a)} and not ${isIn(b)} then 0
            when ${isIn(b)} and not ${isIn(a)} then 1
       end`;
}

/** The segmentations that the groups are segments of. */
export function segmentationsOf(grouping: Grouping): string[] {
  const ways = grouping.kind === 'by' ? [grouping.way] : [grouping.a.way, ...(grouping.b === 'rest' ? [] : [grouping.b.way])];
  return ways.flatMap((way) => (way.kind === 'segmentation' ? [way.name] : []));
}
