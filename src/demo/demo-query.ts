import { ident, join, list, type Sql, sql } from '../sql/sql.js';
import {
  type Between,
  BOT,
  CLOSED_BEFORE_END,
  CLOSED_DAYS,
  COUNTRIES,
  DEMO_SHAPES,
  type DemoSettings,
  type DemoShape,
  type DemoStage,
  OPEN_WHILE_CLOSED,
  type Plans,
  type Weighted,
} from './demo.js';
import { draw, drawBetween, drawSkewed, drawSkewedBetween, mixed, partKey, seedKey } from './draw.js';

const DAY_MS = 86_400_000;
const SLOTS = 1000;
const BOT_SLOT = SLOTS;
const WEIGHT_SLOTS = 200;

/** The number of an event leaves 16 bits for its place in the visit, the last of them for a refund. */
const LONGEST_VISIT = 65_535;

/** What a contact is. */
const KIND = { visit: 0, message: 1, leaving: 2, refund: 3 } as const;

/**
 * The export of a demo, one row an event, in the order in which visits begin; the events of a visit stay together. Times are ISO text
 * in UTC, or instants (`timestamptz`) for formats that have them. Equal settings give equal rows in equal order: every choice is
 * integer arithmetic on the numbers of seed, user, visit and event.
 */
export function demoQuery(settings: DemoSettings, times: 'text' | 'instant'): Sql {
  const shape = DEMO_SHAPES[settings.shape];
  return sql`
with ${usersWith(settings)},
contacts as (${contactsQuery()}),
days as (${daysQuery(settings, shape)}),
visits as (${visitsQuery(settings, shape)}),
entries as (${entriesQuery(settings)}),
timeline as (
  select *
  from entries
  order by
    at_ms,
    contact_id,
    kind
),
labels as (${labelsQuery(settings, shape)}),
events as (${eventsQuery(shape)})
select
  ${exportColumns(shape, times)}
from events`;
}

/** `user_id` and `intended_status` of every user of a demo. */
export function demoUsersQuery(settings: DemoSettings): Sql {
  return sql`
with ${usersWith(settings)}
select
  'u' || ${userDigits(sql`user_no`, settings.seed)} as user_id,
  status as intended_status
from users
order by user_id`;
}

function usersWith(settings: DemoSettings): Sql {
  const shape = DEMO_SHAPES[settings.shape];
  return sql`stages as (${stagesQuery(shape.stages)}),
slots as (
  select
    * exclude (share),
    unnest(range(first_slot, first_slot + share)) as slot
  from stages
),
people as (${peopleQuery(settings)}),
lives as (${livesQuery(settings)}),
paces as (${pacesQuery(settings, shape)}),
users as (${usersQuery(settings, shape)})`;
}

/** One row a stage. The bot has a slot of its own behind the thousand. */
function stagesQuery(stages: readonly DemoStage[]): Sql {
  const bot: DemoStage = {
    name: 'bot',
    status: 'churned',
    share: 1,
    idle: [BOT.idle, BOT.idle],
    every: [BOT.every, BOT.every],
    jitter: 0,
    visits: [BOT.visits, BOT.visits],
    orders: [0, 0],
    messages: [0, 0],
  };
  let slot = 0;
  const rows = stages.map((stage) => {
    const row = stageRow(stage, slot);
    slot += stage.share;
    return row;
  });
  if (slot !== SLOTS) throw new RangeError(`the stages share ${slot} of ${SLOTS}`);
  return sql`
  select *
  from (
    values
      ${join([...rows, stageRow(bot, BOT_SLOT)], sql`,\n      `)}
  ) as stages (
    status, first_slot, share, idle_from, idle_to, idle_of_usual, every_from, every_to, jitter, visits_from, visits_to, span_from, span_to,
    newest_from, newest_to, newest_every_from, newest_every_to, pause_from, pause_to, orders_from, orders_to, messages_from, messages_to,
    leaves, invited
  )`;
}

function stageRow(stage: DemoStage, firstSlot: number): Sql {
  const none: Between = [0, 0];
  const cells = [
    firstSlot,
    stage.share,
    ...stage.idle,
    stage.idleOfUsual ?? 0,
    ...stage.every,
    stage.jitter,
    ...stage.visits,
    ...(stage.span ?? [null, null]),
    ...(stage.returned?.visits ?? none),
    ...(stage.returned?.every ?? none),
    ...(stage.returned?.pause ?? none),
    ...stage.orders,
    ...stage.messages,
    stage.leaves ?? 0,
  ];
  return sql`(${stage.status}, ${join(cells.map((cell) => sql`${cell}::bigint`))}, ${stage.invited === true})`;
}

