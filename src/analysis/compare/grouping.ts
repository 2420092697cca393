import { list, type Sql, sql } from '../../sql/sql.js';
import { knownProperty } from './compared-users-query.js';

/** A way of putting users into groups: a segmentation, or a property by its place among the kept columns. */
export type Way =
  | { readonly kind: 'segmentation'; readonly name: string; readonly column: Sql; readonly segments: readonly string[] }
  | PropertyWay;
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

/** The segmentations that tell who somebody was on an early day, by what the columns of `candidates` knew then. */
export const EARLY_SEGMENTATIONS: Readonly<Record<string, Sql>> = {
  paying: sql`case when has_paid_by_then or has_subscription_by_then then 'paid' when is_in_trial_by_then then 'trial' else 'free' end`,
  buyer_type: sql`case orders_by_then when 0 then 'never' when 1 then 'once' else 'repeat' end`,
};

/** The group of a row of `candidates` as text. */
export function groupOf(way: Way, landmarkDays: number): Sql {
  if (way.kind === 'property') return sql`coalesce(${knownProperty(way.place)}, 'unknown')`;
  return landmarkDays === 0 ? way.column : (EARLY_SEGMENTATIONS[way.name] ?? sql`null::varchar`);
}

/** The place of a row of `candidates`; null for users in no group, and under a landmark for those who had left before it. */
export function placeQuery(grouping: Grouping, names: readonly string[], landmarkDays: number): Sql {
  const place = placeOf(grouping, names, landmarkDays);
  if (landmarkDays === 0) return place;
  return sql`case when last_churn_by_then is null or last_activity_by_then > last_churn_by_then then ${place} end`;
}

function placeOf(grouping: Grouping, names: readonly string[], landmarkDays: number): Sql {
  if (grouping.kind === 'by') {
    const found = sql`list_position(${list(names)}, ${groupOf(grouping.way, landmarkDays)})`;
    // Further values of a property belong to nobody's group, but to the rest.
    const other = grouping.way.kind === 'property' ? sql`${names.length}` : sql`null`;
    return sql`coalesce(${found} - 1, ${other})`;
  }
  const isIn = ({ way, segment }: NamedGroup): Sql => sql`coalesce(${groupOf(way, landmarkDays)} = ${segment}, false)`;
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
