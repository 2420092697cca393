import type { Settings } from '../config/settings.js';
import type { LoadedEvents } from '../input/load-events.js';
import { parameter } from '../segmentation/status/status-query.js';
import { param } from '../sql/sql.js';
import { countedDay } from '../time/pauses.js';
import type { SessionSettings } from '../users/user-sessions-query.js';

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
