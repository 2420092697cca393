import type { Database } from '../../engine/database.js';
import { sql } from '../../sql/sql.js';
import type { Cause, Flow } from './transitions-result.js';

/** Users of one change, from one segment to another, by one cause; null: there is none, as for those who stayed or left. */
export interface CausedFlow extends Flow {
  readonly cause: Cause | null;
}

/** Counts the table `moves` by segments and cause. */
export function countCauses(database: Database): Promise<CausedFlow[]> {
  return database.rows<CausedFlow>(sql`
    select change,
           from_segment as "from",
           to_segment as "to",
           cause,
           count(*) as users
    from moves
    group by change, from_segment, to_segment, cause
    order by change, from_segment nulls last, to_segment nulls last, cause nulls last`);
}
