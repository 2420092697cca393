import { type Sql, sql } from './sql.js';

/** The offsets of a zone from UTC, in seconds east: the first one, and each change in order of time. */
export interface OffsetTable {
  readonly transitions: readonly {
    /** The first instant of the new offset. */
    readonly atUtcMs: number;
    readonly offsetBeforeSeconds: number;
    readonly offsetAfterSeconds: number;
  }[];
  readonly firstOffsetSeconds: number;
}

const MICROSECONDS_PER_SECOND = 1_000_000;
const MICROSECONDS_PER_DAY = 86_400_000_000;
const WIDEST_BUCKET_DAYS = 128;

/** A DOUBLE of fewer units than this is less than a tenth of a unit away from its DECIMAL, also after a multiplication. */
const EXACT_UNIT_DIGITS = 14;

/**
 * A DECIMAL of up to `scale` decimals as a HUGEINT of 10^-scale; in parts, as the whole times 10^scale may have too many
 * digits. Amounts of everyday size go through DOUBLE: 128-bit division costs eight times as much.
 */
export function unitsOf(decimal: Sql, scale: number): Sql {
  const unit = 10 ** scale;
  return sql`case when abs(${decimal}) < ${10 ** (EXACT_UNIT_DIGITS - scale)} then round(${decimal}::double * ${unit})::bigint::hugeint
       else trunc(${decimal})::hugeint * ${unit} + ((${decimal} - trunc(${decimal})) * ${unit})::hugeint
  end`;
}

/** How many values `stableHash` can have. */
export const STABLE_HASHES = 2n ** 32n;

/** A number from 0 to 2^32 − 1 (BIGINT) of a text, the same in every engine and version: the first 8 hexadecimal digits of the MD5 of its UTF-8. */
export function stableHash(text: Sql): Sql {
  return sql`('0x' || substr(md5(${text}), 1, 8))::bigint`;
}

/**
 * A user's draw (BIGINT, one of `STABLE_HASHES` numbers, spread evenly), which hangs on a salt and the bytes of the id alone: any program can
 * work it out from `salt:id`. With the same salt it is the same draw everywhere.
 */
export function saltedDraw(salt: Sql, id: Sql): Sql {
  return stableHash(sql`${salt} || ':' || ${id}`);
}

/** Days since 1970-01-01 (INTEGER) of an instant (TIMESTAMP, UTC) in a zone. */
export function localDay(utc: Sql, zone: OffsetTable): Sql {
  const wall = isUtc(zone) ? utc : sql`make_timestamp(epoch_us(${utc}) + ${offsetQuery(sql`epoch_us(${utc})`, zone, utcBoundary)})`;
  return sql`cast(cast(${wall} as date) - date '1970-01-01' as integer)`;
}

/** The wall clock of an instant (TIMESTAMP, UTC) in a zone, in microseconds since 1970-01-01 there (BIGINT). */
export function wallMicros(utc: Sql, zone: OffsetTable): Sql {
  return isUtc(zone) ? sql`epoch_us(${utc})` : sql`(epoch_us(${utc}) + ${offsetQuery(sql`epoch_us(${utc})`, zone, utcBoundary)})`;
}

/**
 * The instant (TIMESTAMP, UTC) of a wall clock (TIMESTAMP) in a zone: in a gap shifted forward by the gap, in an
 * overlap the earlier one. `local` is worked out several times, so it should be a column where rows are many.
 */
export function utcFromLocal(local: Sql, zone: OffsetTable): Sql {
  if (isUtc(zone)) return local;
  return sql`make_timestamp(epoch_us(${local}) - ${offsetQuery(sql`epoch_us(${local})`, zone, wallBoundary)})`;
}

/**
 * Microseconds to take from a wall clock to get UTC (BIGINT), where comparing the clock is cheaper than reading it:
 * `isBefore` says whether it is before another one, given in milliseconds as if it were UTC.
 */
export function wallOffset(zone: OffsetTable, isBefore: (wallMs: number) => Sql): Sql {
  const { transitions } = zone;
  const branch = (from: number, to: number): Sql => {
    if (from === to) return sql`${(transitions[from - 1]?.offsetAfterSeconds ?? zone.firstOffsetSeconds) * MICROSECONDS_PER_SECOND}`;
    const middle = Math.floor((from + to) / 2);
    const change = transitions[middle];
    if (change === undefined) throw new RangeError(`no change ${middle}`);
    return sql`case when ${isBefore(wallBoundary(change) / 1000)} then ${branch(from, middle)} else ${branch(middle + 1, to)} end`;
  };
  return branch(0, transitions.length);
}

