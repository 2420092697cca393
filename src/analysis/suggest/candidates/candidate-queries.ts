import { type EventShape, type PropertyPlace, propertyColumn, userPropertyColumn } from '../../../events/event-shape.js';
import { ROLE } from '../../../events/role-bits.js';
import { ruleTestsQuery } from '../../../segmentation/rules/own-segments-query.js';
import type { RulePlan } from '../../../segmentation/rules/rule-plan.js';
import { saltedDraw } from '../../../sql/functions.js';
import { ident, join, param, type Sql, sql } from '../../../sql/sql.js';
import { AMOUNT, judgedEventsQuery } from '../../../users/user-days-query.js';

/** Half of the users find candidates, the other judges them. */
export const FINDING_HALF = 0;
export const JUDGING_HALF = 1;
const UPPER_QUARTER = 0.75;

/** `event_days` → activity events by how many users had them after `sinceDay` and up to `day`: `name`, and `often`, the upper quartile of the times a user had it; `is_activity`: no row of it can be a refund, so that each counts as activity. */
export function activityNamesQuery(sinceDay: number, day: number, most: number): Sql {
  return sql`
with user_names as (
    select event,
           user_id,
           sum(events)::bigint as events,
           bit_or(kinds) as kinds
    from event_days
    where day > ${sinceDay}
      and day <= ${param('as_of_day', day)}
    group by event, user_id
)
select event as name,
       quantile_disc(events, ${UPPER_QUARTER}) as often,
       (bit_or(kinds) & ${AMOUNT.negative}) <> ${AMOUNT.negative} as is_activity
from user_names
group by event
having (bit_or(kinds) & ${ROLE.passive | ROLE.churn | ROLE.refund}) = 0
order by count(*) desc, event
limit ${most}`;
}

/** `events`, `listed_users` → the values of a property that most users have: `value`. */
export function propertyValuesQuery(events: Sql, shape: EventShape, place: PropertyPlace, most: number): Sql {
  const rows =
    place.of === 'users'
      ? sql`
    select user_id,
           ${userPropertyColumn(place.index)} as value
    from listed_users`
      : sql`
    select user_id,
           ${propertyColumn(place.index)} as value
    from (${judgedEventsQuery(events, shape, [propertyColumn(place.index)])}) as judged_events`;
  return sql`
with property_rows as (${rows})
select value
from property_rows
where user_id is not null
  and value <> ''
group by value
order by count(distinct user_id) desc, value
limit ${most}`;
}

/**
 * `rule_events` up to a day, `users` and `user_days` of a later one → `candidate_tests`, a row for each user of the first definition of the plan as of the day: `half`,
 * `has_returned` and `has_paid`, whether active and with an order after it and up to the end, and a column for each definition.
 */
export function candidateTestsQuery(plan: RulePlan, day: number, endDay: number): Sql {
  const [active] = plan.segments;
  if (active === undefined) throw new RangeError('no definitions');
  return sql`
with rule_tests as (${ruleTestsQuery(plan)}),
     payers as (
    select distinct user_id
    from user_days
    where user_id is not null
      and day > ${day}
      and day <= ${param('as_of_day', endDay)}
      and order_rows > 0
)
select ${saltedDraw(sql`'candidates'`, sql`rule_tests.user_id`)} % 2 as half,
       coalesce(users.last_active_day > ${day}, false) as has_returned,
       payers.user_id is not null as has_paid${join(
         plan.segments.map(
           ({ column }) => sql`,
       ${column}`,
         ),
         sql``,
       )}
from rule_tests
join users using (user_id)
left join payers using (user_id)
where ${active.column}`;
}

/** Conditions, given by their columns; all of them hold. */
export type Combination = readonly Sql[];

/** `candidate_tests` of a half → one row: of each combination `users_<n>`, `returned_<n>` and `paid_<n>`, and the same of everybody as `-1`. */
export function combinationsQuery(half: number, combinations: readonly Combination[]): Sql {
  const columns = [[sql`true`], ...combinations].flatMap((combination, index) => {
    const holds = all(combination);
    const place = index - 1;
    return [
      sql`count(*) filter (where ${holds}) as ${ident(`users_${place}`)}`,
      sql`count(*) filter (where ${holds} and has_returned) as ${ident(`returned_${place}`)}`,
      sql`count(*) filter (where ${holds} and has_paid) as ${ident(`paid_${place}`)}`,
    ];
  });
  return sql`
select ${join(
    columns,
    sql`,
       `,
  )}
from candidate_tests
where half = ${half}`;
}

/** `candidate_tests` of a half → one row: `both_<i>_<j>`, users of both of two combinations, i < j. */
export function sharedUsersQuery(half: number, combinations: readonly Combination[]): Sql {
  const columns = combinations.flatMap((one, place) =>
    combinations
      .slice(place + 1)
      .map((other, offset) => sql`count(*) filter (where ${all([...one, ...other])}) as ${ident(`both_${place}_${place + 1 + offset}`)}`),
  );
  return sql`
select ${join(
    columns,
    sql`,
       `,
  )}
from candidate_tests
where half = ${half}`;
}

/** `rule_events`, `users` as of a day → one row: `users_<n>`, how many are in each combination and in the first definition. */
export function combinationSizesQuery(plan: RulePlan, combinations: readonly Combination[]): Sql {
  const [active] = plan.segments;
  if (active === undefined) throw new RangeError('no definitions');
  const columns = combinations.map(
    (combination, place) => sql`count(*) filter (where ${all([active.column, ...combination])}) as ${ident(`users_${place}`)}`,
  );
  return sql`
with rule_tests as (${ruleTestsQuery(plan)})
select ${join(
    columns,
    sql`,
       `,
  )}
from rule_tests`;
}

function all(conditions: Combination): Sql {
  return join(conditions, sql` and `);
}
