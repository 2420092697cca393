import type { RulePlan } from '../../segmentation/rules/rule-plan.js';
import { stableHash } from '../../sql/functions.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { conditionColumn, type RuleStep } from './rule-steps.js';

/** A segment of the plan as its steps, and for each of its conditions whether turning that one around changes who is in. */
export interface PreviewedSteps {
  /** The column of the segment in `rule_tests`. */
  readonly isMember: Sql;
  /** Every step of the rule. */
  readonly steps: readonly RuleStep[];
  /** Those of conditions, in the order of the rule. */
  readonly conditions: readonly RuleStep[];
  /** For each condition whether the rule would hold with its answer turned around. */
  readonly turned: readonly Sql[];
}

/**
 * `rule_tests` → one row: `users` and `members`; for each step `alone_<n>`, `asked_<n>` and `holds_<n>`; for each condition
 * `only_<n>`, who are no members because of it alone; and `near`, who are none because of some condition alone.
 */
export function stepCountsQuery({ isMember, steps, conditions, turned }: PreviewedSteps, plan: RulePlan): Sql {
  const columns = distinctColumns(conditions, plan);
  const count = (condition: Sql, name: string): Sql => sql`coalesce(sum(users) filter (where ${condition}), 0)::bigint as ${ident(name)}`;
  const ofSteps = steps.flatMap(({ holds, asked }, place) => [
    count(holds, `alone_${place}`),
    count(asked, `asked_${place}`),
    count(sql`${asked} and ${holds}`, `holds_${place}`),
  ]);
  const ofConditions = turned.map((wouldHold, place) => count(sql`not is_member and ${wouldHold}`, `only_${place}`));
  return sql`
with answers as (
    select ${join([sql`${isMember} as is_member`, ...columns])},
           count(*) as users
    from rule_tests
    group by all
)
select ${join(
    [
      sql`coalesce(sum(users), 0)::bigint as users`,
      count(sql`is_member`, 'members'),
      ...ofSteps,
      ...ofConditions,
      count(sql`not is_member and (${join(turned, sql` or `)})`, 'near'),
    ],
    sql`,
       `,
  )}
from answers`;
}

/** `rule_tests` → `user_id` of some members: the first by a hash of their ids, so that an edited rule shows the same people again. */
export function exampleMembersQuery({ isMember }: PreviewedSteps, limit: number): Sql {
  return sql`
select user_id
from rule_tests
where ${isMember}
order by ${stableHash(sql`user_id`)}, user_id
limit ${limit}`;
}

/**
 * `rule_tests` → `user_id` and `place`, the first condition that alone keeps them out: some of those, of each condition in turn, in the same
 * order.
 */
export function nearMissesQuery({ isMember, turned }: PreviewedSteps, limit: number): Sql {
  const cases = turned.map((wouldHold, place) => sql`when ${wouldHold} then ${place}`);
  return sql`
with placed_misses as (
    select user_id,
           ${stableHash(sql`user_id`)} as id_hash,
           case ${join(cases, sql` `)} end as place
    from rule_tests
    where not ${isMember}
),
     ranked_misses as (
    select user_id,
           id_hash,
           place,
           row_number() over (partition by place order by id_hash, user_id) as turn
    from placed_misses
    where place is not null
)
select user_id,
       place
from ranked_misses
order by turn, place, id_hash, user_id
limit ${limit}`;
}

/** `rule_tests` → of some users, whether each condition holds (`holds_<n>`), its `not` included. */
export function answersQuery({ conditions }: PreviewedSteps, userIds: readonly string[]): Sql {
  const columns = conditions.map(({ holds }, place) => sql`${holds} as ${ident(`holds_${place}`)}`);
  return sql`
select ${join([sql`user_id`, ...columns])}
from rule_tests
where user_id in (${join(userIds.map((userId) => sql`${userId}`))})
order by user_id`;
}

function distinctColumns(conditions: readonly RuleStep[], plan: RulePlan): Sql[] {
  const columns = conditions.flatMap(({ leaf }) => (leaf === undefined ? [] : [conditionColumn(leaf, plan)]));
  return [...new Map(columns.map((column) => [column.compile().text, column])).values()];
}
