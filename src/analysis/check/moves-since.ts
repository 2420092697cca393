import type { Database } from '../../engine/database.js';
import { ident, type Sql, sql } from '../../sql/sql.js';
import { flowsQuery, pairsQuery } from '../transitions/pairs-query.js';
import { segmentRule } from '../transitions/rule-query.js';
import type { Flow } from '../transitions/transitions-result.js';
import type { MovedUser, SegmentationMoves } from './check-result.js';

const SAMPLED_USERS = 3;

export interface SegmentationColumn {
  readonly name: string;
  /** Of the members. */
  readonly column: string;
}

/**
 * Who is elsewhere in the table `members` than in `members_before`, by segmentation. With samples, three users who moved (of the first
 * segmentation also who entered or left, which is the same for all): the least id (bytewise) of each flow, largest flows first, then the
 * second ones.
 */
export async function movesSince(
  database: Database,
  segmentations: readonly SegmentationColumn[],
  { hasSamples }: { readonly hasSamples: boolean },
): Promise<SegmentationMoves[]> {
  const moves: SegmentationMoves[] = [];
  for (const segmentation of segmentations) {
    const flows = await database.rows<Flow>(sql`
with ${placesQuery(segmentation)}${flowsQuery(sql`places
where change <> 'stayed'`)}`);
    const samples = hasSamples && flows.length > 0 ? await database.rows<MovedUser>(samplesQuery(segmentation, moves.length === 0)) : [];
    const users = (change: Flow['change']): number => flows.reduce((sum, flow) => sum + (flow.change === change ? flow.users : 0), 0);
    moves.push({
      segmentation: segmentation.name,
      moved: users('moved'),
      entered: users('entered'),
      left: users('left'),
      flows,
      samples,
    });
  }
  return moves;
}

/** One row for everybody in either membership: `places`. */
function placesQuery({ name, column }: SegmentationColumn): Sql {
  const segments = (table: Sql): Sql => sql`
    select user_id,
           ${ident(column)} as segment,
           ${segmentRule(name, table)} as rule
    from ${table}`;
  return sql`earlier_segments as (${segments(sql`members_before`)}),
     later_segments as (${segments(sql`members`)}),
     places as (${pairsQuery(sql`earlier_segments`, sql`later_segments`, [sql`earlier.rule as rule_before`, sql`later.rule as rule_after`])})`;
}

function samplesQuery(segmentation: SegmentationColumn, hasOthers: boolean): Sql {
  return sql`
with ${placesQuery(segmentation)},
     ranked_users as (
    select *,
           row_number() over (partition by change, from_segment, to_segment order by user_id) as place,
           count(*) over (partition by change, from_segment, to_segment) as flow_users
    from places
    where ${hasOthers ? sql`change <> 'stayed'` : sql`change = 'moved'`})
select user_id as "userId",
       change,
       from_segment as "from",
       to_segment as "to",
       rule_before as "ruleBefore",
       rule_after as "ruleAfter"
from ranked_users
order by place, flow_users desc, change, from_segment nulls last, to_segment nulls last
limit ${SAMPLED_USERS}`;
}
