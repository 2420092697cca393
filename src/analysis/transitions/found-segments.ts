import type { Database } from '../../engine/database.js';
import { sql } from '../../sql/sql.js';

/** The segments in the table `moves`, those that most users were or are in first. */
export async function findSegments(database: Database): Promise<string[]> {
  const found = await database.rows<{ segment: string }>(sql`
    select segment
    from (select unnest([from_segment, to_segment]) as segment from moves) as ends
    where segment is not null
    group by segment
    order by count(*) desc, segment`);
  return found.map(({ segment }) => segment);
}
