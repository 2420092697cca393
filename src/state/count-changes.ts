import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';

export interface ChangeCounts {
  /** Users of both runs whose status is another. */
  readonly moved: number;
  readonly entered: number;
  readonly left: number;
}

/** How many users of `members` and `members_before` have another status, or are in one of them alone. */
export async function countChanges(database: Database): Promise<ChangeCounts> {
  const [counts] = await database.rows<ChangeCounts>(sql`
with pairs as (
    select members.user_id as now_id,
           members_before.user_id as earlier_id,
           members.status as now_status,
           members_before.status as earlier_status
    from members
    full join members_before on members_before.user_id = members.user_id
)
select count(*) filter (where now_status <> earlier_status) as moved,
       count(*) filter (where earlier_id is null) as entered,
       count(*) filter (where now_id is null) as "left"
from pairs`);
  return counts ?? { moved: 0, entered: 0, left: 0 };
}
