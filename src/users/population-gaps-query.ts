import { type Sql, sql } from '../sql/sql.js';

/**
 * Weight of a user, as an integer: 2^80. Each of a user's n gaps weighs 2^80 // n, which is exact to one
 * part in 2^80; a share that is reached exactly misses it by less than one unit a gap, so a slack of
 * 2^40 units (a millionth of a millionth of a user) makes "reaches" exact for up to 2^40 gaps.
 */
const USER_WEIGHT = sql`1208925819614629174706176::hugeint`;
const SLACK = sql`1099511627776::hugeint`;

/** Gaps the statuses take when too few users have any: 1, 2 and 4 times the default. */
const DEFAULT_MULTIPLES = { p50: 1, p75: 2, p90: 4 };

export interface PopulationSettings {
  /** Fewer users with a gap than this: the default gaps. */
  readonly minUsers: Sql;
  readonly defaultGap: Sql;
}

/**
 * `user_gaps` (or other rows of gaps), `users` → one row `p50, p75, p90, gap_users`: the smallest gap in days at which the
 * cumulative weight reaches 50, 75 and 90 % (PRODUCT §3, each user counting once).
 */
export function populationGapsQuery(settings: PopulationSettings, gapRows: Sql = sql`user_gaps`): Sql {
  return sql`
with gap_counts as (${gapCounts(gapRows)}),
     gap_weights as (${gapWeights()}),
     cumulative_weights as (${cumulativeWeights()}),
     gap_users as (select count(*) as users from users where gaps > 0)
select ${quantile(2, 1, DEFAULT_MULTIPLES.p50, settings)} as p50,
       ${quantile(4, 3, DEFAULT_MULTIPLES.p75, settings)} as p75,
       ${quantile(10, 9, DEFAULT_MULTIPLES.p90, settings)} as p90,
       gap_users.users as gap_users
from gap_users`;
}

/** How often a gap stands among those of users with so many gaps: 128-bit arithmetic is left to few rows. */
function gapCounts(gapRows: Sql): Sql {
  return sql`
    select gap_rows.gap,
           users.gaps,
           count(*) as times
    from ${gapRows} as gap_rows
    join users using (user_id)
    where gap_rows.gap > 0
    group by gap_rows.gap, users.gaps`;
}

function gapWeights(): Sql {
  return sql`
    select gap,
           sum(times * (${USER_WEIGHT} // gaps)) as weight
    from gap_counts
    group by gap`;
}

function cumulativeWeights(): Sql {
  return sql`
    select gap,
           sum(weight) over (order by gap) as weight
    from gap_weights`;
}

/** The smallest gap whose cumulative weight reaches `numerator / denominator` of all users'. */
function quantile(denominator: number, numerator: number, defaultMultiple: number, settings: PopulationSettings): Sql {
  return sql`case when gap_users.users < ${settings.minUsers} then ${settings.defaultGap} * ${defaultMultiple}
            else (
              select min(gap)
              from cumulative_weights
              where ${denominator} * (weight + ${SLACK}) >= ${numerator} * gap_users.users * ${USER_WEIGHT}
            ) end`;
}

/** The gaps of an earlier run: the same relation from known values. */
export function frozenGapsQuery(gaps: { readonly p50: number; readonly p75: number; readonly p90: number; readonly users: number }): Sql {
  return sql`
select ${gaps.p50} as p50,
       ${gaps.p75} as p75,
       ${gaps.p90} as p90,
       ${gaps.users} as gap_users`;
}