/** Whether the wall clocks of a zone show UTC. */
export function isUtc(zone: OffsetTable): boolean {
  return zone.transitions.length === 0 && zone.firstOffsetSeconds === 0;
}

/**
 * A value worked out step by step, each from the one before, which is worked out once however often a step names it:
 * DuckDB has no let, and would repeat the expression. A step costs some 0.1 µs a row, so this is for rare rows; a
 * constant list inside a step would be copied for every row.
 */
export function inSteps(value: Sql, ...steps: readonly ((value: Sql) => Sql)[]): Sql {
  const values = steps.reduce((list, step) => sql`list_transform(${list}, lambda step_value: ${step(sql`step_value`)})`, sql`[${value}]`);
  return sql`${values}[1]`;
}

type Transition = OffsetTable['transitions'][number];

function utcBoundary(change: Transition): number {
  return change.atUtcMs * 1000;
}

/** The first wall clock that is read with the new offset: after the gap, or after both turns of an overlap. */
function wallBoundary(change: Transition): number {
  return utcBoundary(change) + Math.max(change.offsetBeforeSeconds, change.offsetAfterSeconds) * MICROSECONDS_PER_SECOND;
}

/**
 * The offset in microseconds (BIGINT) at a time in microseconds. The years between the first and the last change are
 * cut into buckets of equal width that hold one change at most, so a division finds the two offsets and the boundary
 * between them: as fast as a tree of CASE, ten times shorter to plan, and without the ICU casts that cost three times as much.
 */
function offsetQuery(time: Sql, zone: OffsetTable, boundaryOf: (change: Transition) => number): Sql {
  const { transitions } = zone;
  const [first] = transitions;
  const last = transitions.at(-1);
  if (first === undefined || last === undefined) return sql`${zone.firstOffsetSeconds * MICROSECONDS_PER_SECOND}`;
  const start = boundaryOf(first);
  const width = bucketWidth(transitions.map(boundaryOf));
  const boundaries: number[] = [];
  const before: number[] = [];
  const after: number[] = [];
  let offset = zone.firstOffsetSeconds;
  let next = 0;
  for (let from = start; from <= boundaryOf(last); from += width) {
    const change = transitions[next];
    const isHere = change !== undefined && boundaryOf(change) < from + width;
    before.push(offset * MICROSECONDS_PER_SECOND);
    boundaries.push(isHere ? boundaryOf(change) : from);
    if (isHere) {
      offset = change.offsetAfterSeconds;
      next += 1;
    }
    after.push(offset * MICROSECONDS_PER_SECOND);
  }
  const bucket = sql`[least(greatest((${time} - ${start}) // ${width} + 1, 1), ${before.length})]`;
  return sql`case when ${time} < ${numbers(boundaries)}${bucket} then ${numbers(before)}${bucket} else ${numbers(after)}${bucket} end`;
}

/** In microseconds: the widest of 128, 64, 32 … days that keeps two changes out of one bucket. */
function bucketWidth(boundaries: readonly number[]): number {
  const [start = 0] = boundaries;
  for (let days = WIDEST_BUCKET_DAYS; days > 1; days /= 2) {
    const width = days * MICROSECONDS_PER_DAY;
    const buckets = new Set(boundaries.map((boundary) => Math.floor((boundary - start) / width)));
    if (buckets.size === boundaries.length) return width;
  }
  return MICROSECONDS_PER_DAY;
}

/** A constant list, bound as one text: hundreds of holes would take longer to plan than the query to run. */
function numbers(values: readonly number[]): Sql {
  return sql`cast(string_split(${values.join(',')}, ',') as bigint[])`;
}

/**
 * HMAC-SHA256 of a text in UTF-8, as 64 hexadecimal digits (RFC 2104): the pads are the key, filled up to 64 bytes, with 0x36 and 0x5c in every
 * byte, in hexadecimal digits.
 */
export function hmacSha256Hex(text: Sql, innerPad: string, outerPad: string): Sql {
  return sql`sha256(unhex(${outerPad}) || unhex(sha256(unhex(${innerPad}) || encode(${text}))))`;
}
