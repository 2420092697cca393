import { isUtc, utcFromLocal, wallOffset } from '../sql/functions.js';
import { join, type Sql, sql } from '../sql/sql.js';
import type { ZoneOffsets } from '../time/zone-offsets.js';
import type { TimeFormat } from './time-format.js';
import { type EpochUnit, NAIVE_TIME, NUMBER_TIME, type SlashOrder, type TimeShape, ZONE_OF_TIME, ZONED_TIME } from './time-text.js';

const EARLIEST_MS = Date.UTC(1990, 0, 1);
/** A day beyond the last one that has four digits for its year in every zone. */
const LATEST_MS = Date.UTC(10_000, 0, 2);
const MICROSECONDS: Record<EpochUnit, number> = { s: 1_000_000, ms: 1_000, us: 1 };
/** Whole numbers of a unit that are no date of 8 or 14 digits and lie between 1990 and year 10000. */
const PLAIN_NUMBERS: Record<EpochUnit, { from: number; to: number }> = {
  s: { from: 631_152_000, to: 99_999_999_999 },
  ms: { from: 631_152_000_000, to: 9_999_999_999_999 },
  us: { from: 631_152_000_000_000, to: 253_402_300_800_000_000 },
};
const TEMPORAL_TYPE = /^(TIMESTAMP|DATE)/;
const WHOLE_TYPE = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const BINARY_TYPE = /^(DOUBLE|FLOAT)$/;

/**
 * The instant of a text as TIMESTAMP (UTC, microseconds), or null: not in one of the accepted forms, of another epoch
 * unit than the file's, or before 1990. Naive times are of `zone`. `text` should be a plain column.
 */
export function timestampQuery(text: Sql, format: TimeFormat, zone: ZoneOffsets): Sql {
  if (format.pattern !== null) return plausible(patternInstant(text, format.pattern, zone));
  const shapes = format.shapes.map((shape) => shapeBranches(text, shape, format, zone));
  const rest = plausible(anyInstant(text, format, zone));
  return shapes.length === 0 ? rest : sql`case ${join(shapes, sql` `)} else ${rest} end`;
}

/** Why `timestampQuery` is null: `no_time`, `unreadable_time`, `implausible_time` or `other_time_unit`; null where it is not. */
export function timeProblemQuery(text: Sql, format: TimeFormat, zone: ZoneOffsets): Sql {
  const isReadable = format.pattern !== null ? patternInstant(text, format.pattern, zone) : anyInstant(text, format, zone);
  return sql`case when ${text} is null or ${text} = '' then 'no_time'
    when ${timestampQuery(text, format, zone)} is not null then null
    when ${isReadable} is not null then 'implausible_time'
    when ${format.pattern === null ? isNumber(text) : sql`false`} then 'other_time_unit'
    else 'unreadable_time' end`;
}

/**
 * As `timestampQuery`, for a column of a DuckDB type: TIMESTAMP of any precision and DATE are wall clocks of `zone`,
 * TIMESTAMP WITH TIME ZONE is an instant, everything else is read by the rules for text. `format` is needed for the latter.
 */
export function typedTimestampQuery(column: Sql, typeName: string, format: TimeFormat | null, zone: ZoneOffsets): Sql {
  if (TEMPORAL_TYPE.test(typeName)) return temporalInstant(column, typeName, zone);
  const rules = format ?? NO_FORMAT;
  const byText = timestampQuery(typedText(column, typeName), rules, zone);
  if (!WHOLE_TYPE.test(typeName) || rules.epochUnit === null) return byText;
  const { from, to } = PLAIN_NUMBERS[rules.epochUnit];
  const microseconds = sql`cast(${column} as bigint) * ${MICROSECONDS[rules.epochUnit]}`;
  return sql`case when ${column} between ${from} and ${to} then make_timestamp(${microseconds}) else ${byText} end`;
}

