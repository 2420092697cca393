import { instantOfWall } from './zone-by-intl.js';

export interface TimeRules {
  unit: 's' | 'ms' | 'us' | null;
  order: 'day-first' | 'month-first' | null;
  zone: string;
}

const FIRST = BigInt(Date.UTC(1990, 0, 1)) * 1000n;
const LAST = BigInt(Date.UTC(10_000, 0, 2)) * 1000n;

/** PRODUCT's rules for one time, written from the text and not from the SQL: microseconds since 1970, or why there are none. */
export function readTime(text: string, rules: TimeRules): bigint | string {
  if (text === '') return 'no_time';
  const moment = instant(text, rules);
  if (typeof moment !== 'bigint') return moment;
  return moment < FIRST || moment >= LAST ? 'implausible_time' : moment;
}

function instant(text: string, rules: TimeRules): bigint | string {
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    const wall = digitWall(text);
    return wall === undefined ? epoch(text, rules) : fromWall(wall, 0n, rules);
  }
  const [, body = text, zone] = /^(.*:.*?|.*T\d+(?:[.,]\d+)?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$/.exec(text) ?? [];
  const parsed = isoWall(body) ?? slashWall(body, rules);
  if (parsed === undefined) return 'unreadable_time';
  const [wall, micros] = parsed;
  if (zone === undefined) return fromWall(wall, micros, rules);
  const offset = offsetSeconds(zone);
  return offset === undefined ? 'unreadable_time' : BigInt(wall - 1000 * offset) * 1000n + micros;
}

function fromWall(wall: number, micros: bigint, { zone }: TimeRules): bigint {
  const fixed = zone === 'UTC';
  return BigInt(fixed ? wall : instantOfWall(zone, wall)) * 1000n + micros;
}

function epoch(text: string, { unit }: TimeRules): bigint | string {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  if (whole.length > 18) return 'unreadable_time';
  const size = BigInt(whole);
  const own = size < 100_000_000_000n ? 's' : size < 100_000_000_000_000n ? 'ms' : 'us';
  if (own !== unit) return 'other_time_unit';
  const digits = { s: 6, ms: 3, us: 0 }[own];
  const micros = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return text.startsWith('-') ? -micros : micros;
}

function digitWall(text: string): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = /^([1-9]\d{3})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/.exec(text) ?? [];
  return year === undefined ? undefined : wallOf([year, month, day, hour, minute, second]);
}

function isoWall(text: string): [number, bigint] | undefined {
  const extended = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?$/.exec(text);
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?$/.exec(text);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = extended ?? basic ?? [];
  if (year === undefined) return undefined;
  return withMicros(wallOf([year, month, day, hour, minute, second]), fraction);
}

function slashWall(text: string, { order }: TimeRules): [number, bigint] | undefined {
  const [, date = '', hour = '0', minute = '0', second = '0', fraction = '', half] =
    /^([\d/]+)(?: (\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?: ?([AaPp])[Mm])?)?$/.exec(text) ?? [];
  const [, a, b, c] = /^(\d{1,4})\/(\d{1,2})\/(\d{1,4})$/.exec(date) ?? [];
  if (a === undefined || b === undefined || c === undefined) return undefined;
  const isYearFirst = a.length === 4 && c.length <= 2;
  const isYearLast = a.length <= 2 && c.length === 4;
  if (!isYearFirst && (!isYearLast || order === null)) return undefined;
  const fields = isYearFirst ? [a, b, c] : order === 'day-first' ? [c, b, a] : [c, a, b];
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const noon = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return withMicros(wallOf([...fields, String(noon), minute, second]), fraction);
}

function withMicros(wall: number | undefined, fraction: string): [number, bigint] | undefined {
  return wall === undefined ? undefined : [wall, BigInt(fraction.slice(0, 6).padEnd(6, '0'))];
}

function wallOf(fields: readonly (string | undefined)[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isSame = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isSame && month > 0 && hour < 24 && minute < 60 && second < 60 ? date.getTime() : undefined;
}

function offsetSeconds(zone: string): number | undefined {
  if (/^[A-Z]/.test(zone)) return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
