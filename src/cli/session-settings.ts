import type { Settings } from '../config/settings.js';
import type { EventShape } from '../events/event-shape.js';
import type { LoadedEvents } from '../input/load-events.js';
import { parameter } from '../segmentation/status/status-query.js';
import type { ScriptStep } from '../sql/render-script.js';
import { param, sql } from '../sql/sql.js';
import { countedDay } from '../time/pauses.js';
import { type SessionSettings, userSessionsQuery } from '../users/user-sessions-query.js';

/** Whether the events must say which session they belong to. */
export function needsSessions({ by }: Settings, { mapping }: LoadedEvents): boolean {
  return by.some(({ kind }) => kind === 'engagement') && mapping.columns.session !== null;
}

/** How sessions are told, and the window they are looked at in. */
export function sessionSettings(settings: Settings, loaded: LoadedEvents, asOfDay: number): SessionSettings {
  return {
    asOfDay: param('as_of_day', asOfDay),
    countedAsOfDay: param('counted_as_of_day', countedDay(asOfDay, settings.pause)),
    pauses: settings.pause,
    days: parameter(settings.set, 'engagement.days'),
    gapMinutes: parameter(settings.set, 'engagement.session_gap_minutes'),
    hasSessionId: needsSessions(settings, loaded),
  };
}

/** The step of a script that makes the sessions as of a day. */
export function sessionsStep(settings: Settings, loaded: LoadedEvents, shape: EventShape, asOfDay: number): ScriptStep {
  return {
    name: 'user_sessions',
    comment: 'active days and time in sessions of each user who was active in the window: a pass over its events',
    query: userSessionsQuery(sql`select * from events`, shape, sessionSettings(settings, loaded, asOfDay)),
  };
}
