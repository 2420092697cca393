import { nearest } from '../errors/nearest.js';
import { fail } from '../errors/segment-error.js';

/** The offsets of a zone from UTC, in seconds east, from 1990 on. */
export interface ZoneOffsets {
  /** As the user wrote it. */
  readonly zone: string;
  /** In order of time; after the last one the offset stays. */
  readonly transitions: readonly {
    /** The first instant of the new offset. */
    readonly atUtcMs: number;
    readonly offsetBeforeSeconds: number;
    readonly offsetAfterSeconds: number;
  }[];
  /** Before the first transition. */
  readonly firstOffsetSeconds: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const FIRST_YEAR = 1990;
const LAST_YEAR = 2100;
/** Until here zones have kept an offset for as little as eight days; from here on only rules are known, and none is shorter than four weeks. */
const KNOWN_UNTIL = Date.UTC(2027, 0, 1);
const SHORT_STEP_MS = 7 * DAY_MS;
const LONG_STEP_MS = 21 * DAY_MS;

/**
 * The offsets of an IANA zone name (any case), of `UTC`, or of a fixed offset such as `+05:30`.
 * Error: `unknown-timezone`.
 */
export function loadZoneOffsets(zone: string): ZoneOffsets {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return { zone, transitions: [], firstOffsetSeconds: fixed };
  const offsetAt = knownOffsets(zone);
  const start = Date.UTC(FIRST_YEAR, 0, 1);
  const end = Date.UTC(LAST_YEAR, 0, 1);
  const firstOffsetSeconds = offsetAt(start);
  const transitions: ZoneOffsets['transitions'][number][] = [];
  let before = firstOffsetSeconds;
  for (let from = start; from < end; ) {
    const to = Math.min(from + (from < KNOWN_UNTIL ? SHORT_STEP_MS : LONG_STEP_MS), end);
    const after = offsetAt(to);
    if (after !== before) {
      transitions.push({ atUtcMs: changeBetween(from, to, before, offsetAt), offsetBeforeSeconds: before, offsetAfterSeconds: after });
      before = after;
    }
    from = to;
  }
  return { zone, transitions, firstOffsetSeconds };
}

/** Whether `loadZoneOffsets` knows a zone. */
export function isZone(zone: string): boolean {
  return fixedOffset(zone) !== undefined || offsetsOf(zone) !== undefined;
}

/** The day number that an instant falls on in a zone. Error: `unknown-timezone`. */
export function dayInZone(instant: Date, zone: string): number {
  const ms = instant.getTime();
  const seconds = fixedOffset(zone) ?? knownOffsets(zone)(ms);
  return Math.floor((ms + 1000 * seconds) / DAY_MS);
}

/** The instant at which a day begins in a zone: the first of two midnights, and where the clocks leave midnight out the moment they do. */
export function startOfDay(day: number, { transitions, firstOffsetSeconds }: ZoneOffsets): Date {
  const wallMs = day * DAY_MS;
  const change = transitions.findLast((one) => wallMs >= one.atUtcMs + 1000 * Math.max(one.offsetBeforeSeconds, one.offsetAfterSeconds));
  return new Date(wallMs - 1000 * (change?.offsetAfterSeconds ?? firstOffsetSeconds));
}

/** The first whole minute after `from` whose offset is no longer `before`: first by hours, as nearly all zones change on the hour. */
function changeBetween(from: number, to: number, before: number, offsetAt: (ms: number) => number): number {
  const [hourBefore, hour] = narrow(from, to, HOUR_MS, before, offsetAt);
  if (offsetAt(hour - MINUTE_MS) === before) return hour;
  return narrow(hourBefore, hour - MINUTE_MS, MINUTE_MS, before, offsetAt)[1];
}

function narrow(from: number, to: number, step: number, before: number, offsetAt: (ms: number) => number): [number, number] {
  let [low, high] = [from, to];
  while (high - low > step) {
    const middle = low + Math.floor((high - low) / 2 / step) * step;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return [low, high];
}

function fixedOffset(zone: string): number | undefined {
  if (/^(utc|etc\/utc|gmt|z)$/i.test(zone)) return 0;
  const match = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/.exec(zone);
  if (match === null) return undefined;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60);
}

function knownOffsets(zone: string): (ms: number) => number {
  return offsetsOf(zone) ?? fail('unknown-timezone', { zone, nearest: nearestZone(zone) });
}

/** Offset in seconds at an instant, or undefined when the runtime does not know the zone. */
function offsetsOf(zone: string): ((ms: number) => number) | undefined {
  if (!/^[a-z]/i.test(zone)) return undefined;
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  return (ms) => {
    const fields = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/.exec(clock.format(ms));
    const [month, day, year, hour, minute, second] = (fields ?? []).slice(1).map(Number);
    return (Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) - ms) / 1000;
  };
}

function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

/** By the whole name, or by the city alone (`Kolkata`, `new york`). */
function nearestZone(zone: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = (name: string): string => name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const wanted = city(zone.replaceAll(/[ -]/g, '_'));
  return zones.find((name) => city(name) === wanted) ?? nearest(zone, zones);
}
