/** Number of a file's first records that decide its dates, decimals and epoch unit. */
export const HEAD_RECORDS = 10_000;

/** What an epoch number counts. */
export type EpochUnit = 's' | 'ms' | 'us';
/** The order of a slash date whose year comes last. */
export type SlashOrder = 'day-first' | 'month-first';

/**
 * The concrete layout of one value, so that the rows of a file can be read by comparing characters
 * instead of running the whole grammar. Only years from 1991 to 2099 have one.
 */
export type TimeShape =
  | {
      readonly kind: 'iso';
      readonly century: Century;
      /** Between date and time; '' is a date alone. */
      readonly separator: '' | 'T' | ' ';
      readonly hasSeconds: boolean;
      readonly fractionDigits: number;
      /** What follows the time, as written: '' (naive), `Z`, ` UTC`, `+02:00`, ` -0400` … */
      readonly zone: string;
      /** The offset stands for any offset written like it. */
      readonly isAnyOffset: boolean;
    }
  | { readonly kind: 'digits'; readonly century: Century; readonly length: 8 | 14 }
  | {
      readonly kind: 'slash';
      readonly century: Century;
      readonly isYearFirst: boolean;
      readonly clock: '' | 'hour-minute' | 'hour-minute-second';
      /** AM or PM with the blank before it, if any; '' is a 24-hour clock. */
      readonly meridiem: '' | 'AM' | ' AM';
    }
  | { readonly kind: 'epoch' };

/** 2000–2099, or 1991–1999. */
type Century = '20' | '19';

/** A value that has one of the accepted forms. */
export type TimeText =
  | { readonly kind: 'calendar'; readonly shape: TimeShape | undefined }
  | {
      readonly kind: 'slash';
      readonly first: number;
      readonly second: number;
      readonly year: number;
      readonly shape: TimeShape | undefined;
      /** strptime tokens of what follows the date. */
      readonly clockFormat: string;
    }
  | { readonly kind: 'epoch'; readonly unit: EpochUnit; readonly shape: TimeShape };

// The grammar, in the common part of JavaScript's and RE2's regular expressions: DuckDB runs the same text.
const HOUR = '(?:[01][0-9]|2[0-3])';
const SIXTY = '[0-5][0-9]';
const OFFSET = `[+-]${HOUR}(?::?${SIXTY})?`;
const ISO_DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const ISO_CLOCK = `[T ]${HOUR}:${SIXTY}(?::${SIXTY}(?:[.,][0-9]+)?)?`;
const BASIC_CLOCK = `T${HOUR}${SIXTY}(?:${SIXTY}(?:[.,][0-9]+)?)?`;
const SECONDS = `(?::${SIXTY}(?:[.][0-9]+)?)?`;
const SLASH_CLOCK = ` (?:(?:[01]?[0-9]|2[0-3]):${SIXTY}${SECONDS}|(?:0?[1-9]|1[0-2]):${SIXTY}${SECONDS} ?[AaPp][Mm])`;
const SLASH_DATE = '(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})';
const CLOCKED = `(?:${ISO_DATE}${ISO_CLOCK}|[0-9]{8}${BASIC_CLOCK}|${SLASH_DATE}${SLASH_CLOCK})`;

/** A calendar date, with or without a time, without a zone. */
export const NAIVE_TIME = `(?:${ISO_DATE}|${SLASH_DATE}|${CLOCKED})`;
/** A calendar date with a time and a zone. */
export const ZONED_TIME = `${CLOCKED} ?(?:Z|UTC|GMT|${OFFSET})`;
/** The zone of a `ZONED_TIME`, as the only group. */
export const ZONE_OF_TIME = `(?::[0-9]{2}|T[0-9]{4}|T[0-9]{6})(?:[.,][0-9]+)?(?: ?[AaPp][Mm])? ?(Z|UTC|GMT|${OFFSET})$`;
/** An epoch number, or a date of 8 or 14 digits. */
export const NUMBER_TIME = '-?[0-9]{1,18}(?:[.][0-9]+)?';

const NAIVE = new RegExp(`^${NAIVE_TIME}$`);
const ZONED = new RegExp(`^${ZONED_TIME}$`);
const NUMBER = new RegExp(`^${NUMBER_TIME}$`);
const CALENDAR_SHAPE = /^(\d{4})-(\d\d)-(\d\d)(?:([T ])\d\d:\d\d(:\d\d)?(?:([.,])(\d+))?(.*))?$/;
const SLASH_SHAPE = /^(\d+)\/(\d+)\/(\d+)(?: (\d+:\d\d)(:\d\d)?(\.\d+)?( ?[AaPp][Mm])?(.*))?$/;
const DIGITS = /^([1-9]\d{3})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/;

