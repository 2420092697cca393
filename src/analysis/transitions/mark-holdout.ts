import type { Database } from '../../engine/database.js';
import { saltedDraw } from '../../sql/functions.js';
import { sql } from '../../sql/sql.js';
import { HOLDOUT, type Holdout, holdoutArms } from '../split/holdout.js';
import { armOfDraw } from '../split/split-query.js';
import { PARTS_OF_ALL } from '../split/split-result.js';
import { sampleRatioOf } from '../split/split-users.js';
import type { HoldoutCounts } from './transitions-result.js';

/**
 * Adds the column `holdout` to the table `moves`: whether chance keeps the user out of what is sent to those who entered a segment. It
 * hangs on the salt and the id alone. Returns how many of those who entered are held out, by segment.
 */
export async function markHoldout(database: Database, { parts, salt }: Holdout, segments: readonly string[]): Promise<HoldoutCounts> {
  const arm = armOfDraw(saltedDraw(sql`${salt}`, sql`user_id`), holdoutArms(parts));
  await database.run(sql`
create or replace temp table moves as
select *,
       ${arm} = ${HOLDOUT} as holdout
from moves
order by user_id`);
  const rows = await database.rows<{ segment: string; entrants: number; heldOut: number }>(sql`
    select to_segment as segment,
           count(*) as entrants,
           count(*) filter (where holdout) as "heldOut"
    from moves
    where change in ('entered', 'moved')
      and to_segment is not null
    group by to_segment
    order by to_segment`);
  const bySegment = segments.map((segment) => {
    const found = rows.find((row) => row.segment === segment);
    return { segment, entrants: found?.entrants ?? 0, heldOut: found?.heldOut ?? 0 };
  });
  const entrants = bySegment.reduce((sum, one) => sum + one.entrants, 0);
  const heldOut = bySegment.reduce((sum, one) => sum + one.heldOut, 0);
  const plannedShare = parts / PARTS_OF_ALL;
  const sizes = [
    { users: heldOut, plannedShare },
    { users: entrants - heldOut, plannedShare: 1 - plannedShare },
  ];
  return { plannedShare, salt, entrants, heldOut, segments: bySegment, sampleRatioP: sampleRatioOf(sizes) };
}
