import { nameBits, nameBitsQuery } from '../../events/event-roles.js';
import { type EventShape, propertyColumn } from '../../events/event-shape.js';
import { countedDayQuery } from '../../sql/counted-day.js';
import { wallMicros } from '../../sql/functions.js';
import { ident, join, param, type Sql, sql } from '../../sql/sql.js';
import { numberOf, numberOfAmount } from '../../sql/text-range.js';
import { judgedEventsQuery } from '../../users/user-days-query.js';
import type { EventColumn, EventSelection, PlannedProperty, PlannedSelector, RulePlan, RuleSettings } from './rule-plan.js';
import { amountTestQuery, amountText, testQuery } from './test-query.js';

type Condition = EventSelection['where'][number];

const HOUR_MICROS = 3_600_000_000;
const DAY_MICROS = 86_400_000_000;
const WEEK_DAYS = 7;
/** 1970-01-01 was a Thursday. */
const THURSDAY = 4;

/**
 * `events` → `rule_events`: the events up to the as-of day that rules are about, with `user_id`, `day` (with pauses also `counted_day`),
 * `occurred_at`, `marks_<n>` (bits that say which selections an event is in), and `number_<n>` and `text_<n>`, what is measured of them.
 */
export function ruleEventsQuery(events: Sql, shape: EventShape, plan: RulePlan): Sql {
  const { settings, selectors, properties } = plan;
  const read = sourcesOf(plan).flatMap((source) => (source === 'amount' ? [] : [propertyColumn(source)]));
  const carried = [...(sourcesOf(plan).includes('amount') ? [sql`amount`] : []), ...read];
  const masks = masksOf(selectors);
  const names = masks.map((inMask, mask) => sql`${namedMarks(inMask, settings.namesInHead)} as ${ident(`named_${mask}`)}`);
  const marks = masks.map((inMask, mask) => sql`${marksQuery(ident(`named_${mask}`), inMask, settings)} as ${markColumn(mask)}`);
  return sql`
with named_events as (
    select user_id,
           day,
           occurred_at,
           is_activity${lines([...carried, ...names])}
    from (${judgedEventsQuery(events, shape, read)}) as judged_events
    where user_id is not null
      and day <= ${param('as_of_day', settings.asOfDay)}
),
     marked_events as (
    select user_id,
           day,
           occurred_at${lines([...carried, ...marks])}
    from named_events
)
select user_id,
       day,${
         settings.pauses.length === 0
           ? sql``
           : sql`
       ${countedDayQuery(sql`day`, settings.pauses)} as counted_day,`
       }
       occurred_at${lines([...masks.map((_, mask) => markColumn(mask)), ...properties.map(measuredColumn)])}
from marked_events
where ${join(
    masks.map((_, mask) => sql`${markColumn(mask)} <> 0`),
    sql`
   or `,
  )}`;
}

/** `rule_events` → `place`: which selections, by their places, have any event. */
export function selectedPlacesQuery(selectors: readonly PlannedSelector[]): Sql {
  const places = selectors.map(
    ({ mask, bit }, place) => sql`
select ${place} as place
from all_marks
where (${markColumn(mask)} & ${bit}) <> 0`,
  );
  return sql`
with all_marks as (
    select ${join(masksOf(selectors).map((_, mask) => sql`bit_or(${markColumn(mask)}) as ${markColumn(mask)}`))}
    from rule_events
)${join(
    places,
    sql`
union all`,
  )}
order by place`;
}

/** The column of the marks of a mask. */
export const markColumn = (mask: number): Sql => ident(`marks_${mask}`);

/** Whether a row has one of the bits, by mask. */
export function hasMark(bits: readonly (bigint | undefined)[]): Sql {
  const parts = bits.flatMap((bit, mask) => (bit === undefined ? [] : [sql`(${markColumn(mask)} & ${bit}) <> 0`]));
  return parts.length === 0 ? sql`false` : sql`(${join(parts, sql` or `)})`;
}

function masksOf(selectors: readonly PlannedSelector[]): PlannedSelector[][] {
  const masks: PlannedSelector[][] = [];
  for (const selector of selectors) {
    masks[selector.mask] ??= [];
    masks[selector.mask]?.push(selector);
  }
  return masks;
}

function namedMarks(selectors: readonly PlannedSelector[], namesInHead: readonly string[]): Sql {
  const given = selectors.flatMap(({ names, bit }) => (typeof names === 'string' ? [] : names.map((name) => ({ name, bits: bit }))));
  return nameBitsQuery(sql`event`, nameBits(given), namesInHead);
}

/** The marks of an event, less those of selections whose conditions it does not meet. */
function marksQuery(named: Sql, selectors: readonly PlannedSelector[], settings: RuleSettings): Sql {
  const bitsOf = (isMeant: (selector: PlannedSelector) => boolean): bigint =>
    selectors.reduce((bits, selector) => (isMeant(selector) ? bits | selector.bit : bits), 0n);
  const [every, activity] = [bitsOf(({ names }) => names === 'every'), bitsOf(({ names }) => names === 'activity')];
  const all = sql`(${named}${every === 0n ? sql`` : sql` | ${every}`}${activity === 0n ? sql`` : sql` | case when is_activity then ${activity} else 0 end`})`;
  const conditions = new Map(selectors.flatMap(({ where }) => where.map((condition) => [JSON.stringify(condition), condition])));
  if (conditions.size === 0) return all;
  const unmet = [...conditions].map(([key, condition]) => {
    const bits = bitsOf(({ where }) => where.some((one) => JSON.stringify(one) === key));
    return sql`case when (${all} & ${bits}) <> 0 and not ${conditionQuery(condition, settings)} then ${bits} else 0 end`;
  });
  return sql`${all} & ~(${join(unmet, sql` | `)})`;
}

/** Whether an event meets a condition, true or false. */
function conditionQuery(condition: Condition, { zone }: RuleSettings): Sql {
  switch (condition.kind) {
    case 'property':
      return condition.source === 'amount'
        ? amountTestQuery(sql`amount`, condition.test)
        : testQuery(sql`nullif(${propertyColumn(condition.source)}, '')`, condition.test);
    case 'hours': {
      const micros = sql`${wallMicros(sql`occurred_at`, zone)} - day * ${BigInt(DAY_MICROS)}`;
      const [from, to] = [condition.from * HOUR_MICROS, condition.to * HOUR_MICROS];
      return from <= to ? sql`(${micros} >= ${from} and ${micros} < ${to})` : sql`(${micros} >= ${from} or ${micros} < ${to})`;
    }
    case 'weekdays':
      return sql`((day + ${THURSDAY - 1}) % ${WEEK_DAYS} + 1 in (${join(condition.days.map((day) => sql`${day}`))}))`;
  }
}

function measuredColumn({ name, source, isNumber, bits }: PlannedProperty): Sql {
  const text = source === 'amount' ? amountText(sql`amount`) : sql`nullif(${propertyColumn(source)}, '')`;
  const value = !isNumber ? text : source === 'amount' ? numberOfAmount(sql`amount`) : numberOf(text);
  return sql`case when ${hasMark(bits)} then ${value} end as ${name}`;
}

/** What of an event must be read, beside what every event has. */
function sourcesOf({ selectors, properties }: RulePlan): EventColumn[] {
  const asked = selectors.flatMap(({ where }) => where.flatMap((condition) => (condition.kind === 'property' ? [condition.source] : [])));
  return [...new Set([...asked, ...properties.map(({ source }) => source)])];
}

function lines(columns: readonly Sql[]): Sql {
  return join(
    columns.map(
      (column) => sql`,
           ${column}`,
    ),
    sql``,
  );
}
