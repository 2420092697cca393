import { type PropertyPlace, propertyColumn, userPropertyColumn } from '../events/event-shape.js';
import { buyerTypeQuery } from '../segmentation/buyer-type/buyer-type-query.js';
import { engagementQuery } from '../segmentation/engagement/engagement-query.js';
import { furtherName } from '../segmentation/further.js';
import { type PlanProperty, payingQuery } from '../segmentation/paying/paying-query.js';
import { propertyQuery } from '../segmentation/property/property-query.js';
import { type RfmSettings, rfmQuery } from '../segmentation/rfm/rfm-query.js';
import { firstMatchQuery } from '../segmentation/rules/first-match.js';
import { type StatusSettings, statusQuery } from '../segmentation/status/status-query.js';
import { valueTierQuery } from '../segmentation/value-tier/value-tier-query.js';
import { visitorQuery } from '../segmentation/visitor/visitor-query.js';
import { dateOfDay } from '../sql/date-of-day.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';

/** The columns of `members` before the further segmentations and the kept ones, in the order of the files (PRODUCT §7). */
export const MEMBER_COLUMNS = [
  'user_id',
  'status',
  'status_reason',
  'status_group',
  'rfm_segment',
  'rfm_score',
  'recency_score',
  'frequency_score',
  'monetary_score',
  'recency_days',
  'frequency',
  'monetary',
  'value_tier',
  'buyer_type',
  'orders',
  'paying',
  'visitor',
  'first_seen',
  'last_seen',
  'idle_days',
  'tenure_days',
  'active_days',
  'events',
  'usual_interval_days',
  'dormant_after_days',
  'churned_after_days',
] as const;

/** With the people of an entity known, the column after those. */
export const PEOPLE_COLUMN = 'people';

/** Names a kept column cannot have; the engine compares them without case. */
export const TAKEN_NAMES: ReadonlySet<string> = new Set([...MEMBER_COLUMNS, 'year_revenue']);

/** The kept property columns of `members`, named as the user named them. */
export interface KeptColumn {
  readonly name: string;
  /** Whose property it is: the latest of the events, or the one of the users file. */
  readonly of: 'events' | 'users';
  readonly index: number;
}

/** A further segmentation with what its column is made of. */
export type FurtherColumn =
  | { readonly kind: 'engagement' }
  /** The own segments in the order in which they take users. */
  | { readonly kind: 'first_match'; readonly order: readonly string[] }
  /** The property, and the place of its `property_values_<place>`. */
  | { readonly kind: 'property'; readonly column: string; readonly property: PropertyPlace; readonly place: number };

/** Everything beside status and RFM. */
export interface MemberWays {
  readonly visitorDays: Sql;
  readonly plan: PlanProperty | undefined;
  readonly further: readonly FurtherColumn[];
  readonly kept: readonly KeptColumn[];
  /** Whether `entity_sizes` says how many people each entity has. */
  readonly hasPeople: boolean;
}

/** Those that are decided without own segments. */
type EarlierColumn = Exclude<FurtherColumn, { readonly kind: 'first_match' }>;

const isEarlier = (further: FurtherColumn): further is EarlierColumn => further.kind !== 'first_match';

function furtherQuery(further: EarlierColumn, { parameters }: StatusSettings): Sql {
  return further.kind === 'engagement' ? engagementQuery(parameters) : propertyQuery(further.property, further.place);
}

/**
 * `users`, `population_gaps`, `order_day_quantile`, `rfm_edges`, `value_edges` → `members`: one row a user in
 * the order of `user_id` (bytewise), MEMBER_COLUMNS, the people of an entity, the further segmentations and the kept columns, then `year_revenue` (net value of the last 365 days,
 * for the summary). Dates are DATE, lengths and money DECIMAL(38, s).
 */
export function membersQuery(status: StatusSettings, rfm: RfmSettings, ways: MemberWays, isSorted = true): Sql {
  const { kept, further, hasPeople } = ways;
  const hasEngagement = further.some(({ kind }) => kind === 'engagement');
  const furtherColumns = further.filter(isEarlier).map(
    (segmentation) => sql`
       ${furtherQuery(segmentation, status)} as ${ident(furtherName(segmentation))},`,
  );
  const keptColumns = kept.map(
    ({ name, of, index }) => sql`
       ${of === 'users' ? userPropertyColumn(index) : sql`${propertyColumn(index)}.value`} as ${ident(name)},`,
  );
  return sql`
with statuses as (${statusQuery(status)}),
     scores as (${rfmQuery(sql`statuses`, rfm)})
select user_id,
       status,
       status_reason,
       status_group,
       rfm_segment,
       rfm_score,
       recency_score::bigint as recency_score,
       frequency_score::bigint as frequency_score,
       monetary_score::bigint as monetary_score,
       recency_days::bigint as recency_days,
       rfm_frequency::bigint as frequency,
       ${rfm.basis === 'activity' ? sql`null::decimal(38, 2)` : sql`coalesce(monetary, 0)`} as monetary,
       ${valueTierQuery()} as value_tier,
       ${buyerTypeQuery()} as buyer_type,
       orders::bigint as orders,
       ${payingQuery(ways.plan)} as paying,
       ${visitorQuery(status, ways.visitorDays)} as visitor,
       ${dateOfDay(sql`first_day`)} as first_seen,
       ${dateOfDay(sql`last_active_day`)} as last_seen,
       idle_days::bigint as idle_days,
       tenure_days::bigint as tenure_days,
       active_days::bigint as active_days,
       events,
       (usual_interval * 0.01)::decimal(38, 2) as usual_interval_days,
       ((dormant_after + 5000) // 10000 * 0.01)::decimal(38, 2) as dormant_after_days,
       ((churned_after + 5000) // 10000 * 0.01)::decimal(38, 2) as churned_after_days,${
         hasPeople
           ? sql`
       coalesce(people, 0)::bigint as people,`
           : sql``
       }${join([...furtherColumns, ...keptColumns], sql``)}
       coalesce(revenue, 0) as year_revenue
from scores
cross join value_edges${
    hasEngagement
      ? sql`
left join user_sessions using (user_id)
cross join engagement_edge`
      : sql``
  }${
    hasPeople
      ? sql`
left join entity_sizes using (user_id)`
      : sql``
  }${
    isSorted
      ? sql`
order by user_id`
      : sql``
  }`;
}

/** `classified_users`, `own_segments` → `members`: the same with a column an own segment, before the kept ones, and among the further ones the first that holds. */
export function membersWithSegmentsQuery(
  { further, kept, hasPeople }: Pick<MemberWays, 'further' | 'kept' | 'hasPeople'>,
  segments: readonly string[],
): Sql {
  const columns = [
    ...[...MEMBER_COLUMNS.slice(1), ...(hasPeople ? [PEOPLE_COLUMN] : [])].map(ident),
    ...further.map((one) =>
      one.kind === 'first_match' ? sql`${firstMatchQuery(one.order)} as ${ident(furtherName(one))}` : ident(furtherName(one)),
    ),
    ...segments.map((name) => sql`own_segments.${ident(name)}`),
    ...kept.map(({ name }) => ident(name)),
    sql`year_revenue`,
  ];
  return sql`
select user_id,
       ${join(
         columns,
         sql`,
       `,
       )}
from classified_users
join own_segments using (user_id)
order by user_id`;
}
