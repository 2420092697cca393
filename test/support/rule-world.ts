import fc from 'fast-check';
import type { Database } from '../../src/engine/database.js';
import { eventRoles, rolesOf } from '../../src/events/event-roles.js';
import type { EventShape } from '../../src/events/event-shape.js';
import { FEATURES } from '../../src/segmentation/rules/features.js';
import { ownSegmentsQuery } from '../../src/segmentation/rules/own-segments-query.js';
import type { SegmentDefinition } from '../../src/segmentation/rules/rule.js';
import { ruleEventsQuery } from '../../src/segmentation/rules/rule-events-query.js';
import { planRules, type RuleSettings } from '../../src/segmentation/rules/rule-plan.js';
import { ident, join, type Sql, type SqlValue, sql } from '../../src/sql/sql.js';
import { loadZoneOffsets, startOfDay } from '../../src/time/zone-offsets.js';
import { dayOfInstant, dayOfIso, instantOfWallClock } from '../oracle/calendar.js';
import type { RuleEvent, RuleUser, RuleWorld } from '../oracle/rules.js';
import type { RuleWords } from './random-rule.js';

/** Users with their histories, and the world they are looked at in. */
export interface RuleCase {
  world: RuleWorld;
  users: RuleUser[];
}

export const EVENT_PROPERTIES = ['plan', 'size'];
const USERS_PROPERTIES = ['country'];

/** The words of rules about random cases. */
export const WORDS: RuleWords = {
  events: ['purchase', 'view', 'Add To Cart', 'refund', 'email_sent', 'Käufer'],
  eventProperties: [...EVENT_PROPERTIES, 'amount'],
  userProperties: [...EVENT_PROPERTIES, ...USERS_PROPERTIES],
  values: ['pro', 'PRO', 'pro,team', 'aab', '007', '20', '49.99', '-0.5', '1e2', '2024-02-29', '2024-03-10 02:30:00', 'ü 12'],
  segments: [],
  days: ['2024-02-28', '2024-02-29', '2024-03-10', '2024-03-11', '2023-11-05', '2023-12-31'],
};

/** The names of events: also written otherwise, and such as no rule knows. */
const NAMES = [...WORDS.events, 'add-to-cart!', 'View', 'login', 'uninstall', 'käufer', null];
const AMOUNTS = [null, null, '0', '5', '19.99', '20', '100.5', '-5', '0.0001', '1234.5678'];
/** Leap day, both changes of the clocks of New York and days beside them, the end of a month after a short one. */
const AS_OF_DAYS = ['2024-02-29', '2024-03-10', '2024-03-11', '2024-03-31', '2024-11-03', '2024-11-04', '2024-05-30', '2024-01-31'];
const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'America/Havana'];
const COUNTS = [0, 1, 2, 3, 6, 7, 13, 14, 15, 21, 28, 29, 30, 31, 45, 59, 60, 61, 89, 90, 91, 365, 366];
const CLOCKS = ['00:00:00', '00:00:00.000001', '01:30:00', '02:30:00', '12:00:00', '22:00:00', '23:59:59.999999'].map(microsOfClock);
const SECONDS = [1, 60, 3600, 86_400, 604_800].flatMap((unit) => [1, 2, 3, 7, 14, 28].map((count) => BigInt(unit * count) * 1_000_000n));
const MICROS_A_DAY = 86_400_000_000n;
const MICROS_AN_HOUR = 3_600_000_000n;

function microsOfClock(clock: string): bigint {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return BigInt(Math.round((hours * 3600 + minutes * 60 + seconds) * 1_000_000));
}

/** When an event was: on a day at a clock, so many hours before the as-of instant, or from the event before it; a microsecond off or not. */
const moment = fc.record({
  from: fc.constantFrom('day' as const, 'day' as const, 'end' as const, 'other' as const, 'other' as const),
  days: fc.oneof(fc.constantFrom(...COUNTS), fc.integer({ min: -2, max: 60 })),
  clock: fc.constantFrom(...CLOCKS),
  hours: fc.constantFrom(1, 2, 3, 7, 14, 24, 28, 30, 45, 90, 365),
  distance: fc.constantFrom(0n, ...SECONDS),
  isLater: fc.boolean(),
  nudge: fc.constantFrom(-1n, 0n, 0n, 0n, 1n),
});

const value = fc.constantFrom(null, '', ...WORDS.values);

const randomEvent = fc.record({
  moment,
  event: fc.constantFrom(...NAMES),
  amount: fc.constantFrom(...AMOUNTS),
  properties: fc.record(Object.fromEntries(EVENT_PROPERTIES.map((name) => [name, value]))),
});

