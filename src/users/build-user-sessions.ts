import type { Database } from '../engine/database.js';
import type { EventShape } from '../events/event-shape.js';
import { type Sql, sql } from '../sql/sql.js';
import { type SessionSettings, userSessionsQuery } from './user-sessions-query.js';

/** Fills the table `user_sessions` in a pass over the events of the window, which must be without duplicates. */
export async function buildUserSessions(database: Database, events: Sql, shape: EventShape, settings: SessionSettings): Promise<void> {
  await database.run(sql`create or replace temp table user_sessions as ${userSessionsQuery(events, shape, settings)}`);
}
