import { propertyColumn } from '../events/event-shape.js';
import { join, type Sql, sql } from '../sql/sql.js';
import { type EventsQueryOptions, identifiedQuery } from './events-query.js';
import type { InputNote } from './input-note.js';
import { countTogether, type LoadedEvents } from './load-events.js';
import { presetNamed } from './presets/choose-preset.js';
import { ownParquets } from './readers/own-parquet.js';
import type { Reject } from './rejects-file.js';

/** What has to be known of files that were loaded together, once their events are kept and they themselves are not read again. */
export interface EventsFacts
  extends Pick<
    LoadedEvents,
    | 'hasEventId'
    | 'shape'
    | 'expectedRule'
    | 'moneyScale'
    | 'currency'
    | 'mapping'
    | 'otherColumns'
    | 'properties'
    | 'ruleColumns'
    | 'userProperties'
    | 'askedUserProperties'
    | 'userConditions'
    | 'eventNames'
    | 'roles'
    | 'notes'
  > {
  readonly preset: { readonly name: string; readonly evidence: readonly string[]; readonly isNamed: boolean } | null;
  /** How many columns `property_0 …` there are. */
  readonly propertyColumns: number;
}

/** One file whose events are kept. */
export interface StoredFile {
  /** Of the events' table, which lies in a folder of its own: the name of that folder is the `input`. */
  readonly path: string;
  /** false where the table was let go. */
  readonly hasEvents: boolean;
  readonly facts: EventsFacts;
  readonly records: number;
  /** The first ones. */
  readonly rejects: readonly Reject[];
}

/** What the facts say about reading, by a name for people. Files of which all of it is equal can be read on together. */
const READING = {
  columns: ({ mapping }: EventsFacts) => mapping.columns,
  'columns of the preset': ({ mapping }: EventsFacts) => [...mapping.presetRoles].sort(),
  refunds: ({ mapping }: EventsFacts) => mapping.refunded,
  quantity: ({ mapping }: EventsFacts) => mapping.multiplyByQuantity,
  orders: ({ mapping }: EventsFacts) => mapping.everyRowIsAnOrder,
  preset: ({ preset }: EventsFacts) => preset?.name ?? null,
  currency: ({ currency }: EventsFacts) => currency,
  events: ({ shape }: EventsFacts) => shape,
  properties: ({ properties, ruleColumns, userProperties, propertyColumns }: EventsFacts) => [
    properties,
    [...ruleColumns.ofEvents],
    [...ruleColumns.ofUsers],
    userProperties,
    propertyColumns,
  ],
  // They tell rows of one event id apart.
  'further columns': ({ hasEventId, otherColumns }: EventsFacts) => (hasEventId ? otherColumns : []),
} as const;

/** The facts of files that have just been loaded. */
export function factsOf(loaded: LoadedEvents): EventsFacts {
  const { preset } = loaded;
  const ofRules = [...loaded.ruleColumns.ofEvents.values()].flatMap((column) => (column === 'amount' ? [] : [column]));
  const ofUsers = [...loaded.ruleColumns.ofUsers.values()].flatMap(({ of, index }) => (of === 'events' ? [index] : []));
  return {
    hasEventId: loaded.hasEventId,
    shape: loaded.shape,
    expectedRule: loaded.expectedRule,
    moneyScale: loaded.moneyScale,
    currency: loaded.currency,
    mapping: loaded.mapping,
    otherColumns: loaded.otherColumns,
    properties: loaded.properties,
    ruleColumns: loaded.ruleColumns,
    userProperties: loaded.userProperties,
    askedUserProperties: loaded.askedUserProperties,
    userConditions: loaded.userConditions,
    eventNames: loaded.eventNames,
    roles: loaded.roles,
    notes: loaded.notes,
    preset: preset && { name: preset.preset.name, evidence: preset.evidence, isNamed: preset.isNamed },
    propertyColumns: Math.max(loaded.shape.propertyCount, ...ofRules.map((index) => index + 1), ...ofUsers.map((index) => index + 1)),
  };
}

/** In what files differ that cannot be read on together, as loading all of them at once would; undefined where in nothing. */
export function readingDifference(all: readonly EventsFacts[]): string | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  const found = Object.entries(READING).find(([, part]) => others.some((one) => JSON.stringify(part(one)) !== JSON.stringify(part(first))));
  return found?.[0];
}

/** The rows of one of the loaded files, as they are kept: event ids as 16 bytes, in the order of time, which takes the least room. */
export function keptEventsQuery(loaded: LoadedEvents, only: number, isWhole: boolean): Sql {
  const facts = factsOf(loaded);
  const events = loaded.eventsQuery({
    isIdentified: facts.hasEventId,
    hasSessions: hasSession(facts),
    hasNamedPaths: false,
    isWhole,
    only,
  });
  return sql`
with file_events as (${events})
select ${join(keptColumns(facts).map((column) => (column === 'event_id' ? sql`unhex(md5(event_id)) as event_id` : columnName(column))))}
from file_events
order by occurred_at, user_id, event`;
}

/** The events of all files, as `loadEvents` gives them, from where they are kept. Their readings must not differ (see `readingDifference`). */
export function storedEvents(files: readonly StoredFile[], { hasIdentity }: { readonly hasIdentity: boolean }): LoadedEvents {
  const [first] = files;
  if (first === undefined) throw new RangeError('no file is kept');
  const { facts } = first;
  const all = files.map((file) => file.facts);
  const moneyScale = Math.max(...all.map((one) => one.moneyScale));
  const preset = facts.preset === null ? undefined : presetNamed(facts.preset.name);
  return {
    ...facts,
    eventsQuery: (query) => {
      const events = storedQuery(files, { ...facts, moneyScale }, query);
      return hasIdentity ? mappedEvents(events, facts) : events;
    },
    expectedRule: all.some((one) => one.expectedRule === 'purchases') ? 'purchases' : facts.expectedRule,
    moneyScale,
    preset: facts.preset && preset ? { preset, evidence: facts.preset.evidence, isNamed: facts.preset.isNamed } : null,
    readings: [],
    records: files.reduce((sum, { records }) => sum + records, 0),
    eventNames: countTogether(all.map(({ eventNames }) => eventNames)),
    notes: distinctNotes(all.flatMap(({ notes }) => notes)),
  };
}