/** As `timeProblemQuery`, for a column of a DuckDB type. */
export function typedTimeProblemQuery(column: Sql, typeName: string, format: TimeFormat | null, zone: ZoneOffsets): Sql {
  if (!TEMPORAL_TYPE.test(typeName)) return timeProblemQuery(typedText(column, typeName), format ?? NO_FORMAT, zone);
  return sql`case when ${column} is null then 'no_time'
    when ${typedTimestampQuery(column, typeName, format, zone)} is not null then null
    else 'implausible_time' end`;
}

const NO_FORMAT: TimeFormat = { pattern: null, epochUnit: null, slashOrder: null, shapes: [] };

function typedText(column: Sql, typeName: string): Sql {
  if (typeName === 'VARCHAR') return column;
  const text = sql`cast(${column} as varchar)`;
  if (!BINARY_TYPE.test(typeName)) return text;
  return sql`case when ${column} = trunc(${column}) and abs(${column}) < 1e18 then cast(cast(${column} as bigint) as varchar) else ${text} end`;
}

function temporalInstant(column: Sql, typeName: string, zone: ZoneOffsets): Sql {
  const isInstant = /^TIMESTAMPTZ$|WITH TIME ZONE$/.test(typeName);
  if (isInstant) {
    const microseconds = sql`epoch_us(${column})`;
    return sql`case when isfinite(${column}) then case when ${microseconds} >= ${EARLIEST_MS * 1000} and ${microseconds} < ${LATEST_MS * 1000} then make_timestamp(${microseconds}) end end`;
  }
  const wall = sql`try_cast(${column} as timestamp)`;
  const earliest = timestampOfMs(EARLIEST_MS + 1000 * zone.firstOffsetSeconds);
  return sql`case when ${wall} >= ${earliest} and ${wall} < ${timestampOfMs(LATEST_MS)} then ${utcFromLocal(wall, zone)} end`;
}

/** The value, or null outside 1990 … 9999; worked out once: the function NULLIF of DuckDB would write it twice. */
function plausible(instant: Sql): Sql {
  return sql`list_filter([${instant}], lambda moment: moment >= ${timestampOfMs(EARLIEST_MS)} and moment < ${timestampOfMs(LATEST_MS)})[1]`;
}

function timestampOfMs(ms: number): Sql {
  return sql`make_timestamp(${ms * 1000})`;
}

function patternInstant(text: Sql, pattern: string, zone: ZoneOffsets): Sql {
  const tokens = pattern.replaceAll('%%', '');
  // DuckDB's %z does not know Z.
  const value = pattern.endsWith('%z') ? sql`regexp_replace(${text}, 'Z$', '+00')` : text;
  const read = sql`try_strptime(${value}, ${pattern})`;
  if (/%[zZ]/.test(tokens)) return sql`make_timestamp(epoch_us(${read}))`;
  return utcFromLocal(read, zone);
}

// The whole grammar: exact, and several times as dear as the branches of the shapes.

function anyInstant(text: Sql, format: TimeFormat, zone: ZoneOffsets): Sql {
  const wall = wallClock(text, format.slashOrder);
  const naive = sql`case when regexp_full_match(${text}, ${NAIVE_TIME}) then ${wall} ${digitBranches(text)} end`;
  return sql`coalesce(
    ${utcFromLocal(naive, zone)},
    case when regexp_full_match(${text}, ${ZONED_TIME}) then ${shiftBack(wall, zoneMicroseconds(text))} end,
    ${epochInstant(text, format.epochUnit)})`;
}