const SECOND_LIMIT = 10n ** 11n;
const MILLISECOND_LIMIT = 10n ** 14n;
const MOST_FRACTION_DIGITS = 9;

/** Reads the form of one value; undefined when it has none of the accepted ones, or names a day that does not exist. */
export function readTimeText(text: string): TimeText | undefined {
  if (NUMBER.test(text)) return readNumber(text);
  const isZoned = ZONED.test(text);
  if (!isZoned && !NAIVE.test(text)) return undefined;
  if (text.includes('/')) return readSlash(text);
  const digits = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(text);
  if (digits === null || !isDay(Number(digits[1]), Number(digits[2]), Number(digits[3]))) return undefined;
  return { kind: 'calendar', shape: isoShape(text) };
}

function readNumber(text: string): TimeText {
  const date = DIGITS.exec(text);
  if (date !== null) {
    const [, year, month, day, hour, minute, second] = date;
    const isClock = hour === undefined || (Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60);
    if (isClock && isDay(Number(year), Number(month), Number(day))) {
      const century = centuryOf(year ?? '');
      const shape = century === undefined ? undefined : ({ kind: 'digits', century, length: hour === undefined ? 8 : 14 } as const);
      return { kind: 'calendar', shape };
    }
  }
  return { kind: 'epoch', unit: epochUnitOf(text), shape: { kind: 'epoch' } };
}

function epochUnitOf(text: string): EpochUnit {
  const whole = BigInt(text.replace(/^-/, '').replace(/\..*$/, ''));
  if (whole < SECOND_LIMIT) return 's';
  return whole < MILLISECOND_LIMIT ? 'ms' : 'us';
}

function readSlash(text: string): TimeText | undefined {
  const match = SLASH_SHAPE.exec(text);
  if (match === null) return undefined;
  const [, a = '', b = '', c = '', clock, seconds, fraction, meridiem = '', zone = ''] = match;
  const isYearFirst = a.length === 4;
  const century = centuryOf(isYearFirst ? a : c);
  const isPlain = fraction === undefined && zone === '' && century !== undefined;
  const shape: TimeShape | undefined = isPlain
    ? {
        kind: 'slash',
        century,
        isYearFirst,
        clock: clock === undefined ? '' : seconds === undefined ? 'hour-minute' : 'hour-minute-second',
        meridiem: meridiem === '' ? '' : meridiem.startsWith(' ') ? ' AM' : 'AM',
      }
    : undefined;
  if (isYearFirst) return isDay(Number(a), Number(b), Number(c)) ? { kind: 'calendar', shape } : undefined;
  const [first, second, year] = [Number(a), Number(b), Number(c)];
  if (!isDay(year, second, first) && !isDay(year, first, second)) return undefined;
  return { kind: 'slash', first, second, year, shape, clockFormat: clockFormat(clock, seconds, fraction, meridiem, zone) };
}

function clockFormat(
  clock: string | undefined,
  seconds: string | undefined,
  fraction: string | undefined,
  meridiem: string,
  zone: string,
): string {
  if (clock === undefined) return '';
  const time = ` ${meridiem === '' ? '%H' : '%I'}:%M${seconds === undefined ? '' : ':%S'}${fraction === undefined ? '' : '.%f'}`;
  const half = meridiem === '' ? '' : meridiem.replace(/[AaPp][Mm]/, '%p');
  return `${time}${half}${zone.replace(/\S+/, /[+-]/.test(zone) ? '%z' : '%Z')}`;
}

function isoShape(text: string): TimeShape | undefined {
  const match = CALENDAR_SHAPE.exec(text);
  if (match === null) return undefined;
  const [, year = '', , , separator, seconds, point, fraction = '', zone = ''] = match;
  const century = centuryOf(year);
  if (century === undefined || point === ',' || fraction.length > MOST_FRACTION_DIGITS) return undefined;
  return {
    kind: 'iso',
    century,
    separator: separator === 'T' || separator === ' ' ? separator : '',
    hasSeconds: seconds !== undefined,
    fractionDigits: fraction.length,
    zone,
    isAnyOffset: false,
  };
}

function centuryOf(year: string): Century | undefined {
  if (/^20\d\d$/.test(year)) return '20';
  return /^199[1-9]$/.test(year) ? '19' : undefined;
}

/** Whether a day of the proleptic Gregorian calendar exists. */
function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (lengths[month - 1] ?? 0);
}
