import { param, type Sql, sql } from '../../sql/sql.js';
import { monthsBefore } from '../../time/day.js';
import { countedDay, type Pause } from '../../time/pauses.js';
import type { EventSelector, Unit, Window } from './rule.js';

/** What windows are measured from. */
export interface WindowSettings {
  readonly asOfDay: number;
  /** The as-of instant. */
  readonly endsAt: Date;
  readonly pauses: readonly Pause[];
}

/**
 * A window over rows of events as its two ends: an event lies in it when everything of both holds. What is null holds for no event.
 */
export interface WindowEnds {
  /** Not before it. */
  readonly low: readonly Sql[];
  /** Not after it. */
  readonly high: readonly Sql[];
}

/** What a per-user window is measured from, as columns of the same rows. */
export interface WindowColumns {
  /** The instant of the user's first or last event of a kind; null for none. */
  readonly anchor: (events: EventSelector, which: 'first' | 'last') => Sql;
  /** The counted day first seen. */
  readonly firstDay: () => Sql;
}

export const WEEK_DAYS = 7;
const HOUR_MS = 3_600_000;
/** Before this the calendar of the engine may not reach. */
const LONGEST_MONTHS = 12_000;

/** The as-of day that days are counted back from. */
export const countedAsOf = ({ asOfDay, pauses }: WindowSettings): Sql =>
  pauses.length === 0 ? param('as_of_day', asOfDay) : param('counted_as_of_day', countedDay(asOfDay, pauses));

/** The column of `rule_events` that lengths in days and weeks are counted by. */
export const countedColumn = ({ pauses }: WindowSettings): Sql => (pauses.length === 0 ? sql`day` : sql`counted_day`);

export function windowEnds(window: Window, settings: WindowSettings, columns: WindowColumns): WindowEnds {
  const day = countedColumn(settings);
  const asOf = countedAsOf(settings);
  switch (window.kind) {
    case 'ever':
      return { low: [], high: [] };
    case 'last':
      return { low: [lastUnits(window.count, window.unit, settings)], high: [] };
    case 'ago':
      return { low: [sql`${day} >= ${asOf} - ${window.from}`], high: [sql`${day} <= ${asOf} - ${window.to}`] };
    case 'dates':
      return {
        low: window.first === null ? [] : [sql`day >= ${window.first}`],
        high: window.last === null ? [] : [sql`day <= ${window.last}`],
      };
    case 'since_first_seen':
      return { low: [], high: [sql`${day} < ${columns.firstDay()} + ${window.days}`] };
    case 'around':
      return aroundEnds(window, columns.anchor(window.events, window.which));
  }
}

function lastUnits(count: number, unit: 'hour' | Unit, settings: WindowSettings): Sql {
  const { asOfDay, endsAt } = settings;
  const lastDays = (days: number): Sql => sql`${countedColumn(settings)} > ${countedAsOf(settings)} - ${days}`;
  switch (unit) {
    case 'hour':
      return sql`occurred_at >= ${instantText(endsAt.getTime() - count * HOUR_MS)}::timestamp`;
    case 'day':
      return lastDays(count);
    case 'week':
      return lastDays(WEEK_DAYS * count);
    case 'month':
      return sql`day > ${monthsBefore(asOfDay, Math.min(count, LONGEST_MONTHS))}`;
  }
}

/** No event is before 1970. */
function instantText(ms: number): string {
  return new Date(Math.max(ms, 0)).toISOString().replace('T', ' ').slice(0, -1);
}

function aroundEnds({ side, within }: Extract<Window, { readonly kind: 'around' }>, anchor: Sql): WindowEnds {
  const distance = side === 'after' ? sql`epoch_us(occurred_at) - epoch_us(${anchor})` : sql`epoch_us(${anchor}) - epoch_us(occurred_at)`;
  const isNear = within === null ? sql`${anchor} is not null` : sql`${distance} <= ${within.microseconds}`;
  return side === 'after'
    ? { low: [sql`occurred_at > ${anchor}`], high: [isNear] }
    : { low: [isNear], high: [sql`occurred_at < ${anchor}`] };
}