/** The date and time as written, whatever follows them. */
function wallClock(text: Sql, order: SlashOrder | null): Sql {
  const slash = sql`regexp_extract(${text}, '^[0-9/]+(?: [0-9:.]+)?')`;
  const yearLast = order === 'day-first' ? sql`'\\3-\\2-\\1'` : order === 'month-first' ? sql`'\\3-\\1-\\2'` : sql`null`;
  const slashDate = sql`regexp_replace(${slash}, '^([0-9]+)/([0-9]+)/([0-9]+)', case when ${text} glob '[0-9][0-9][0-9][0-9]/*' then '\\1-\\2-\\3' else ${yearLast} end)`;
  const iso = sql`regexp_extract(replace(${text}, ',', '.'), '^[0-9-]{10}(?:[T ][0-9:.]+)?')`;
  // The cast takes a colon without seconds.
  const basic = sql`regexp_replace(replace(${text}, ',', '.'), '^(....)(..)(..)T(..)(..)([0-9]{2})?([.][0-9]+)?.*$', '\\1-\\2-\\3 \\4:\\5:\\6\\7')`;
  return sql`case when contains(${text}, '/') then ${shiftBack(sql`try_cast(${slashDate} as timestamp)`, meridiemMicroseconds(text))}
    when ${text} like '____-%' then try_cast(${iso} as timestamp)
    else try_cast(${basic} as timestamp) end`;
}

/** What to take from a 12-hour clock read as a 24-hour one. */
function meridiemMicroseconds(text: Sql): Sql {
  const hour = sql`regexp_extract(${text}, ' 0?([0-9]{1,2}):', 1)`;
  return sql`case when not regexp_matches(${text}, '[0-9] ?[AaPp][Mm]') then 0
    when regexp_matches(${text}, '[0-9] ?[Aa][Mm]') then case when ${hour} = '12' then 43200000000 else 0 end
    when ${hour} = '12' then 0
    else -43200000000 end`;
}

function zoneMicroseconds(text: Sql): Sql {
  const zone = sql`regexp_extract(${text}, ${ZONE_OF_TIME}, 1)`;
  return sql`case when ${zone} in ('Z', 'UTC', 'GMT') then 0 else ${offsetMicroseconds(
    sql`substring(${zone}, 1, 1)`,
    sql`substring(${zone}, 2, 2)`,
    sql`case when strlen(${zone}) > 3 then right(${zone}, 2) else '0' end`,
  )} end`;
}

function offsetMicroseconds(sign: Sql, hours: Sql, minutes: Sql): Sql {
  return sql`(case when ${sign} = '-' then -60000000 else 60000000 end) * (try_cast(${hours} as bigint) * 60 + try_cast(${minutes} as bigint))`;
}

function digitBranches(text: Sql): Sql {
  return sql`when regexp_full_match(${text}, '[1-9][0-9]{7}') then try_strptime(${text}, '%Y%m%d')
    when regexp_full_match(${text}, '[1-9][0-9]{13}') then try_strptime(${text}, '%Y%m%d%H%M%S')`;
}

function isNumber(text: Sql): Sql {
  return sql`regexp_full_match(${text}, ${NUMBER_TIME})`;
}

function epochInstant(text: Sql, unit: EpochUnit | null): Sql {
  if (unit === null) return sql`cast(null as timestamp)`;
  const whole = sql`try_cast(split_part(${text}, '.', 1) as bigint)`;
  const size = sql`abs(${whole})`;
  const isOfUnit = {
    s: sql`${size} < 100000000000`,
    ms: sql`${size} between 100000000000 and 99999999999999`,
    us: sql`${size} >= 100000000000000`,
  }[unit];
  const digits = { s: 6, ms: 3, us: 0 }[unit];
  const fraction = digits === 0 ? sql`0` : sql`try_cast(rpad(left(split_part(${text}, '.', 2), ${digits}), ${digits}, '0') as bigint)`;
  return sql`case when ${isNumber(text)} then case when ${isOfUnit} then make_timestamp(${whole} * ${MICROSECONDS[unit]} + ${fraction}) end end`;
}

// One layout each: a pattern pins every character that DuckDB's cast would let pass as something else
// (a blank for a leading zero, an offset inside a fraction, hour 24), the cast checks the rest.

function shapeBranches(text: Sql, shape: TimeShape, format: TimeFormat, zone: ZoneOffsets): Sql {
  if (shape.kind === 'iso') return isoBranches(text, shape, zone);
  if (shape.kind === 'slash') return slashBranch(text, shape, format.slashOrder, zone);
  if (shape.kind === 'digits') return digitsBranch(text, shape, zone);
  return epochBranch(text, format.epochUnit);
}

