import type { Warning } from '../analysis/classify/classify-result.js';
import { flagOf, type OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { listed } from '../errors/messages.js';
import { nearest } from '../errors/nearest.js';
import { isSameEvent } from '../events/event-roles.js';
import type { LoadedEvents } from '../input/load-events.js';
import type { SegmentDefinition } from '../segmentation/rules/rule.js';
import { selectedPlacesQuery } from '../segmentation/rules/rule-events-query.js';
import { leavesOf, mentionsOf } from '../segmentation/rules/rule-leaves.js';
import type { RulePlan } from '../segmentation/rules/rule-plan.js';
import { type Sql, sql } from '../sql/sql.js';
import { listMarkedEvents } from '../users/build-user-days.js';

const EVENT_OPTIONS = [
  'valueEvent',
  'churnEvent',
  'passiveEvent',
  'riskEvent',
  'startEvent',
  'cancelEvent',
  'trialEvent',
  'trialEndEvent',
] as const satisfies readonly OptionName[];
/** With more names than this, events are no list that somebody could have misspelled one of. */
const MOST_NAMES = 10_000;

interface NamedEvent {
  /** What names it, in words. */
  readonly given: string;
  /** Names of which one is enough. */
  readonly names: readonly string[];
}

/**
 * A warning for every event that a flag or an own segment names and no row holds, with the nearest name there is. The input is read once
 * more where neither the heads of the files nor the marked events of `user_days` nor `rule_events` show it.
 */
export async function findUnknownEvents(
  database: Database,
  loaded: LoadedEvents,
  settings: Settings,
  definitions: readonly SegmentDefinition[],
  rules: RulePlan,
  counted?: Sql,
): Promise<Warning[]> {
  const ofOptions = EVENT_OPTIONS.flatMap((option) =>
    (settings[option] ?? []).map((name): NamedEvent => ({ given: `${flagOf(option)} ${name}`, names: [name] })),
  );
  const named = [...ofOptions, ...namedInSegments(definitions, settings)];
  const unseen = absentFrom(named, loaded.eventNames.keys());
  const missing =
    unseen.length === 0 ? [] : absentFrom(unseen, [...(await listMarkedEvents(database)), ...(await findSelectedEvents(database, rules))]);
  const events = counted ?? loaded.eventsQuery({ isIdentified: false, hasNamedPaths: false, isWhole: true });
  return describeUnknown(database, missing, { events, hasEventColumn: loaded.mapping.columns.event !== null });
}

/** The same for the events of own segments alone, once these have their `rule_events`; `events` are looked through where these do not tell. */
export async function findUnknownRuleEvents(
  database: Database,
  known: Pick<LoadedEvents, 'eventNames'> & KnownEvents,
  settings: Pick<Settings, 'segments'>,
  definitions: readonly SegmentDefinition[],
  rules: RulePlan,
): Promise<Warning[]> {
  const unseen = absentFrom(namedInSegments(definitions, settings), known.eventNames.keys());
  const missing = unseen.length === 0 ? [] : absentFrom(unseen, await findSelectedEvents(database, rules));
  return describeUnknown(database, missing, known);
}

interface KnownEvents {
  readonly events: Sql;
  readonly hasEventColumn: boolean;
}

async function describeUnknown(database: Database, missing: readonly NamedEvent[], known: KnownEvents): Promise<Warning[]> {
  if (missing.length === 0) return [];
  const names = await listEvents(database, known.events);
  if (names.length === MOST_NAMES) return [];
  return absentFrom(missing, names).map((event) => ({ code: 'unknown_events', message: describe(event, known, names) }));
}

function namedInSegments(definitions: readonly SegmentDefinition[], { segments }: Pick<Settings, 'segments'>): NamedEvent[] {
  const recipes = new Map(segments.flatMap(({ name, recipe }) => (recipe === undefined ? [] : [[name, recipe] as const])));
  return [...namedInRules(definitions.filter(({ name }) => !recipes.has(name))), ...namedInRecipes(definitions, recipes)];
}

/** Each event once, with the first segment that names it. */
function namedInRules(definitions: readonly SegmentDefinition[]): NamedEvent[] {
  const named = definitions.flatMap(({ name: segment, rule }) =>
    leavesOf(rule)
      .flatMap(mentionsOf)
      .filter(({ kind }) => kind === 'event')
      .map(({ name }): NamedEvent => ({ given: `segment ${segment}, event ${name}`, names: [name] })),
  );
  return distinctNames(named);
}

/** The events of each place of a recipe, which lists what different apps call one thing. */
function namedInRecipes(definitions: readonly SegmentDefinition[], recipes: ReadonlyMap<string, string>): NamedEvent[] {
  const named = definitions.flatMap(({ name: segment, rule }) => {
    const recipe = recipes.get(segment);
    if (recipe === undefined) return [];
    const places = new Map<number, string[]>();
    for (const { kind, name, span } of leavesOf(rule).flatMap(mentionsOf)) {
      if (kind === 'event') places.set(span.start, [...(places.get(span.start) ?? []), name]);
    }
    return [...places.values()].map((names): NamedEvent => ({ given: `recipe ${recipe}, events ${listed(names)}`, names }));
  });
  return distinctNames(named);
}

function distinctNames(named: readonly NamedEvent[]): NamedEvent[] {
  return [...new Map(named.map((event) => [JSON.stringify(event.names), event] as const).reverse()).values()].reverse();
}

/** The names of selections of one name that some row of `rule_events` is in. */
async function findSelectedEvents(database: Database, { selectors }: RulePlan): Promise<string[]> {
  if (selectors.length === 0) return [];
  const rows = await database.rows<{ place: number }>(selectedPlacesQuery(selectors));
  return rows.flatMap(({ place }) => {
    const names = selectors[place]?.names;
    return typeof names === 'string' || names?.length !== 1 ? [] : names;
  });
}

function absentFrom(named: readonly NamedEvent[], names: Iterable<string>): NamedEvent[] {
  const all = [...names];
  return named.filter(({ names: wanted }) => !wanted.some((name) => all.some((other) => isSameEvent(name, other))));
}

async function listEvents(database: Database, events: Sql): Promise<string[]> {
  const rows = await database.rows<{ event: string }>(sql`
    select distinct event
    from (${events}) as events
    where event is not null
    order by event
    limit ${MOST_NAMES}`);
  return rows.map(({ event }) => event);
}

function describe({ given, names: [name = '', ...others] }: NamedEvent, { hasEventColumn }: KnownEvents, names: readonly string[]): string {
  if (!hasEventColumn) return `${given}: there is no event column, and every row is a purchase`;
  if (others.length > 0) return `${given}: no row holds an event of one of these names`;
  const close = nearest(name, names);
  return `${given}: no row holds an event of that name${close === undefined ? '' : `; did you mean "${close}"?`}`;
}
