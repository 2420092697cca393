import type { Database } from '../engine/database.js';
import type { ChangedSegmentation } from '../membership/write-change-files.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';
import type { SegmentChange } from './run-result.js';

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

/**
 * Who is in each segment of `members`, was in it in `members_before`, came and went, in the order of the segments. `earlierColumns` are the
 * columns of `members_before`; undefined: there is no such table.
 */
export async function countSegmentChanges(
  database: Database,
  segmentations: readonly ChangedSegmentation[],
  earlierColumns: ReadonlySet<string> | undefined,
): Promise<SegmentChange[]> {
  const segments = segmentations.flatMap(({ name, column, segments: all }) =>
    all.map((segment) => ({ segmentation: name, segment, column, isKnown: earlierColumns?.has(column ?? segment) === true })),
  );
  const counts = segments.flatMap(({ segment, column, isKnown }, index) => {
    const isNow = isIn(sql`members`, column, segment);
    const isBefore = isKnown ? isIn(sql`members_before`, column, segment) : sql`false`;
    return [
      sql`count(*) filter (where ${isNow}) as ${ident(`now_${index}`)}`,
      sql`count(*) filter (where ${isBefore}) as ${ident(`before_${index}`)}`,
      sql`count(*) filter (where ${isNow} and not ${isBefore}) as ${ident(`entered_${index}`)}`,
      sql`count(*) filter (where ${isBefore} and not ${isNow}) as ${ident(`left_${index}`)}`,
    ];
  });
  if (counts.length === 0) return [];
  const pairs =
    earlierColumns === undefined ? sql`members` : sql`members full join members_before on members_before.user_id = members.user_id`;
  const [row = {}] = await database.rows<Record<string, number>>(sql`select ${join(counts)} from ${pairs}`);
  return segments.map(({ segmentation, segment, isKnown }, index) => ({
    segmentation,
    segment,
    users: row[`now_${index}`] ?? 0,
    before: isKnown ? (row[`before_${index}`] ?? 0) : null,
    entered: isKnown ? (row[`entered_${index}`] ?? 0) : null,
    left: isKnown ? (row[`left_${index}`] ?? 0) : null,
  }));
}

/** Whether a row of a table of members is in a segment; one that is not there is in none. */
function isIn(table: Sql, column: string | undefined, segment: string): Sql {
  const name = ident(column ?? segment);
  return column === undefined
    ? sql`coalesce(${table}.${name}::varchar = 'true', false)`
    : sql`coalesce(${table}.${name} = ${segment}, false)`;
}
