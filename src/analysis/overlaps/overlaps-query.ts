import { ident, join, type Sql, sql } from '../../sql/sql.js';

/** `members` → the own segments that users are in together (`segments`, in the order given), and how many users are in just these. */
export function segmentCombinationsQuery(names: readonly string[]): Sql {
  const held = names.map((name) => sql`case when ${ident(name)} then ${name} end`);
  return sql`
with user_segments as (
    select list_filter([
               ${join(
                 held,
                 sql`,
               `,
               )}
           ], lambda segment: segment is not null) as segments
    from members
)
select segments,
       count(*) as users
from user_segments
group by segments
order by segments`;
}

/** `segment_combinations` → how many users are in an own segment (`segment`) and in another one (`other_segment`) too; beside itself, its size. */
export function segmentOverlapsQuery(): Sql {
  return sql`
with segments_of_users as (
    select unnest(segments) as segment,
           segments,
           users
    from segment_combinations
),
     pairs_of_segments as (
    select segment,
           unnest(segments) as other_segment,
           users
    from segments_of_users
)
select segment,
       other_segment,
       sum(users)::bigint as users
from pairs_of_segments
group by segment, other_segment
order by segment, other_segment`;
}
