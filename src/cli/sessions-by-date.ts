import type { Settings } from '../config/settings.js';
import type { Database } from '../engine/database.js';
import type { EventShape } from '../events/event-shape.js';
import type { LoadedEvents } from '../input/load-events.js';
import { type Sql, sql } from '../sql/sql.js';
import { buildUserSessions } from '../users/build-user-sessions.js';
import { sessionSettings } from './session-settings.js';

/**
 * Sessions as of several days, as the table `sessions_by_date`: the rows of `user_sessions` with `as_of_day`. The window of each takes a
 * pass over the events of its own, but for those of `user_sessions`, which are of `doneDay`.
 */
export async function keepSessionsByDate(
  database: Database,
  events: Sql,
  shape: EventShape,
  {
    settings,
    loaded,
    doneDay,
    days,
  }: { readonly settings: Settings; readonly loaded: LoadedEvents; readonly doneDay: number; readonly days: readonly number[] },
): Promise<void> {
  await database.run(sql`create or replace temp table sessions_by_date as select ${doneDay}::bigint as as_of_day, * from user_sessions`);
  for (const day of days) {
    await buildUserSessions(database, events, shape, sessionSettings(settings, loaded, day));
    await database.run(sql`insert into sessions_by_date select ${day}, * from user_sessions`);
  }
}

/** Makes `user_sessions` those of a day that were kept. */
export async function takeSessions(database: Database, day: number): Promise<void> {
  await database.run(
    sql`create or replace temp table user_sessions as select * exclude (as_of_day) from sessions_by_date where as_of_day = ${day}`,
  );
}
