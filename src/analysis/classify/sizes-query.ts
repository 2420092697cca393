import type { Segmentation } from '../../segmentation/index.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';

/** `members` → users and revenue per combination of segments and scores: a small table every size comes from. */
export function combinationsQuery(segmentations: readonly Segmentation[]): Sql {
  const columns = join(
    [...segmentations.map(({ column }) => ident(column)), sql`recency_score`, sql`frequency_score`],
    sql`,
       `,
  );
  return sql`
select ${columns},
       count(*) as users,
       sum(year_revenue) as revenue
from members
group by ${columns}`;
}

/** `combinations` → users and revenue of every segment that has users, with the place of its segmentation in the list: one pass for all. */
export function sizesQuery(segmentations: readonly Segmentation[]): Sql {
  return sql`
with placed_segments as (
    select unnest(${list(segmentations.map(({ column }) => ident(column)))}) as segment,
           unnest(${list(segmentations.map((_, place) => place))}) as place,
           users,
           revenue
    from combinations)
select place,
       segment,
       sum(users)::bigint as users,
       sum(revenue) as revenue
from placed_segments
where segment is not null
group by place, segment
order by place, segment`;
}

/** `members` → the same of a column that is in no combination: with many values there would be as many of those as users. */
export function furtherSizesQuery(name: string): Sql {
  const column = ident(name);
  return sql`
select ${column} as segment,
       count(*) as users,
       sum(year_revenue) as revenue
from members
where ${column} is not null
group by ${column}
order by ${column}`;
}

/**
 * `members` → one row: users (`users_<n>`), revenue (`revenue_<n>`) and median idle days (`idle_<n>`) of each own segment, and how many
 * users are in none of them (`in_none`).
 */
export function ownSizesQuery(names: readonly string[]): Sql {
  const columns = names.flatMap((name, place) => [
    sql`count(case when ${ident(name)} then 1 end) as ${ident(`users_${place}`)}`,
    sql`sum(case when ${ident(name)} then year_revenue end) as ${ident(`revenue_${place}`)}`,
    sql`median(case when ${ident(name)} then idle_days end) as ${ident(`idle_${place}`)}`,
  ]);
  const isInNone = sql`not (${join(names.map(ident), sql` or `)})`;
  return sql`
select ${join(
    [...columns, sql`count(*) filter (where ${isInNone}) as in_none`],
    sql`,
       `,
  )}
from members`;
}

/** `members` → the median idle days (type 7; halves are exact) of every segment with an active user. */
export function medianIdleQuery(segmentation: Pick<Segmentation, 'column'>): Sql {
  const column = ident(segmentation.column);
  return sql`
select ${column} as segment,
       median(idle_days) as median
from members
where idle_days is not null
  and ${column} is not null
group by ${column}
order by ${column}`;
}
