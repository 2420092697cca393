import { parse } from 'csv-parse/sync';
import { instantOfWallClock } from './calendar.js';
import { Fraction } from './fraction.js';
import type { OracleEvent } from './oracle.js';

/** Which header of the file plays which role. Without `event` every row is a purchase. */
export interface OracleColumns {
  user: string;
  time: string;
  event?: string | undefined;
  amount?: string | undefined;
  orderId?: string | undefined;
  eventId?: string | undefined;
  sessionId?: string | undefined;
}

/** The events of a comma-separated text; naive times are in `timezone`. Rows without a user, or of another width, are left out. */
export function readEvents(csvText: string, columns: OracleColumns, timezone: string): OracleEvent[] {
  const records: string[][] = parse(csvText, { bom: true, relax_column_count: true, skip_empty_lines: true });
  const header = records[0] ?? [];
  const place = (name: string | undefined): number => {
    if (name === undefined) return -1;
    const index = header.indexOf(name);
    if (index < 0) throw new Error(`no column ${name} among ${header.join(', ')}`);
    return index;
  };
  const user = place(columns.user);
  const time = place(columns.time);
  const event = place(columns.event);
  const amount = place(columns.amount);
  const orderId = place(columns.orderId);
  const eventId = place(columns.eventId);
  const sessionId = place(columns.sessionId);
  const filled = (record: string[], index: number): string | undefined => record[index] || undefined;
  return records
    .slice(1)
    .filter((record) => record.length === header.length && record[user] !== '')
    .map((record) => ({
      userId: record[user] ?? '',
      atMicros: instantOfText(record[time] ?? '', timezone),
      event: event < 0 ? 'purchase' : (record[event] ?? ''),
      amount: Fraction.parse(record[amount] ?? ''),
      orderId: filled(record, orderId),
      eventId: filled(record, eventId),
      sessionId: filled(record, sessionId),
    }));
}

/** UTC microseconds of `2024-02-29`, `2024-02-29 10:00:00[.123456][ UTC|Z|+05:45]`, with a `T` or a blank between. */
export function instantOfText(text: string, timezone: string): bigint {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?)?(?: ?(UTC|Z)|([+-])(\d\d):(\d\d))?$/.exec(text);
  if (match === null) throw new Error(`no time: ${text}`);
  const [, day, clock = '00:00:00', fraction = '', utc, sign, hours, minutes] = match;
  const wall = BigInt(Date.parse(`${day}T${clock}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
  if (utc !== undefined) return wall;
  if (sign === undefined) return instantOfWallClock(wall, timezone);
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * 60_000_000n;
  return sign === '+' ? wall - offset : wall + offset;
}