type ShapeOf<K extends TimeShape['kind']> = Extract<TimeShape, { kind: K }>;

const YEARS = { '20': '20??', '19': '199[1-9]' } as const;

function isoBranches(text: Sql, shape: ShapeOf<'iso'>, zone: ZoneOffsets): Sql {
  if (shape.separator === '') {
    return sql`when ${text} glob ${`${YEARS[shape.century]}-??-?[0-9]`} then ${wallToUtc(text, sql`try_cast(${text} as timestamp)`, 'YYYY-MM-DD', zone)}`;
  }
  const offset = /^( ?)([+-])(\d\d)(:?)(\d\d)?$/.exec(shape.zone);
  if (offset === null) return isoBranch(text, shape, shape.zone, zone);
  const [, blank = '', sign = '', hours = '', colon = '', minutes] = offset;
  const anyOffset = `${blank}[-+][01][0-9]${colon}${minutes === undefined ? '' : '[0-5][0-9]'}`;
  const generic = isoBranch(text, shape, anyOffset, zone, {
    at: blank.length + 1,
    hasMinutes: minutes !== undefined,
    width: colon.length + 4,
  });
  if (shape.isAnyOffset) return generic;
  const shift = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000_000;
  return sql`${isoBranch(text, shape, shape.zone, zone, shift)} ${generic}`;
}

interface WrittenOffset {
  /** Position of the sign after the time, from 1. */
  readonly at: number;
  readonly hasMinutes: boolean;
  /** Characters from the sign to the last digit of the minutes, less one. */
  readonly width: number;
}

function isoBranch(text: Sql, shape: ShapeOf<'iso'>, ending: string, zone: ZoneOffsets, offset: number | WrittenOffset = 0): Sql {
  const date = `${YEARS[shape.century]}-??-?[0-9]${shape.separator}`;
  const fraction = shape.fractionDigits === 0 ? '' : `.${'[0-9]'.repeat(shape.fractionDigits)}`;
  const rest = `${shape.hasSeconds ? ':??:?[0-9]' : ':?[0-9]'}${fraction}${ending}`;
  const length = (shape.hasSeconds ? 19 : 16) + (fraction === '' ? 0 : 1 + shape.fractionDigits);
  // The cast takes these zones, and an offset without a blank, but leaves the offset out; only after seconds.
  const isCastable = shape.zone === '' || (shape.hasSeconds && /^(Z| UTC|[+-].*)$/.test(shape.zone));
  const wall = sql`try_cast(${isCastable ? text : sql`left(${text}, ${length})`} as timestamp)`;
  const layout: Layout = `YYYY-MM-DD${shape.separator === 'T' ? 'T' : ' '}HH:MM${shape.hasSeconds ? ':SS' : ''}`;
  const instant =
    shape.zone === ''
      ? wallToUtc(text, wall, layout, zone)
      : offset === 0
        ? wall
        : shiftBack(wall, typeof offset === 'number' ? sql`${offset}` : writtenOffset(text, length, offset));
  return sql`when ${text} glob ${`${date}[01]?${rest}`} or ${text} glob ${`${date}2[0-3]${rest}`} then ${instant}`;
}

function writtenOffset(text: Sql, length: number, { at, hasMinutes, width }: WrittenOffset): Sql {
  const part = (from: number, count: number): Sql => sql`substring(${text}, ${length + at + from}, ${count})`;
  return offsetMicroseconds(part(0, 1), part(1, 2), hasMinutes ? part(width - 1, 2) : sql`'0'`);
}

