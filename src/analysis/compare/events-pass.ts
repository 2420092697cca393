import type { Database } from '../../engine/database.js';
import { isSameEvent } from '../../events/event-roles.js';
import type { EventShape } from '../../events/event-shape.js';
import { ROLE } from '../../events/role-bits.js';
import type { Relation } from '../../membership/member-relations.js';
import { list, type Sql, sql } from '../../sql/sql.js';
import { judgedEventsQuery } from '../../users/user-days-query.js';
import { sessionCount, sessionMicros, waitsQuery } from '../../users/user-sessions-query.js';

export interface DoneEventsSettings {
  readonly shape: EventShape;
  /** No earlier event counts. */
  readonly sinceDay: number | undefined;
  readonly asOfDay: number;
  readonly hasSessionColumn: boolean;
}

/**
 * One more pass over the events, for what the days of a user do not tell: `done_events`, what users did and when. Messages sent to people
 * are no events of theirs.
 */
export async function keepDoneEvents(database: Database, events: Sql, settings: DoneEventsSettings): Promise<void> {
  await database.run(sql`create or replace temp table done_events as ${doneEventsQuery(events, settings)}`);
}

/** `done_events`, `starts` → `session_totals` and `user_events`, both from each user's `start_day` on. A longer wait than the gap ends a session. */
export function eventRelations(gapMinutes: Sql): readonly Relation[] {
  return [
    { name: 'session_totals', comment: 'sessions of each user, and the time in them', query: sessionTotalsQuery(gapMinutes) },
    { name: 'user_events', comment: 'which events each user did', query: userEventsQuery() },
  ];
}

/** `events` → `done_events`, one row for what a user did, with its day, time and session. */
export function doneEventsQuery(events: Sql, { shape, sinceDay, asOfDay, hasSessionColumn }: DoneEventsSettings): Sql {
  const since =
    sinceDay === undefined
      ? sql``
      : sql`
  and day >= ${sinceDay}`;
  return sql`
select user_id,
       day,
       event,
       kind,
       is_activity,
       occurred_at,
       ${hasSessionColumn ? sql`nullif(session_id, '')` : sql`null::varchar`} as session_id
from (${judgedEventsQuery(events, shape, hasSessionColumn ? [sql`session_id`] : [])}) as judged_events
where user_id is not null
  and day <= ${asOfDay}
  and (kind & ${ROLE.passive}) = 0${since}`;
}

/** A session is made of activity, and one of one event lasts 0. */
function sessionTotalsQuery(gapMinutes: Sql): Sql {
  return sql`
with activities as (
    select done_events.user_id,
           day,
           epoch_us(occurred_at) as micros,
           session_id
    from done_events
    join starts using (user_id)
    where day >= start_day
      and is_activity
),
     waits as (${waitsQuery(sql`activities`)})
select user_id,
       ${sessionCount(gapMinutes)} as sessions,
       ${sessionMicros(gapMinutes)} // 1000000 as seconds
from waits
group by user_id`;
}

function userEventsQuery(): Sql {
  return sql`
select done_events.user_id,
       event,
       bit_or(kind) as kinds
from done_events
join starts using (user_id)
where day >= start_day
  and event is not null
  and event <> ''
group by done_events.user_id, event`;
}

export interface DoneEvent {
  readonly event: string;
  /** Role bits of all its rows. */
  readonly kinds: number;
}

/** The events that most of the compared users did, most first; or the ones that names mean. Ties: bytewise. */
export async function chooseEvents(database: Database, named: readonly string[] | undefined, top: number): Promise<DoneEvent[]> {
  const most = await database.rows<DoneEvent>(sql`
    select event,
           bit_or(kinds) as kinds
    from user_events
    join compared_users using (user_id)
    group by event
    order by count(*) desc, event
    limit ${named === undefined ? top : MOST_NAMES}`);
  return named === undefined ? most : most.filter(({ event }) => named.some((name) => isSameEvent(name, event)));
}

/** Names are looked for among so many. */
const MOST_NAMES = 10_000;

/** `user_events`, `compared_users` → users of each place and layer who did each of these events. */
export function eventUsersQuery(events: readonly string[]): Sql {
  return sql`
select event,
       place,
       layer,
       count(*) as users
from user_events
join compared_users using (user_id)
where list_contains(${list(events)}, event)
group by event, place, layer
order by event, place, layer`;
}