/** Every user's key and slot. Steps of the golden section give a few people already every stage in its share. */
function peopleQuery({ users, seed }: DemoSettings): Sql {
  return sql`
  select
    user_no,
    ${mixed(sql`golden_step`)} as user_key,
    case when user_no = 0 then ${BOT_SLOT} else (golden_step * ${SLOTS}) >> 32 end as slot
  from (
    select
      range as user_no,
      (range * 2654435769 + ${seedKey(seed)}) & 4294967295 as golden_step
    from range(${users})
  ) as numbered`;
}

/** What is drawn once for a user. */
function livesQuery({ days }: DemoSettings): Sql {
  const key = sql`user_key`;
  return sql`
  select
    user_no,
    user_key,
    slot,
    status,
    idle_of_usual,
    jitter,
    orders_to,
    leaves,
    invited,
    visits_from,
    visits_to,
    ${drawBetween(key, 'every', sql`every_from`, sql`every_to`)} as every,
    least(${drawBetween(key, 'idle', sql`idle_from`, sql`greatest(idle_from, coalesce(idle_to, ${lastOffset(days)}))`)}, ${lastOffset(days)}) as idle_drawn,
    ${drawSkewedBetween(key, 'visits', sql`visits_from`, sql`visits_to`)} as visits_drawn,
    ${drawBetween(key, 'span', sql`span_from`, sql`span_to`)} as span,
    ${drawBetween(key, 'newest', sql`newest_from`, sql`newest_to`)} as newest,
    ${drawBetween(key, 'newest every', sql`newest_every_from`, sql`newest_every_to`)} as newest_every,
    ${drawBetween(key, 'pause', sql`pause_from`, sql`pause_to`)} as pause,
    ${drawSkewedBetween(key, 'orders', sql`orders_from`, sql`orders_to`, 2)} as orders_drawn,
    ${drawSkewedBetween(key, 'messages', sql`messages_from`, sql`messages_to`)} as messages
  from people
  join slots using (slot)`;
}

/** How many visits fit into the export, and the days from the newest visit to the older ones. */
function pacesQuery({ days }: DemoSettings, shape: DemoShape): Sql {
  return sql`
  select
    *,
    (greatest(0, older_visits - 1) * every + ${200 * shape.usualGap}) // (greatest(0, older_visits - 1) + 2) as usual_interval
  from (
    select
      *,
      case when visits_to = 0 then 0 else
        greatest(1, least(
          visits_wanted,
          1 + (${lastOffset(days)} - idle_drawn - older_after - case when idle_of_usual > 0 then 3 * every // 100 else 0 end) * 100 // every
        ))
      end as older_visits
    from (
      select
        *,
        case when newest > 0 then (newest - 1) * newest_every + pause else 0 end as older_after,
        case
          when span is null then visits_drawn
          else greatest(visits_from, least(visits_to, 1 + (span * 100 + every - 1) // every))
        end as visits_wanted
      from lives
    ) as spanned
  ) as fitted`;
}

/** One row a user: the life in numbers, days counted back from the last day. */
function usersQuery(settings: DemoSettings, shape: DemoShape): Sql {
  const idle = sql`greatest(idle_drawn, idle_of_usual * usual_interval // 10000)`;
  const closed = isClosed(settings, idle);
  return sql`
  select
    user_no,
    user_key,
    slot,
    status,
    every,
    jitter,
    newest,
    newest_every,
    older_after,
    invited,
    visits,
    idle,
    least(${lastOffset(settings.days)}, idle + older_after + greatest(0, visits - newest - 1) * every // 100) as first_seen,
    case when status = 'never_active' then greatest(1, messages) else messages end as messages,
    case when idle > 0 and ${draw(sql`user_key`, 'leaves', 100)} < leaves then 1 else 0 end as leavings,
    ${ordersOf(shape)} as orders
  from (
    select
      *,
      newest + older_visits as visits,
      case when ${closed} then ${idle} - ${CLOSED_DAYS} - ${draw(sql`user_key`, 'reopened', 20)} else ${idle} end as idle
    from paces
  ) as placed`;
}

function ordersOf({ sells }: DemoShape): Sql {
  if (sells.kind === 'goods') return sql`least(orders_drawn, visits)`;
  return sql`
    case
      when orders_to > 0 and ${draw(sql`user_key`, 'paying', 100)} < ${sells.paying}
        then least(orders_to, visits, 1 + greatest(0, visits - newest - 1) * every // 3000)
      else 0
    end`;
}

