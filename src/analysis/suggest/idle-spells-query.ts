import { type Sql, sql } from '../../sql/sql.js';

/** A user's weight, 2^80: the parts of it are exact whole numbers, so their sums hang on no order. */
const USER_WEIGHT = sql`1208925819614629174706176::hugeint`;

/**
 * `user_gaps`, `users`, `members` → by their length in days, the spells without activity: gaps between active days, which ended in a return,
 * and the spell of each user up to the as-of day, which is open. `ended_spells` and `open_spells` count them; in `ended_users` and
 * `open_users` each of a user's n + 1 spells counts 1 ÷ (n + 1), so that nobody counts more than another.
 */
export function idleSpellsQuery(): Sql {
  return sql`
with spell_counts as (
    select gap as length,
           users.gaps,
           count(*) as ended,
           0 as open
    from user_gaps
    join users using (user_id)
    where gap > 0
    group by gap, users.gaps
    union all
    select idle_days,
           users.gaps,
           0,
           count(*)
    from members
    join users using (user_id)
    where idle_days is not null
    group by idle_days, users.gaps
)
select length,
       sum(ended * (${USER_WEIGHT} // (gaps + 1)))::double / ${USER_WEIGHT}::double as ended_users,
       sum(open * (${USER_WEIGHT} // (gaps + 1)))::double / ${USER_WEIGHT}::double as open_users,
       sum(ended)::bigint as ended_spells,
       sum(open)::bigint as open_spells
from spell_counts
group by length
order by length`;
}
