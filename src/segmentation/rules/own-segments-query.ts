import { countedDayQuery } from '../../sql/counted-day.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { RuleColumn } from './column-registry.js';
import type { Leaf } from './rule.js';
import { hasMark, markColumn } from './rule-events-query.js';
import type { RulePlan } from './rule-plan.js';

/**
 * `classified_users` (the columns of `members`), `users`, `rule_events` → `own_segments`: `user_id`, and a column a definition, true or
 * false for everybody.
 */
export function ownSegmentsQuery(plan: RulePlan): Sql {
  const { segments } = plan;
  return sql`${segmentLevels(plan)}
select user_id${lines(segments.map(({ column, definition }) => sql`${column} as ${ident(definition.name)}`))}
from ${levelName(highestLevel(plan))}`;
}

/** The same relations → `user_id`, and whether each leaf and each segment of the plan holds, in their columns. */
export function ruleTestsQuery(plan: RulePlan): Sql {
  return sql`${segmentLevels(plan)}
select *
from ${levelName(highestLevel(plan))}`;
}

const highestLevel = ({ segments }: RulePlan): number => Math.max(...segments.map(({ level }) => level));
const levelName = (level: number): Sql => (level < 0 ? sql`leaf_tests` : ident(`level_${level}`));

/** CTEs up to the highest level of segments. */
function segmentLevels(plan: RulePlan): Sql {
  const levels = Array.from({ length: highestLevel(plan) + 1 }, (_, level) => {
    const columns = plan.segments.filter((segment) => segment.level === level).map(({ column, holds }) => sql`${holds} as ${column}`);
    return sql`,
     ${levelName(level)} as (
    select *${lines(columns)}
    from ${levelName(level - 1)}
)`;
  });
  return sql`
with ${leafTests(plan)}${join(levels, sql``)}`;
}

/** `classified_users`, `users`, `rule_events` → of some users or of everybody, a row each, whether each leaf holds (`holds_<n>`) and what it looks at (`shown_<n>`). */
export function leavesOfUsersQuery(plan: RulePlan, leaves: readonly Leaf[], userIds?: readonly string[]): Sql {
  const isAsked = userIds === undefined ? sql`true` : sql`user_id in (${join(userIds.map((userId) => sql`${userId}`))})`;
  const columns = leaves.flatMap((leaf, place) => {
    const planned = plan.shown.get(leaf);
    if (planned === undefined) return [];
    return [sql`${planned.holds} as ${ident(`holds_${place}`)}`, sql`${planned.shown} as ${ident(`shown_${place}`)}`];
  });
  return sql`
with ${valueRelations(plan, sql`(select * from rule_events where ${isAsked}) as rule_events`)}asked_users as (
    select *
    from classified_users
    where ${isAsked}
)
select classified_users.user_id${lines(columns)}
from asked_users as classified_users
join users using (user_id)${valueJoins(plan)}
order by classified_users.user_id`;
}

/** The same relations → for each of the leaves, all of which look at a number, `number_<n>`: a row a user. */
export function leafNumbersQuery(plan: RulePlan, leaves: readonly Leaf[]): Sql {
  const columns = leaves.map((leaf, place) => {
    const number = plan.shown.get(leaf)?.number;
    if (number === undefined) throw new RangeError(`no number of a ${leaf.kind}`);
    return sql`${number} as ${ident(`number_${place}`)}`;
  });
  return sql`
with ${valueRelations(plan, sql`rule_events`)}leaf_numbers as (
    select classified_users.user_id${lines(columns)}
    from classified_users
    join users using (user_id)${valueJoins(plan)}
)
select *
from leaf_numbers`;
}

/** CTEs up to `leaf_tests`: `user_id`, and for each leaf whether it holds. */
function leafTests(plan: RulePlan): Sql {
  const { leaves } = plan;
  return sql`${valueRelations(plan, sql`rule_events`)}leaf_tests as (
    select classified_users.user_id${lines(leaves.map(named))}
    from classified_users
    join users using (user_id)${valueJoins(plan)}
)`;
}

/** `event_values` and `sequence_values`, a row for each user with such events, and what they are made of. */
function valueRelations(plan: RulePlan, rows: Sql): Sql {
  const { anchors, hasFirstSeen, eventValues, sequenceValues, settings } = plan;
  const isPlaced = anchors.length > 0 || hasFirstSeen;
  const anchorValues = sql`anchors as (
    select user_id${lines(anchors.map(named))}
    from ${rows}
    group by user_id
),
     `;
  const firstDay = sql`,
           ${countedDayQuery(sql`users.first_day`, settings.pauses)} as first_counted_day`;
  const placed = sql`placed_events as (
    select rule_events.*${
      anchors.length === 0
        ? sql``
        : sql`,
           anchors.* exclude (user_id)`
    }${hasFirstSeen ? firstDay : sql``}
    from ${rows}${
      anchors.length === 0
        ? sql``
        : sql`
    join anchors using (user_id)`
    }${
      hasFirstSeen
        ? sql`
    join users using (user_id)`
        : sql``
    }
),
     `;
  const source = isPlaced ? sql`placed_events` : rows;
  return sql`${anchors.length === 0 ? sql`` : anchorValues}${isPlaced ? placed : sql``}${
    eventValues.length === 0
      ? sql``
      : sql`event_values as (
    select user_id${lines(eventValues.map(named))}
    from ${source}
    group by user_id
),
     `
  }${sequenceValues.length === 0 ? sql`` : sequenceRelations(plan, rows)}`;
}

/** The events that sequences are about, each with the instants at which the rest of a sequence is over. */
function sequenceRelations(plan: RulePlan, rows: Sql): Sql {
  const { chains, chainBits, anchors, hasFirstSeen, hasPlacedSequences, sequenceValues, settings } = plan;
  const columns = [
    sql`user_id`,
    sql`day`,
    ...(settings.pauses.length === 0 ? [] : [sql`counted_day`]),
    sql`occurred_at`,
    ...(hasPlacedSequences ? anchors.map(({ name }) => name) : []),
    ...(hasPlacedSequences && hasFirstSeen ? [sql`first_counted_day`] : []),
    ...chainBits.flatMap((bits, mask) => (bits === undefined ? [] : [markColumn(mask)])),
  ];
  const relation = (layer: number): Sql => (layer < 0 ? sql`step_events` : ident(`completions_${layer}`));
  const layers = chains.map(
    (completions, layer) => sql`${relation(layer)} as (
    select *${lines(completions.map(named))}
    from ${relation(layer - 1)}
),
     `,
  );
  return sql`step_events as (
    select ${join(
      columns,
      sql`,
           `,
    )}
    from ${hasPlacedSequences ? sql`placed_events` : rows}
    where ${hasMark(chainBits)}
),
     ${join(layers, sql``)}sequence_values as (
    select user_id${lines(sequenceValues.map(named))}
    from ${relation(chains.length - 1)}
    group by user_id
),
     `;
}

function valueJoins({ eventValues, sequenceValues }: RulePlan): Sql {
  const join = (relation: Sql): Sql => sql`
    left join ${relation} using (user_id)`;
  return sql`${eventValues.length === 0 ? sql`` : join(sql`event_values`)}${sequenceValues.length === 0 ? sql`` : join(sql`sequence_values`)}`;
}

const named = ({ name, query }: RuleColumn): Sql => sql`${query} as ${name}`;

function lines(columns: readonly Sql[]): Sql {
  return join(
    columns.map(
      (column) => sql`,
           ${column}`,
    ),
    sql``,
  );
}
