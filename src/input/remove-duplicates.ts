import type { Database } from '../engine/database.js';
import type { EventShape } from '../events/event-shape.js';
import { ident, join, type Sql, sql } from '../sql/sql.js';

/** Rows that share a hash of their event id with another row; nearly always true repetitions. */
export interface RepeatedIds {
  /** The `events` rows whose id is surely on no other row. */
  readonly once: Sql;
  /** The rows that may be repetitions: columns of `events`. */
  readonly all: Sql;
  /** What stays of `all`, or of the same rows with other days, as of a day; `conflicting` of the dropped rows differ from the one that stayed. */
  readonly removeDuplicates: (
    rows: Sql,
    asOfDay: number,
  ) => Promise<{ readonly kept: Sql; readonly dropped: number; readonly conflicting: number }>;
}

const ALL_REPEATED = sql`select * from repeated_events`;

/** The rows that stay of those that repeat an event id, once `removeDuplicates` has ranked them. */
export const KEPT_EVENTS = sql`
      select * exclude (place, is_conflicting, is_comparable, content)
      from ranked_events
      where place = 1`;

interface DuplicateStep {
  readonly name: string;
  readonly comment: string;
  readonly query: Sql;
}

/**
 * Looks for event ids that stand on several rows: one pass over the ids alone, by hash, and only if any hash
 * repeats a second pass that sets those rows aside in the table `repeated_events`. Returns undefined when no id repeats. A
 * hash collision only sets rows aside that then differ in their ids and all stay. `ties` are columns that tell rows of one content
 * apart for the sake of a total order. `within` as for `repeatedIds`.
 */
export async function findRepeatedIds(
  database: Database,
  identifiedEvents: Sql,
  ties: readonly Sql[] = [],
  within?: number,
): Promise<RepeatedIds | undefined> {
  await create(database, repeatedHashes(identifiedEvents));
  const [repeated] = await database.rows<{ hashes: number }>(sql`select count(*) as hashes from repeated_hashes`);
  if (repeated === undefined || repeated.hashes === 0) return undefined;
  await create(database, repeatedEvents(identifiedEvents));
  return repeatedIds(database, onceQuery(identifiedEvents), { ties, within });
}

/**
 * The same of rows that stand in the table `repeated_events` already, `once` being all others. With `within`, rows of one id are repetitions of
 * each other only where, sorted by day, none is more days than that after the one before.
 */
export function repeatedIds(
  database: Database,
  once: Sql,
  { ties, within }: { readonly ties: readonly Sql[]; readonly within?: number | undefined },
): RepeatedIds {
  return {
    once,
    all: ALL_REPEATED,
    removeDuplicates: async (rows, asOfDay) => {
      await create(database, rankedEvents(rows, sql`${asOfDay}`, ties, within));
      const [counts] = await database.rows<{ dropped: number; conflicting: number }>(sql`
        select count(*) filter (where place > 1) as dropped,
               count(*) filter (where place > 1 and is_conflicting) as conflicting
        from ranked_events`);
      return { kept: KEPT_EVENTS, dropped: counts?.dropped ?? 0, conflicting: counts?.conflicting ?? 0 };
    },
  };
}

/** The same steps for a printed script, with `onDays` giving rows their days, and the events that remain after them. */
export function duplicateScript(
  identifiedEvents: Sql,
  asOfDay: Sql,
  onDays: (rows: Sql) => Sql,
  ties: readonly Sql[] = [],
): { readonly steps: readonly DuplicateStep[]; readonly events: Sql } {
  return {
    steps: [repeatedHashes(identifiedEvents), repeatedEvents(identifiedEvents), rankedEvents(onDays(ALL_REPEATED), asOfDay, ties)],
    events: sql`${onDays(onceQuery(identifiedEvents))}
      union all by name
      ${KEPT_EVENTS}`,
  };
}

/** The columns of `events` that tell rows of one content apart. */
export function tiesOf({ hasAliases, hasFilter }: Pick<EventShape, 'hasAliases' | 'hasFilter'>): Sql[] {
  return [...(hasFilter ? [sql`is_filtered`] : []), ...(hasAliases ? [sql`alias`] : [])];
}

async function create(database: Database, { name, query }: DuplicateStep): Promise<void> {
  await database.run(sql`create or replace temp table ${ident(name)} as ${query}`);
}

function repeatedHashes(identifiedEvents: Sql): DuplicateStep {
  return {
    name: 'repeated_hashes',
    comment: 'hashes of event ids that stand on more than one row',
    query: sql`
    select hash(event_id) as id_hash
    from (${identifiedEvents}) as events
    where event_id is not null
    group by id_hash
    having count(*) > 1`,
  };
}

function repeatedEvents(identifiedEvents: Sql): DuplicateStep {
  return {
    name: 'repeated_events',
    comment: 'the rows that may be duplicates',
    query: sql`
    select events.*
    from (${identifiedEvents}) as events
    semi join repeated_hashes on repeated_hashes.id_hash = hash(events.event_id)`,
  };
}

/**
 * Of the rows of one event id up to the as-of day, the least by (occurred_at, user_id, event, amount, order_id,
 * session_id, then the other columns by name) stays, empty before any value, text bytewise (PRODUCT §2). Rows without
 * a user, rejected ones and those after the as-of day are never duplicates: they are counted as what they are.
 */
function rankedEvents(repeatedRows: Sql, asOfDay: Sql, ties: readonly Sql[], within?: number): DuplicateStep {
  const comparable =
    within === undefined ? comparableEvents(repeatedRows, asOfDay) : chainedEvents(comparableEvents(repeatedRows, asOfDay), within);
  const chain = within === undefined ? sql`` : sql`, chain`;
  return {
    name: 'ranked_events',
    comment: 'the same rows, with their place among the rows of their event id: place 1 stays',
    query: sql`
    select *${within === undefined ? sql`` : sql` exclude (chain)`},
           case when is_comparable then row_number() over id_rows else 1 end as place,
           is_comparable and content is distinct from first_value(content) over id_rows as is_conflicting
    from (${comparable}
    ) as contents
    window id_rows as (
      partition by event_id, is_comparable${chain}
      order by ${join([sql`content`, ...ties])}
      rows between unbounded preceding and unbounded following
    )`,
  };
}

function comparableEvents(repeatedRows: Sql, asOfDay: Sql): Sql {
  return sql`
      select *,
             user_id is not null and day is not null and day <= ${asOfDay} as is_comparable,
             {
               'at': occurred_at,
               'user': user_id,
               'event': coalesce(event, ''),
               'has_amount': amount is not null,
               'amount': coalesce(amount, 0),
               'order': coalesce(order_id, ''),
               'session': coalesce(session_id, ''),
               'others': other_columns
             } as content
      from (${repeatedRows}) as repeated_rows`;
}

/** `chain` counts up after each gap of more days than `within` among the rows of one event id. */
function chainedEvents(comparable: Sql, within: number): Sql {
  return sql`
      select * exclude (is_after_gap),
             sum(is_after_gap::integer) over (
               partition by event_id, is_comparable order by day rows between unbounded preceding and current row
             ) as chain
      from (
        select *,
               coalesce(day - lag(day) over (partition by event_id, is_comparable order by day) > ${within}, false) as is_after_gap
        from (${comparable}) as comparable_events
      ) as gaps`;
}

function onceQuery(identifiedEvents: Sql): Sql {
  return sql`
      select events.*
      from (${identifiedEvents}) as events
      anti join repeated_hashes on repeated_hashes.id_hash = hash(events.event_id)`;
}
