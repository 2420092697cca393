import type { Warning } from '../analysis/classify/classify-result.js';
import { flagOf, type OptionName } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import { nearest } from '../errors/nearest.js';
import { isSameEvent } from '../events/event-roles.js';
import type { LoadedEvents } from '../input/load-events.js';
import { sql } from '../sql/sql.js';
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
  readonly option: OptionName;
  readonly name: string;
}

/**
 * A warning for every event that a flag names and no row holds, with the nearest name there is. The input is read once more
 * where neither the heads of the files nor the marked events of `user_days` show it.
 */
export async function findUnknownEvents(database: Database, loaded: LoadedEvents, settings: Settings): Promise<Warning[]> {
  const named = EVENT_OPTIONS.flatMap((option) => (settings[option] ?? []).map((name): NamedEvent => ({ option, name })));
  const unseen = absentFrom(named, loaded.eventNames.keys());
  const missing = unseen.length === 0 ? [] : absentFrom(unseen, await listMarkedEvents(database));
  if (missing.length === 0) return [];
  const names = await listEvents(database, loaded);
  if (names.length === MOST_NAMES) return [];
  return absentFrom(missing, names).map((event) => ({ code: 'unknown_events', message: describe(event, loaded, names) }));
}

function absentFrom(named: readonly NamedEvent[], names: Iterable<string>): NamedEvent[] {
  const all = [...names];
  return named.filter(({ name }) => !all.some((other) => isSameEvent(name, other)));
}

async function listEvents(database: Database, { eventsQuery }: LoadedEvents): Promise<string[]> {
  const rows = await database.rows<{ event: string }>(sql`
    select distinct event
    from (${eventsQuery({ isIdentified: false, hasNamedPaths: false, isWhole: true })}) as events
    where event is not null
    order by event
    limit ${MOST_NAMES}`);
  return rows.map(({ event }) => event);
}

function describe({ option, name }: NamedEvent, { mapping }: LoadedEvents, names: readonly string[]): string {
  const given = `${flagOf(option)} ${name}`;
  if (mapping.columns.event === null) return `${given}: there is no event column, and every row is a purchase`;
  const close = nearest(name, names);
  return `${given}: no row holds an event of that name${close === undefined ? '' : `; did you mean "${close}"?`}`;
}