/** One row a contact: visits from the newest to the oldest, then messages, then the event of leaving. */
function contactsQuery(): Sql {
  return sql`
  select
    user_no,
    user_key,
    slot,
    every,
    jitter,
    newest,
    newest_every,
    older_after,
    invited,
    visits,
    idle,
    first_seen,
    messages,
    orders,
    unnest(range(visits + messages + leavings)) as contact_no
  from users`;
}

/** The day of every contact, counted back from the last day. */
function daysQuery(settings: DemoSettings, shape: DemoShape): Sql {
  return sql`
  select
    * exclude (drawn_offset),
    greatest(0, least(${lastOffset(settings.days)}, case
      when is_visit then drawn_offset
      when ${isClosed(settings, sql`drawn_offset`)} then drawn_offset - ${CLOSED_DAYS} - ${draw(sql`contact_key`, 'reopened', 20)}
      else drawn_offset
    end)) as day_offset
  from (
    select
      *,
      case
        when is_visit and slot <> ${BOT_SLOT} and contact_no > newest and contact_no < visits - 1
          then greatest(idle + older_after, spaced_offset + ${weekdayMove(settings, shape)})
        else spaced_offset
      end as drawn_offset
    from (
      select
        *,
        contact_no < visits as is_visit,
        case
          when contact_no < newest then idle + contact_no * newest_every
          when contact_no < visits
            then idle + older_after + ((contact_no - newest) * every
              + case when contact_no > newest then ${draw(sql`contact_key`, 'jitter', sql`every * jitter // 100 + 1`)} else 0 end) // 100
          when contact_no = visits and invited then first_seen + 20 + ${draw(sql`contact_key`, 'invited', 40)}
          when contact_no < visits + messages then ${draw(sql`contact_key`, 'message', sql`first_seen + 1`)}
          else idle + older_after - 1
        end as spaced_offset
      from (
        select
          *,
          ${partKey(sql`user_key`, sql`contact_no`)} as contact_key
        from contacts
      ) as keyed
    ) as spaced
  ) as moved
  where
    not is_visit
    or contact_no = 0
    or not ${isClosed(settings, sql`drawn_offset`)}
    or ${draw(sql`contact_key`, 'open', 100)} < ${OPEN_WHILE_CLOSED}`;
}

/** What happens at a contact: when it begins, how many events it has, how many lines its order has, when that is refunded. */
function visitsQuery(settings: DemoSettings, shape: DemoShape): Sql {
  const key = sql`contact_key`;
  const phase = draw(sql`user_key`, 'order phase', sql`visits`);
  const [shortest, longest] = shape.visitLength;
  const lines = shape.sells.kind === 'goods' ? sql`case when ${draw(key, 'lines', 100)} < 12 then 2 else 1 end` : sql`1`;
  return sql`
  select
    * exclude (drawn_length),
    ${draw(key, 'step', sql`greatest(1, least(82000, 2700000 // length))`)} + least(8000, 300000 // length) as step_ms,
    case when lines > 0 and ${draw(key, 'refunded', 1000)} < ${shape.refunded} then 2 + ${draw(key, 'refund', 8)} end as refund_after
  from (
    select
      *,
      case
        when slot = ${BOT_SLOT} then ${botVisitLength(settings)}
        when kind <> ${KIND.visit} then 1
        when lines > 0 then greatest(4, drawn_length)
        else drawn_length
      end as length
    from (
      select
        user_no,
        user_key,
        slot,
        contact_no,
        contact_key,
        day_offset,
        orders > 0 as pays,
        case
          when is_visit then ${KIND.visit}
          when contact_no < visits + messages then ${KIND.message}
          else ${KIND.leaving}
        end as kind,
        case
          when is_visit and ((contact_no + 1) * orders + ${phase}) // visits > (contact_no * orders + ${phase}) // visits then ${lines}
          else 0
        end as lines,
        ${drawSkewedBetween(key, 'length', sql`${shortest}`, sql`${longest}`)} as drawn_length,
        case
          when is_visit then ${pick(shareSlots(shape.hours), draw(key, 'hour', WEIGHT_SLOTS))}
          else 8 + ${draw(key, 'office hour', 10)}
        end * 3600000 + ${draw(key, 'in the hour', 3_600_000)} as start_ms
      from days
    ) as visited
  ) as measured`;
}

function botVisitLength({ users, shape }: DemoSettings): number {
  const events = Math.max(BOT.leastEvents, users * DEMO_SHAPES[shape].eventsPerUser * BOT.share);
  return Math.min(Math.ceil(events / BOT.visits), LONGEST_VISIT);
}

/** Few bytes a contact, for the sort; a refund is an entry of its own, days after the visit it belongs to. */
function entriesQuery({ end }: DemoSettings): Sql {
  return sql`
  select
    (${dayNumber(end)} - day_offset + case when is_refund then refund_after else 0 end) * ${DAY_MS} + start_ms as at_ms,
    (user_no << 12) + contact_no as contact_id,
    (case when is_refund then ${KIND.refund} else kind end)::utinyint as kind,
    user_key::uinteger as user_key,
    contact_key::uinteger as contact_key,
    (case when is_refund then 1 else length end)::integer as length,
    step_ms::integer as step_ms,
    lines::utinyint as lines,
    pays
  from (
    select
      *,
      unnest(case when refund_after <= day_offset then [false, true] else [false] end) as is_refund
    from visits
  ) as unnested`;
}

/** The texts that all events of a contact share. */
function labelsQuery({ seed }: DemoSettings, shape: DemoShape): Sql {
  const digits = userDigits(sql`(contact_id >> 12)`, seed);
  const userKey = sql`user_key::bigint`;
  const contactKey = sql`contact_key::bigint`;
  const plan =
    shape.sells.kind === 'plans'
      ? sql`,
    ${planName(shape.sells, userKey)} as plan`
      : sql``;
  return sql`
  select
    at_ms,
    contact_id,
    kind,
    ${userKey} as user_key,
    ${contactKey} as contact_key,
    length,
    step_ms,
    lines,
    'u' || ${digits} as user_id,
    case when lines > 0 then 'o' || ${digits} || '-' || (contact_id & 4095) end as order_id,
    case when kind = ${KIND.visit} then 's' || to_hex(1099511627776 + (contact_id * 82595525 & 1099511627775)) end as session_id,
    case
      when kind <> ${KIND.visit} then null
      when ${draw(contactKey, 'other device', 100)} < 12
        then ${pick(shareNames(shape.devices), draw(contactKey, 'device', WEIGHT_SLOTS))}
      else ${pick(shareNames(shape.devices), draw(userKey, 'device', WEIGHT_SLOTS))}
    end as device,
    ${pick(shareNames(COUNTRIES), draw(userKey, 'country', WEIGHT_SLOTS))} as country${plan}
  from timeline`;
}

/** One row an event. */
function eventsQuery(shape: DemoShape): Sql {
  const key = sql`step_key`;
  return sql`
  select
    *,
    at_ms + case when step_no = 0 then 0 else step_no * step_ms + ${draw(key, 'pause', sql`step_ms`)} end as event_ms,
    case
      when kind = ${KIND.message} then ${pick(shareNames(shape.passive), draw(key, 'passive', WEIGHT_SLOTS))}
      when kind = ${KIND.leaving} then ${pick(shareNames(shape.leaving), draw(key, 'leaving', WEIGHT_SLOTS))}
      when kind = ${KIND.refund} then ${shape.refund}
      when is_line then ${shape.order}
      when lines > 0 and step_no = length - lines - 1 then ${shape.beforeOrder}
      when step_no = 0 then ${shape.opening}
      else ${pick(shareNames(shape.browsing), draw(key, 'browsing', WEIGHT_SLOTS))}
    end as event,
    case
      when kind = ${KIND.refund} then -(${cents(shape, sql`contact_key`)})
      when is_line then ${cents(shape, sql`line_key`)}
    end::integer as cents
  from (
    select
      *,
      ${partKey(sql`contact_key`, sql`step_no`)} as step_key,
      kind = ${KIND.visit} and step_no >= length - lines and lines > 0 as is_line,
      case when step_no = length - 1 then contact_key else contact_key + 1 end as line_key
    from (
      select
        *,
        unnest(range(length)) as step_no
      from labels
    ) as unnested
  ) as stepped`;
}

function exportColumns(shape: DemoShape, times: 'text' | 'instant'): Sql {
  const at = sql`event_ms * 1000`;
  const columns = [
    sql`${eventId()} as event_id`,
    sql`user_id`,
    sql`event`,
    times === 'text'
      ? sql`strftime(make_timestamp(${at}), '%Y-%m-%dT%H:%M:%S.%gZ') as timestamp`
      : sql`make_timestamptz(${at}) as timestamp`,
    sql`cents * 0.01::decimal(3, 2) as ${ident(shape.columns.value)}`,
    sql`case when cents is not null then order_id end as ${ident(shape.columns.order)}`,
    sql`session_id`,
    sql`device`,
    sql`country`,
  ];
  if (shape.sells.kind === 'plans') columns.push(sql`plan`);
  return join(columns, sql`,\n  `);
}

/** 32 hexadecimal digits: 60 bits that look drawn, then the number of the event scattered by them, so no two events share an id. */
function eventId(): Sql {
  const eventNo = sql`((contact_id << 16) + case when kind = ${KIND.refund} then 65535 else step_no end)`;
  const drawn = sql`((step_key << 28) + ((step_key * 73244475) & 268435455))`;
  return sql`to_hex(1152921504606846976 + ${drawn}) || to_hex(1152921504606846976 + xor(step_key * 162841093, ${eventNo}))`;
}

/** Seven digits, another number for each of ten million users, in no order. */
function userDigits(userNo: Sql, seed: number): Sql {
  return sql`right((10000000 + (${userNo} * 6180339 + ${seedKey(seed) % 10_000_000}) % 10000000)::varchar, 7)`;
}

/** A price in cents; `key` is that of the order line. */
function cents({ sells }: DemoShape, key: Sql): Sql {
  if (sells.kind === 'plans') {
    const prices = sells.plans.map(([, price]) => price);
    return pick(prices, planNo(sells, sql`user_key`));
  }
  const { prices } = sells;
  const taste = draw(sql`user_key`, 'taste', 4);
  const price = pick(prices, sql`least(${prices.length - 1}, ${drawSkewed(key, 'price', prices.length)} + 2 * ${taste})`);
  return sql`${price} * (1 + ${drawSkewed(key, 'quantity', 4)})`;
}

function planNo({ plans }: Plans, userKey: Sql): Sql {
  return drawSkewed(userKey, 'plan', plans.length);
}

function planName(sells: Plans, userKey: Sql): Sql {
  const names = sells.plans.map(([name]) => name);
  return sql`case when pays then ${pick(names, planNo(sells, userKey))} else ${sells.freePlan} end`;
}

/** The names of a weighted list, each as often as its weight says, WEIGHT_SLOTS in all. */
function shareNames(weighted: readonly Weighted[]): string[] {
  const names = weighted.map(([name]) => name);
  return shareSlots(weighted.map(([, weight]) => weight)).map((place) => names[place] ?? '');
}

/** The places of a list of weights, each as often as its weight says, WEIGHT_SLOTS in all. */
function shareSlots(weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  let reached = 0;
  return weights.flatMap((weight, place) => {
    const from = Math.round((reached * WEIGHT_SLOTS) / sum);
    reached += weight;
    return new Array<number>(Math.round((reached * WEIGHT_SLOTS) / sum) - from).fill(place);
  });
}

/** The value of a constant list at a place, counted from 0. */
function pick(values: readonly (string | number)[], place: Sql): Sql {
  return sql`(${list(values)})[1 + ${place}]`;
}

/** Days earlier (below 0: later) that a visit moves because of its weekday. */
function weekdayMove({ end }: DemoSettings, shape: DemoShape): Sql {
  const firstMonday = 4;
  const weekday = sql`(${dayNumber(end) - firstMonday} - spaced_offset) % 7`;
  const percents = pick(
    shape.weekdays.map(([percent]) => percent),
    weekday,
  );
  const moves = pick(
    shape.weekdays.map(([, days]) => days),
    weekday,
  );
  return sql`(case when ${draw(sql`contact_key`, 'weekday', 100)} < ${percents} then ${moves} else 0 end)`;
}

/** Whether the day so many days before the last one is closed. */
function isClosed(settings: DemoSettings, offset: Sql): Sql {
  const ranges = closedOffsets(settings).map(([from, to]) => sql`${offset} between ${from} and ${to}`);
  return sql`(${join(ranges, sql` or `)})`;
}

/** The closed days as offsets from the last day: from 24 December on, or a block in the first half. */
export function closedOffsets({ days, end }: Pick<DemoSettings, 'days' | 'end'>): Between[] {
  const endDay = dayNumber(end);
  const year = Number(end.slice(0, 4));
  const found: Between[] = [];
  for (let holiday = year - Math.ceil(days / 365) - 1; holiday <= year; holiday += 1) {
    const oldest = endDay - dayNumber(`${String(holiday).padStart(4, '0')}-12-24`);
    const newest = oldest - CLOSED_DAYS + 1;
    if (oldest < days && newest >= CLOSED_BEFORE_END) found.push([newest, oldest]);
  }
  if (found.length > 0) return found;
  const newest = Math.floor((days * 7) / 10);
  return [[newest, newest + Math.min(CLOSED_DAYS, Math.floor(days / 12)) - 1]];
}

function lastOffset(days: number): Sql {
  return sql`${days - 1}`;
}

/** Days since 1 January 1970. */
function dayNumber(day: string): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}
