import type { Rule } from '../../segmentation/rules/rule.js';
import { leafColumn, type PlannedSegment, type RulePlan, segmentColumnOf } from '../../segmentation/rules/rule-plan.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';

/** A condition of a list that is left out of its rule. */
export interface LeftOut {
  /** Of which definition of the plan. */
  readonly index: number;
  readonly rule: Rule;
}

/** `rule_tests` → one row: `users`, for each segment `in_<n>`, for each condition that is left out `changed_<n>`, how many are in or out only because of it. */
export function ruleCountsQuery(plan: RulePlan, leftOut: readonly LeftOut[]): Sql {
  const sizes = plan.segments.map(({ column }, index) => sql`count(*) filter (where ${column}) as ${ident(`in_${index}`)}`);
  const changes = leftOut.map(({ index, rule }, place) => {
    const segment = plan.segments[index];
    if (segment === undefined) throw new RangeError(`no segment ${index}`);
    const other = withoutPart(segment.definition.rule, rule, plan);
    return sql`count(*) filter (where ${segment.column} <> ${other}) as ${ident(`changed_${place}`)}`;
  });
  return sql`
select ${join(
    [sql`count(*) as users`, ...sizes, ...changes],
    sql`,
       `,
  )}
from rule_tests`;
}

/** `rule_tests` → `place` of a probe, and `changed`, how many are in its segment or out only because of what it leaves out. `first`: where probes begin. */
export function probeChangesQuery(
  { segments }: RulePlan,
  probes: readonly { readonly index: number; readonly place: number }[],
  first: number,
): Sql {
  const columnAt = (index: number): Sql => {
    const segment = segments[index];
    if (segment === undefined) throw new RangeError(`no segment ${index}`);
    return segment.column;
  };
  const changes = probes.map(({ index, place }) => {
    const [own, other] = [columnAt(index), columnAt(first + place)];
    return sql`
select ${place} as place,
       count(*) filter (where ${own} <> ${other}) as changed
from rule_tests`;
  });
  return sql`${join(
    changes,
    sql`
union all`,
  )}
order by place`;
}

/** `rule_tests` → `left_place`, `right_place` (places of definitions, the lower first), `users`: who are in both. Pairs without users are left out. */
export function sharedMembersQuery(segments: readonly PlannedSegment[]): Sql {
  const places = segments.map(({ column }, place) => sql`case when ${column} then ${place} end`);
  return sql`
with memberships as (
    select list_filter([${join(places)}], lambda place: place is not null) as places
    from rule_tests
),
     combinations as (
    select places,
           count(*) as users
    from memberships
    group by places
),
     lefts as (
    select unnest(places) as left_place,
           places,
           users
    from combinations
),
     pairs as (
    select left_place,
           unnest(places) as right_place,
           users
    from lefts
)
select left_place,
       right_place,
       sum(users)::bigint as users
from pairs
where left_place < right_place
group by left_place, right_place
order by left_place, right_place`;
}

/** Conditions of lists, one by one. */
export function conditionsOfLists(rule: Rule): Rule[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.rules.flatMap((one) => (one.kind === 'all' || one.kind === 'any' ? conditionsOfLists(one) : [one]));
    case 'not':
      return conditionsOfLists(rule.rule);
    default:
      return [];
  }
}

/** A rule as SQL over `rule_tests`, without one condition of one of its lists. */
function withoutPart(rule: Rule, part: Rule, plan: RulePlan): Sql {
  switch (rule.kind) {
    case 'all':
    case 'any': {
      const rest = rule.rules.filter((one) => one !== part).map((one) => withoutPart(one, part, plan));
      return sql`(${join(rest, rule.kind === 'all' ? sql` and ` : sql` or `)})`;
    }
    case 'not':
      return sql`(not ${withoutPart(rule.rule, part, plan)})`;
    case 'segment':
      return segmentColumnOf(plan, rule.segment);
    default:
      return leafColumn(plan, rule);
  }
}
