import type { Database } from '../../engine/database.js';
import { list, type Sql, sql } from '../../sql/sql.js';
import { alikeIds, MANGLED_ID, PLACEHOLDER_IDS } from '../classify/id-checks-query.js';
import type { IdOddity } from './inspect-result.js';

const EXAMPLES = 4;

/** What is odd about the ids of `users`, the kinds that occur. */
export async function inspectIds(database: Database): Promise<IdOddity[]> {
  const rows = await database.rows<IdOddity>(idOdditiesQuery());
  return rows.map(({ kind, ids, examples }) => ({ kind, ids, examples }));
}

/** An oddity a row; the examples are the least ids, of near-duplicates those of the same groups side by side. */
function idOdditiesQuery(): Sql {
  return sql`
with ${alikeIds()},
     near_duplicates as (
    select user_id,
           folded
    from alike_ids
    qualify count(*) over (partition by folded) > 1
),
     odd_ids as (
    select 1 as place, 'placeholder' as kind, user_id, user_id as sorting
    from users
    where list_contains(${list([...PLACEHOLDER_IDS])}, lower(user_id))
    union all
    select 2 as place, 'near_duplicate' as kind, user_id, folded as sorting
    from near_duplicates
    union all
    select 3 as place, 'mangled' as kind, user_id, user_id as sorting
    from users
    where regexp_matches(user_id, ${MANGLED_ID})
    union all
    select 4 as place, 'leading_zero' as kind, user_id, user_id as sorting
    from users
    where regexp_matches(user_id, '^0[0-9]+$')
    union all
    select 5 as place, 'numeric_float' as kind, user_id, user_id as sorting
    from users
    where regexp_matches(user_id, '^[0-9]+[.]0+$')
)
select kind,
       count(distinct user_id) as ids,
       list(user_id order by sorting, user_id)[1:${EXAMPLES}] as examples
from odd_ids
group by place, kind
order by place`;
}