/** The events with the ids that the table `identities` gives them. */
export function mappedEvents(events: Sql, { mapping }: Pick<EventsFacts, 'mapping'>): Sql {
  return identifiedQuery(events, mapping.columns.person === null ? sql`user_id` : sql`person_id`);
}

function storedQuery(files: readonly StoredFile[], facts: EventsFacts, { isIdentified, hasSessions = false }: EventsQueryOptions): Sql {
  const wanted = keptColumns(facts).filter(
    (column) =>
      !(['event_id', 'other_columns'].includes(column) && !isIdentified) && !(column === 'session_id' && !isIdentified && !hasSessions),
  );
  return keptRows(files, columnsIn(wanted, facts.moneyScale));
}

/** The events of some files as they are kept, before any map of identities, and with the `input` of each; the amounts in so many decimals. */
export function inputEvents(files: readonly StoredFile[], moneyScale: number): Sql {
  const [first] = files;
  if (first === undefined) throw new RangeError('no file is kept');
  return keptRows(files, [...columnsIn(keptColumns(first.facts), moneyScale), INPUT]);
}

/** The rows of some files that have an id and a day: `input`, `event_id`, `day`. */
export function inputIds(files: readonly StoredFile[]): Sql {
  return sql`
    select input,
           event_id,
           day
    from (${keptRows(files, [sql`event_id`, sql`day`, INPUT])}) as kept_rows
    where event_id is not null
      and day is not null`;
}

/** The first and the last day of each file's rows: `input`, `first_day`, `last_day`, null where none of its rows has a day. */
export function inputDays(files: readonly StoredFile[]): Sql {
  return sql`
    select input,
           min(day) as first_day,
           max(day) as last_day
    from (${keptRows(files, [sql`day`, INPUT])}) as kept_rows
    group by input
    order by input`;
}

const INPUT = sql`regexp_extract(filename, '([0-9a-f]{32})[/\\\\][^/\\\\]*$', 1) as input`;

function columnsIn(columns: readonly string[], moneyScale: number): Sql[] {
  const scale = sql`decimal(38, ${moneyScale})`.withLiterals();
  return columns.map((column) => (column === 'amount' ? sql`amount::${scale} as amount` : columnName(column)));
}

function keptRows(all: readonly StoredFile[], columns: readonly Sql[]): Sql {
  const files = all.filter(({ hasEvents }) => hasEvents);
  const scales = [...new Set(files.map(({ facts }) => facts.moneyScale))];
  // Files of one read have the types of the first.
  const tables = scales.map((scale) => {
    const paths = [...new Set(files.filter(({ facts }) => facts.moneyScale === scale).map(({ path }) => path))];
    return sql`
      select ${join(columns)}
      from ${ownParquets(paths)}`;
  });
  return join(
    tables,
    sql`
      union all`,
  );
}

/** Everything that can be asked of the kept events. */
function keptColumns(facts: EventsFacts): string[] {
  const { shape, mapping, hasEventId, propertyColumns } = facts;
  return [
    'user_id',
    'occurred_at',
    'day',
    'event',
    'roles',
    'amount',
    'amount_problem',
    'order_id',
    ...Array.from({ length: propertyColumns }, (_, index) => `property_${index}`),
    ...(mapping.columns.person === null ? [] : ['person_id']),
    ...(mapping.columns.currency === null ? [] : ['currency']),
    ...(hasSession(facts) ? ['session_id'] : []),
    ...(hasEventId ? ['event_id', 'other_columns'] : []),
    ...(shape.hasFilter ? ['is_filtered'] : []),
  ];
}

function hasSession({ mapping, hasEventId }: EventsFacts): boolean {
  return hasEventId || mapping.columns.session !== null;
}

function columnName(column: string): Sql {
  const [, index] = /^property_(\d+)$/.exec(column) ?? [];
  return index === undefined ? KEPT_NAMES[column as keyof typeof KEPT_NAMES] : propertyColumn(Number(index));
}

const KEPT_NAMES = {
  user_id: sql`user_id`,
  occurred_at: sql`occurred_at`,
  day: sql`day`,
  event: sql`event`,
  roles: sql`roles`,
  amount: sql`amount`,
  amount_problem: sql`amount_problem`,
  order_id: sql`order_id`,
  person_id: sql`person_id`,
  currency: sql`currency`,
  session_id: sql`session_id`,
  event_id: sql`event_id`,
  other_columns: sql`other_columns`,
  is_filtered: sql`is_filtered`,
} as const;

function distinctNotes(notes: readonly InputNote[]): InputNote[] {
  return [...new Map(notes.map((note) => [note.message, note])).values()];
}

/** The facts as a text that `parseFacts` understands. */
export function factsText(facts: EventsFacts): string {
  return JSON.stringify(facts, (_, value: unknown) => {
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    if (typeof value === 'bigint') return { $integer: String(value) };
    return value;
  });
}

/** The facts that `factsText` wrote. */
export function parseFacts(text: string): EventsFacts {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
    if ('$set' in value) return new Set(value.$set as unknown[]);
    if ('$integer' in value) return BigInt(String(value.$integer));
    return value;
  }) as EventsFacts;
}