const randomUser = fc.record({
  /** Some do little else than one thing. */
  habit: fc.constantFrom(undefined, undefined, 'purchase', 'view'),
  events: fc.oneof(
    { weight: 8, arbitrary: fc.array(randomEvent, { minLength: 1, maxLength: 14 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
  signUp: fc.constantFrom(undefined, undefined, 0, 1, 7, 30, 90, 400),
  properties: fc.record(Object.fromEntries(USERS_PROPERTIES.map((name) => [name, value]))),
  features: fc.record(Object.fromEntries([...FEATURES].map(([name, info]) => [name, randomFeature(name, info.kind, info.values)]))),
});

function randomFeature(name: string, kind: 'text' | 'number' | 'date', values: readonly string[] | undefined): fc.Arbitrary<string | null> {
  if (name === 'usual_interval_days') return fc.constantFrom(null, '1.00', '2.50', '7.25', '30.00');
  if (kind === 'number') return fc.constantFrom(null, '0', '1', '2', '3', '5', '10', '20', '100');
  if (kind === 'date') return fc.constantFrom(null, ...WORDS.days);
  return fc.constantFrom(null, ...(values ?? WORDS.values));
}

/** A pause, in days before the as-of day. */
interface Season {
  daysAgo: number;
  length: number;
}

export const randomCase: fc.Arbitrary<RuleCase> = fc
  .record({
    asOf: fc.constantFrom(...AS_OF_DAYS),
    timezone: fc.constantFrom(...ZONES),
    pauses: fc.oneof<fc.MaybeWeightedArbitrary<Season[]>[]>(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.record({ daysAgo: fc.constantFrom(...COUNTS), length: fc.constantFrom(1, 2, 7, 14) }), { maxLength: 2 }),
      },
    ),
    users: fc.array(randomUser, { minLength: 1, maxLength: 8 }),
  })
  .map(({ asOf, timezone, pauses, users }) => {
    const asOfDay = dayOfIso(asOf);
    const world = {
      asOfDay,
      timezone,
      pauses: apart(pauses.map(({ daysAgo, length }) => ({ first: asOfDay - daysAgo, last: asOfDay - daysAgo + length - 1 }))),
    };
    const end = instantOfWallClock(BigInt(asOfDay + 1) * MICROS_A_DAY, timezone);
    return {
      world,
      users: users.map(({ habit, events, signUp, properties, features }): RuleUser => {
        const placed: RuleEvent[] = [];
        for (const { moment: when, event, amount, properties: own } of events) {
          const atMicros = instantOf(when, { world, end, other: placed.at(-1)?.atMicros ?? end });
          const name = habit !== undefined && placed.length % 4 !== 3 ? habit : event;
          placed.push({ atMicros, event: name, amount, isActivity: isActivity(name, amount), properties: own });
        }
        const days = placed.map(({ atMicros }) => dayOfInstant(atMicros, timezone)).filter((day) => day <= asOfDay);
        const signUpDays = signUp === undefined ? [] : [asOfDay - signUp];
        const firstDay = days.length + signUpDays.length === 0 ? null : Math.min(...days, ...signUpDays);
        return { events: placed, firstDay, properties, features };
      }),
    };
  });

function instantOf(
  { from, days, clock, hours, distance, isLater, nudge }: typeof moment extends fc.Arbitrary<infer T> ? T : never,
  { world, end, other }: { world: RuleWorld; end: bigint; other: bigint },
): bigint {
  if (from === 'other') return other + (isLater ? distance : -distance) + nudge;
  if (from === 'end') return end - BigInt(hours) * MICROS_AN_HOUR + nudge;
  return instantOfWallClock(BigInt(world.asOfDay - days) * MICROS_A_DAY + clock, world.timezone) + nudge;
}

/** Merged, as `mergePauses` gives them. */
function apart(pauses: RuleWorld['pauses']): RuleWorld['pauses'] {
  const merged: RuleWorld['pauses'] = [];
  for (const pause of pauses.sort((left, right) => left.first - right.first)) {
    const before = merged.at(-1);
    if (before === undefined || pause.first > before.last + 1) merged.push({ ...pause });
    else before.last = Math.max(before.last, pause.last);
  }
  return merged;
}

/** PRODUCT §1, where purchase- and refund-like names carry value. */
function isActivity(name: string | null, amount: string | null): boolean {
  if (name === 'email_sent' || name === 'uninstall' || name === 'refund') return false;
  return !(name === 'purchase' && amount?.startsWith('-') === true);
}

const SHAPE: EventShape = {
  valueRule: 'purchases',
  orderKey: 'order',
  hasOrderId: false,
  hasMarkedEvents: true,
  hasPlanEvents: false,
  hasCurrency: false,
  propertyCount: 0,
  hasAliases: false,
  hasFilter: false,
};
const ROLES = eventRoles({});

/** The segments of each user by the SQL, in the order of the users. */
export async function segmentsBySql(
  database: Database,
  definitions: readonly SegmentDefinition[],
  { world, users }: RuleCase,
  namesInHead: readonly string[] = ['view', 'Add To Cart'],
): Promise<Map<string, boolean>[]> {
  await fillTables(database, { world, users });
  const zone = loadZoneOffsets(world.timezone);
  const settings: RuleSettings = {
    asOfDay: world.asOfDay,
    endsAt: startOfDay(world.asOfDay + 1, zone),
    pauses: world.pauses,
    zone,
    namesInHead,
    eventColumn: (property) => (property === 'amount' ? 'amount' : EVENT_PROPERTIES.indexOf(property)),
    userProperty: (property) =>
      USERS_PROPERTIES.includes(property)
        ? { of: 'users', index: USERS_PROPERTIES.indexOf(property) }
        : { of: 'events', index: EVENT_PROPERTIES.indexOf(property) },
  };
  const plan = planRules(definitions, settings);
  if (plan.selectors.length > 0)
    await database.run(sql`create or replace temp table rule_events as ${ruleEventsQuery(sql`select * from events`, SHAPE, plan)}`);
  const rows = await database.rows<Record<string, boolean | string>>(
    sql`select * from (${ownSegmentsQuery(plan)}) as own_segments order by user_id`,
  );
  return rows.map(({ user_id: _, ...segments }) => new Map(Object.entries(segments as Record<string, boolean>)));
}

async function fillTables(database: Database, { world, users }: RuleCase): Promise<void> {
  const id = (index: number): string => `u${String(index).padStart(3, '0')}`;
  const rows = users.flatMap(({ events }, index) =>
    events.map(({ atMicros, event, amount, properties }): (SqlValue | Sql)[] => [
      id(index),
      sql`make_timestamp(${atMicros})`,
      dayOfInstant(atMicros, world.timezone),
      event,
      rolesOf(event ?? '', ROLES),
      sql`${amount}::decimal(38, 4)`,
      ...EVENT_PROPERTIES.map((name) => properties[name] || null),
    ]),
  );
  // A row of nobody, which counts for nobody.
  rows.push([null, sql`make_timestamp(${0n})`, 0, 'purchase', 4, sql`5::decimal(38, 4)`, 'pro', 'pro']);
  await createTable(
    database,
    'events',
    [
      'user_id varchar',
      'occurred_at timestamp',
      'day integer',
      'event varchar',
      'roles integer',
      'amount decimal(38, 4)',
      'property_0 varchar',
      'property_1 varchar',
    ],
    rows,
    sql`null::varchar as amount_problem, null::varchar as order_id`,
  );
  await createTable(
    database,
    'users',
    ['user_id varchar', 'first_day integer', 'user_property_0 varchar'],
    users.map(({ firstDay, properties }, index) => [id(index), firstDay, properties[USERS_PROPERTIES[0] ?? ''] ?? null]),
  );
  const types = { text: 'varchar', number: 'decimal(38, 2)', date: 'date' };
  await createTable(
    database,
    'classified_users',
    ['user_id varchar', ...[...FEATURES].map(([name, { kind }]) => `${name} ${name === 'idle_days' ? 'bigint' : types[kind]}`)],
    users.map(({ features }, index) => [id(index), ...[...FEATURES.keys()].map((name) => features[name] ?? null)]),
  );
}

async function createTable(
  database: Database,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly (SqlValue | Sql)[])[],
  further: Sql = sql`null as nothing`,
): Promise<void> {
  const parsed = columns.map((column) => /^(\S+) (.*)$/.exec(column) ?? []);
  const typed = parsed.map(([, column = '', type = '']) => sql`${ident(column)}::${TYPES[type] ?? sql`varchar`} as ${ident(column)}`);
  const values = rows.map((row) => sql`(${join(row.map((cell) => (typeof cell === 'object' && cell !== null ? cell : sql`${cell}`)))})`);
  const names = parsed.map(([, column = '']) => ident(column));
  await database.run(
    sql`create or replace temp table ${ident(name)} as select ${join(typed)}, ${further} from (values ${join(values)}) as cells(${join(names)})`,
  );
}

const TYPES: Readonly<Record<string, Sql>> = {
  varchar: sql`varchar`,
  timestamp: sql`timestamp`,
  integer: sql`integer`,
  bigint: sql`bigint`,
  date: sql`date`,
  'decimal(38, 2)': sql`decimal(38, 2)`,
  'decimal(38, 4)': sql`decimal(38, 4)`,
};
