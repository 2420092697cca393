const MICROS_A_MINUTE = 60_000_000n;
const MICROS_A_DAY = 86_400_000_000n;
const MILLIS_A_DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<bigint, bigint>>();

/** What to add to an instant (UTC microseconds) to read its wall clock in the zone, in microseconds. */
function offsetAt(atMicros: bigint, timezone: string): bigint {
  if (timezone === 'UTC') return 0n;
  // Since 1990 every zone has changed its clocks on a whole minute, by whole minutes.
  const minute = floorDivide(atMicros, MICROS_A_MINUTE);
  const known = offsets.get(timezone) ?? new Map<bigint, bigint>();
  offsets.set(timezone, known);
  let offset = known.get(minute);
  if (offset === undefined) {
    const instant = Number(minute) * 60_000;
    const wall = wallClock(instant, timezone);
    offset = BigInt(wall - instant) * 1000n;
    known.set(minute, offset);
  }
  return offset;
}

/** The wall clock of an instant, read as if it were UTC milliseconds. */
function wallClock(instantMillis: number, timezone: string): number {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timezone, format);
  const parts = new Map(format.formatToParts(instantMillis).map((part) => [part.type, part.value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  return Date.UTC(number('year'), number('month') - 1, number('day'), number('hour'), number('minute'), number('second'));
}

/** The calendar day of an instant in a zone, as days since 1970-01-01. */
export function dayOfInstant(atMicros: bigint, timezone: string): number {
  return Number(floorDivide(atMicros + offsetAt(atMicros, timezone), MICROS_A_DAY));
}

/** The instant a wall clock shows `wallMicros`: the earlier one in an overlap, moved forward by the gap in a gap. */
export function instantOfWallClock(wallMicros: bigint, timezone: string): bigint {
  const before = offsetAt(wallMicros - MICROS_A_DAY, timezone);
  const after = offsetAt(wallMicros + MICROS_A_DAY, timezone);
  const readings = [wallMicros - before, wallMicros - after].filter((instant) => instant + offsetAt(instant, timezone) === wallMicros);
  const [first, second] = readings;
  if (first === undefined) return wallMicros - before;
  return second !== undefined && second < first ? second : first;
}

/** `2024-02-29` → days since 1970-01-01. */
export function dayOfIso(iso: string): number {
  return Date.parse(`${iso}T00:00:00Z`) / MILLIS_A_DAY;
}

/** Days since 1970-01-01 → `2024-02-29`. */
export function isoOfDay(day: number): string {
  return new Date(day * MILLIS_A_DAY).toISOString().slice(0, 10);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