function digitsBranch(text: Sql, shape: ShapeOf<'digits'>, zone: ZoneOffsets): Sql {
  const pattern = `${shape.century === '20' ? '20[0-9][0-9]' : '199[1-9]'}${'[0-9]'.repeat(shape.length - 4)}`;
  const wall = sql`try_strptime(${text}, ${shape.length === 8 ? '%Y%m%d' : '%Y%m%d%H%M%S'})`;
  return sql`when ${text} glob ${pattern} and ${wall} is not null then ${wallToUtc(text, wall, shape.length === 8 ? 'YYYYMMDD' : 'YYYYMMDDHHMMSS', zone)}`;
}

function slashBranch(text: Sql, shape: ShapeOf<'slash'>, order: SlashOrder | null, zone: ZoneOffsets): Sql {
  const year = shape.century === '20' ? '20[0-9]{2}' : '199[1-9]';
  const date = shape.isYearFirst ? `${year}/[0-9]{1,2}/[0-9]{1,2}` : `[0-9]{1,2}/[0-9]{1,2}/${year}`;
  const dateFormat = shape.isYearFirst ? '%Y/%m/%d' : order === 'month-first' ? '%m/%d/%Y' : '%d/%m/%Y';
  const isHalfDay = shape.meridiem !== '';
  const hour = isHalfDay ? '(?:0?[1-9]|1[0-2])' : '(?:[01]?[0-9]|2[0-3])';
  const seconds = shape.clock === 'hour-minute-second';
  const clock = shape.clock === '' ? '' : ` ${hour}:[0-5][0-9]${seconds ? ':[0-5][0-9]' : ''}`;
  const clockFormat = shape.clock === '' ? '' : ` ${isHalfDay ? '%I' : '%H'}:%M${seconds ? ':%S' : ''}`;
  const meridiem = shape.meridiem.replace('AM', '[AaPp][Mm]');
  const read = sql`try_strptime(${text}, ${`${dateFormat}${clockFormat}${shape.meridiem.replace('AM', '%p')}`})`;
  return sql`when regexp_full_match(${text}, ${`${date}${clock}${meridiem}`}) then ${utcFromLocal(read, zone)}`;
}

/** A whole number without a leading zero is its own text again: no regular expression, and no `1_000` or `1e9`. */
function epochBranch(text: Sql, unit: EpochUnit | null): Sql {
  if (unit === null) return sql`when false then null`;
  const { from, to } = PLAIN_NUMBERS[unit];
  const number = sql`try_cast(${text} as bigint)`;
  return sql`when cast(${number} as varchar) = ${text} and ${number} between ${from} and ${to} then make_timestamp(${number} * ${MICROSECONDS[unit]})`;
}

type Layout = 'YYYY-MM-DD' | `YYYY-MM-DD${'T' | ' '}HH:MM${'' | ':SS'}` | 'YYYYMMDD' | 'YYYYMMDDHHMMSS';

/**
 * UTC of a wall clock whose text orders like its time: the offset is found by comparing the text, as DuckDB would read
 * a value again for every mention of it inside a CASE.
 */
function wallToUtc(text: Sql, wall: Sql, layout: Layout, zone: ZoneOffsets): Sql {
  if (isUtc(zone)) return wall;
  return shiftBack(
    wall,
    wallOffset(zone, (wallMs) => sql`${text} < ${firstText(wallMs, layout)}`),
  );
}

/** The first text of a layout that is not before a wall clock. */
function firstText(wallMs: number, layout: Layout): string {
  const step = layout.endsWith('SS') ? 1000 : layout.endsWith('MM') ? 60_000 : 86_400_000;
  const iso = new Date(Math.ceil(wallMs / step) * step).toISOString();
  if (layout === 'YYYYMMDD') return iso.slice(0, 10).replaceAll('-', '');
  if (layout === 'YYYYMMDDHHMMSS') return iso.slice(0, 19).replaceAll(/[-:T]/g, '');
  return iso.slice(0, layout.length).replace('T', layout.includes('T') ? 'T' : ' ');
}

/** A TIMESTAMP moved back by microseconds. */
function shiftBack(timestamp: Sql, microseconds: Sql): Sql {
  return sql`make_timestamp(epoch_us(${timestamp}) - (${microseconds}))`;
}
