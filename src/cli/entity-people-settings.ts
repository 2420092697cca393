import type { Settings } from '../config/settings.js';
import type { LoadedEvents } from '../input/load-events.js';
import { param } from '../sql/sql.js';
import type { EntityPeopleSettings } from '../users/entity-people-query.js';
import { sinceDay } from './since.js';

/** Which rows of the events say who belongs to an entity. */
export function entityPeopleSettings(settings: Settings, { shape }: LoadedEvents, asOfDay: number): EntityPeopleSettings {
  const since = sinceDay(settings);
  return {
    asOfDay: param('as_of_day', asOfDay),
    sinceDay: since === undefined ? undefined : param('since_day', since),
    hasAliases: settings.identity !== undefined,
    hasFilter: shape.hasFilter,
  };
}
