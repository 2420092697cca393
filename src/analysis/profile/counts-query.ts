import { join, type Sql, sql } from '../../sql/sql.js';
import { textColumn } from './profiled-users-query.js';

/** What of users is counted by the values it has, in the order of the columns of `profiled_users`. */
export interface CountedColumn {
  readonly column: string;
  /** So many values most members have, and so many most of the rest; undefined: all. */
  readonly most: number | undefined;
}

/** What rows of `profile_counts` about events are called. */
export const EVENT = 'event';

/** What rows about a column are called. */
export const countedAs = (column: string): string => `column:${column}`;

/**
 * `profiled_users`, `profile_events` → `profile_counts`: how many members and how many of the rest did each event in the lookback, and have
 * each value of each column (`of_what`: `event` or `column:…`, `value`: null for users without one). Of many values the most frequent
 * on each side, ties bytewise. `kinds` are the role bits of an event, `names` how many values there are and `known` how many users have one.
 */
export function countsQuery(columns: readonly CountedColumn[], mostEvents: number): Sql {
  const facts = columns.map(
    ({ column }, place) => sql`
    union all
    select ${countedAs(column)} as of_what,
           ${textColumn(place)} as value,
           is_member,
           0 as kinds
    from profiled_users`,
  );
  const limits = columns.flatMap(({ column, most }) => (most === undefined ? [] : [sql`when ${countedAs(column)} then ${most}`]));
  return sql`
with user_events as (
    select user_id,
           event,
           bit_or(kinds) as kinds
    from profile_events
    where event <> ''
    group by user_id, event
),
     facts as (
    select ${EVENT} as of_what,
           event as value,
           is_member,
           kinds
    from user_events
    join profiled_users using (user_id)${join(facts, sql``)}
),
     counts as (
    select of_what,
           value,
           bit_or(kinds) as kinds,
           count(*) filter (where is_member) as members,
           count(*) filter (where not is_member) as rest
    from facts
    group by of_what, value
),
     ranked_counts as (
    select *,
           count(value) over (partition by of_what) as names,
           sum(case when value is null then 0 else members + rest end) over (partition by of_what)::bigint as known,
           row_number() over (partition by of_what order by members desc, value) as members_rank,
           row_number() over (partition by of_what order by rest desc, value) as rest_rank
    from counts
)
select of_what,
       value,
       kinds,
       members,
       rest,
       names,
       known
from ranked_counts
where least(members_rank, rest_rank) <= case of_what when ${EVENT} then ${mostEvents}${join(
    limits.map((limit) => sql` ${limit}`),
    sql``,
  )} else names + 1 end
order by of_what, value`;
}
