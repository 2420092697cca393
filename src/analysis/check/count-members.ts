import type { Database } from '../../engine/database.js';
import { ident, sql } from '../../sql/sql.js';
import type { SegmentationColumn } from './moves-since.js';
import type { RunRecord } from './run-record.js';

export interface CountedSegmentation extends SegmentationColumn {
  /** Segments that are there also without users, in order. */
  readonly segments: readonly string[];
}

/** Users and sizes of the table `members`: all that a table of members tells of its run. */
export async function countMembers(
  database: Database,
  segmentations: readonly CountedSegmentation[],
): Promise<Pick<RunRecord, 'users' | 'sizes'>> {
  const [all] = await database.rows<{ users: number }>(sql`select count(*) as users from members`);
  const sizes: Record<string, Readonly<Record<string, number>>> = {};
  for (const { name, column, segments } of segmentations) {
    const found = await database.rows<{ segment: string; users: number }>(sql`
    select ${ident(column)} as segment,
           count(*) as users
    from members
    where ${ident(column)} is not null
    group by segment
    order by segment`);
    const empty = segments.map((segment) => [segment, 0] as const);
    sizes[name] = Object.fromEntries([...empty, ...found.map(({ segment, users }) => [segment, users] as const)]);
  }
  return { users: all?.users ?? 0, sizes };
}
