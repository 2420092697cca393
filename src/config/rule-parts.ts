import { didYouMean, nearest } from '../errors/nearest.js';
import { FEATURES } from '../segmentation/rules/features.js';
import {
  type Behaviour,
  type Bound,
  type Duration,
  type EventSelector,
  type Feature,
  LONGEST_AGO,
  type Measure,
  type Range,
  type Rule,
  type Span,
  type Test,
  type Unit,
  type UserProperty,
  type Window,
} from '../segmentation/rules/rule.js';
import { isFitText, WEEKDAYS } from '../segmentation/rules/words.js';
import { dayOfIso } from '../time/day.js';

/** Why a text is no part of a rule. `where` is what is wrong of it; the whole of it by default. */
export class Fault {
  readonly message: string;
  readonly where: Span | undefined;

  constructor(message: string, where?: Span) {
    this.message = message;
    this.where = where;
  }
}

/** An end of a range: of numbers, or of days as ISO texts. */
export interface End {
  readonly bound: Bound;
  readonly kind: 'number' | 'day';
}

export type Ends = { readonly low: End | null; readonly high: End | null };

export const ONCE: Range = { low: { value: '1', isIncluded: true }, high: null, isNegated: false };
export const EVER: Window = { kind: 'ever' };
const MOST_STEPS = 5;
const EMPTY_RANGE = 'nothing lies in this range: the lower end comes first';
const MOST_CHARACTERS = 200;
const MICROSECONDS: Readonly<Record<string, bigint>> = {
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 604_800_000_000n,
};
const UNIT_DAYS: Readonly<Record<Unit, number>> = { day: 1, week: 7, month: Number.NaN };
const UNITS: ReadonlyMap<string, LengthUnit> = new Map(
  Object.entries({
    second: ['s', 'sec', 'second', 'seconds'],
    minute: ['min', 'minute', 'minutes'],
    hour: ['h', 'hour', 'hours'],
    day: ['d', 'day', 'days'],
    week: ['w', 'week', 'weeks'],
    month: ['mo', 'month', 'months'],
  }).flatMap(([unit, words]) => words.map((word) => [word, unit as LengthUnit] as const)),
);

export type LengthUnit = 'second' | 'minute' | 'hour' | Unit;

/** A length such as `30 days`. */
export interface Length {
  readonly count: number;
  readonly unit: LengthUnit;
}

/** The unit that a word means: `d`, `days`, `min`. */
export function unitOf(word: string): LengthUnit | Fault {
  const unit = UNITS.get(word.toLowerCase());
  if (unit !== undefined) return unit;
  if (word === 'm') return new Fault('m may be minutes or months: write min or months');
  const close = nearest(
    word,
    [...UNITS.keys()].filter((each) => each.length > 1 && each.endsWith('s')),
  );
  return new Fault(`expected minutes, hours, days, weeks or months${didYouMean(close)}`);
}

/** The unit of distinct days, weeks or months, and of `per`. */
export function periodOf(word: string): Unit | undefined {
  const unit = UNITS.get(word.toLowerCase());
  return unit === 'day' || unit === 'week' || unit === 'month' ? unit : undefined;
}

/** A number as exact decimal text without needless zeros, or why it is none. */
export function readNumber(text: string): string | Fault {
  const match = /^(-?)(\d{1,27})(?:\.(\d{1,10}))?$/.exec(text);
  if (match === null) {
    if (/^-?\d+(?:\.\d+)?e[+-]?\d+$/i.test(text)) return new Fault(`write the number out in place of ${text}`);
    if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text))
      return new Fault(`a number has no thousands separators: ${text.replaceAll(',', '')}`);
    return new Fault('expected a number, such as 3 or 49.90, with up to 10 decimals');
  }
  const [, sign = '', whole = '', decimals = ''] = match;
  if (/^0\d/.test(whole)) return new Fault(`a number begins with no zero: ${BigInt(whole)}; a text that looks like one stands after =`);
  const fraction = decimals.replace(/0+$/, '');
  const number = fraction === '' ? whole : `${whole}.${fraction}`;
  return number === '0' ? '0' : sign + number;
}

/** A whole number within bounds, or what was expected in its place. */
export function readWhole(text: string, least: number, most: number): number | Fault {
  const isWhole = /^(?:0|[1-9]\d{0,14})$/.test(text);
  return isWhole && Number(text) >= least && Number(text) <= most
    ? Number(text)
    : new Fault(`expected a whole number from ${least} to ${most}`);
}

/** A day as its number, or why it is none. */
export function readDay(text: string): number | Fault {
  const day = dayOfIso(text);
  if (day !== undefined) return day;
  return new Fault(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `there is no day ${text}` : 'expected a day as YYYY-MM-DD');
}

/** A number or a day as the end of a range. */
export function readEnd(text: string, isIncluded: boolean): End | Fault {
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const day = readDay(text);
    return day instanceof Fault ? day : { kind: 'day', bound: { value: text, isIncluded } };
  }
  const number = readNumber(text);
  return number instanceof Fault ? number : { kind: 'number', bound: { value: number, isIncluded } };
}

export function readDuration({ count, unit }: Length): Duration | Fault {
  const microseconds = MICROSECONDS[unit];
  if (microseconds === undefined) return new Fault('a month has no fixed length: give days or weeks');
  if (BigInt(count) * microseconds > BigInt(LONGEST_AGO) * 86_400_000_000n) return new Fault(`expected at most ${LONGEST_AGO} days`);
  return { microseconds: BigInt(count) * microseconds, text: `${count} ${unit}${count === 1 ? '' : 's'}` };
}

/** A length in days or weeks, as days. */
export function daysOf({ count, unit }: Length): number | Fault {
  if (unit !== 'day' && unit !== 'week') return new Fault('expected days or weeks');
  const days = count * UNIT_DAYS[unit];
  return days >= 1 && days <= LONGEST_AGO ? days : new Fault(`expected 1 to ${LONGEST_AGO} days`);
}

/** The last so many hours, days, weeks or months. */
export function lastWindow({ count, unit }: Length): Window | Fault {
  if (unit === 'second' || unit === 'minute') return new Fault('a window has hours, days, weeks or months');
  const most = unit === 'hour' ? LONGEST_AGO * 24 : unit === 'month' ? 1200 : Math.floor(LONGEST_AGO / UNIT_DAYS[unit]);
  return count >= 1 && count <= most ? { kind: 'last', count, unit } : new Fault(`expected 1 to ${most} ${unit}s`);
}

export function weekdayOf(word: string): number | Fault {
  const index = WEEKDAYS.indexOf(word.toLowerCase() as (typeof WEEKDAYS)[number]);
  return index === -1 ? new Fault(`expected days of the week: ${WEEKDAYS.join(', ')}`) : index + 1;
}

/** Hours from `from` to `to`, or why there are none. */
export function readHours(from: string, to: string): { readonly from: number; readonly to: number } | Fault {
  const [begin, end] = [readWhole(from, 0, 23), readWhole(to, 1, 24)];
  if (begin instanceof Fault || end instanceof Fault || begin === end) {
    return new Fault('expected hours of the day such as 9 to 17 or 22 to 4, the last one excluded');
  }
  return { from: begin, to: end };
}

/** A range of numbers, or why nothing lies in it. `isWhole`: of whole numbers from 0 up. */
export function rangeOf({ low, high }: Ends, isNegated: boolean, isWhole: boolean): Range | Fault {
  if (low?.kind === 'day' || high?.kind === 'day') return new Fault('expected a number in place of a day');
  const range = { low: low?.bound ?? null, high: high?.bound ?? null, isNegated };
  for (const bound of [range.low, range.high]) {
    if (isWhole && bound !== null && !/^\d+$/.test(bound.value))
      return new Fault(`${bound.value} is no count: expected a whole number from 0 up`);
  }
  if (isWhole && range.low === null && range.high?.value === '0' && !range.high.isIncluded) return new Fault('a count is never below 0');
  return isEmpty(range.low, range.high, scaled, isWhole ? scaled('1') : 0n) ? new Fault(EMPTY_RANGE) : range;
}

/** What a range of numbers or days asks of a text, or why nothing lies in it. */
export function rangeTest({ low, high }: Ends, isNegated: boolean): Test | Fault {
  const [kind] = [low, high].flatMap((end) => end?.kind ?? []);
  if (low !== null && high !== null && low.kind !== high.kind) return new Fault('a range has two numbers or two days');
  const ends = { low: low?.bound ?? null, high: high?.bound ?? null };
  const isNothing =
    kind === 'day' ? isEmpty(ends.low, ends.high, (text) => BigInt(dayOfIso(text) ?? 0), 1n) : isEmpty(ends.low, ends.high, scaled, 0n);
  if (isNothing) return new Fault(EMPTY_RANGE);
  return { kind: kind === 'day' ? 'dates' : 'numbers', ...ends, isNegated };
}

/** Whether nothing lies between two ends; `step` is the distance of neighbours, 0 where there are none. */
function isEmpty(low: Bound | null, high: Bound | null, rank: (text: string) => bigint, step: bigint): boolean {
  if (low === null || high === null) return false;
  const from = rank(low.value) + (low.isIncluded ? 0n : step);
  const to = rank(high.value) - (high.isIncluded ? 0n : step);
  const isPoint = step > 0n || (low.isIncluded && high.isIncluded);
  return isPoint ? from > to : from >= to;
}

/** A decimal text in units of its tenth decimal. */
function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(10, '0'));
  return text.startsWith('-') ? -size : size;
}

/** Whether a window is a whole number of units long, so that one can speak of `per` unit. */
export function perProblem(window: Window, unit: Unit, { kind }: Measure): string | undefined {
  if (kind !== 'count' && kind !== 'sum') return 'per goes with a number of events or a sum';
  const days = daysIn(window);
  if (unit === 'month')
    return window.kind === 'last' && window.unit === 'month' ? undefined : 'per month goes with a window of months, such as last 3 months';
  return days !== undefined && days % UNIT_DAYS[unit] === 0
    ? undefined
    : `per ${unit} goes with a window of whole ${unit}s, such as last ${unit === 'day' ? 30 : 4} ${unit}s`;
}

function daysIn(window: Window): number | undefined {
  switch (window.kind) {
    case 'last':
      return window.unit === 'day' || window.unit === 'week' ? window.count * UNIT_DAYS[window.unit] : undefined;
    case 'ago':
      return window.from - window.to + 1;
    case 'dates':
      return window.first === null || window.last === null ? undefined : window.last - window.first + 1;
    case 'since_first_seen':
      return window.days;
    default:
      return undefined;
  }
}

/** Rules that hold all together, or any of them: in one list what belongs together, one alone as itself. */
export function combination(kind: 'all' | 'any', rules: readonly Rule[], span: Span): Rule {
  const flat = rules.flatMap((rule) => (rule.kind === kind ? rule.rules : [rule]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind, rules: flat, span };
}

/** A leaf whose test is negated: within it where ends are included, else around it. */
export function negatable(leaf: Feature | UserProperty): Rule {
  const { test, span } = leaf;
  const isRange = test.kind === 'numbers' || test.kind === 'dates';
  if (!test.isNegated || !isRange || (test.low?.isIncluded === true && test.high?.isIncluded === true)) return leaf;
  return { kind: 'not', rule: { ...leaf, test: { ...test, isNegated: false } }, span };
}

/** A test of a feature: numbers and days are compared as such, and values there are none of are refused. */
export function featureRule(column: string, test: Test, span: Span): Rule | Fault {
  const { kind, values } = FEATURES.get(column) ?? { kind: 'text' as const };
  if (test.kind === 'set') return { kind: 'feature', column, test, span };
  if (kind === 'text') {
    if (test.kind === 'numbers' || test.kind === 'dates') return new Fault(`${column} is a text: compare it with = or in`);
    const unknown = test.kind === 'in' ? test.values.find((value) => values?.includes(value) === false) : undefined;
    if (unknown === undefined) return { kind: 'feature', column, test, span };
    const close = nearest(unknown, values ?? []);
    return new Fault(
      `${column} is never "${unknown}"${close === undefined ? `: it is ${values?.join(', ')}` : `; did you mean "${close}"?`}`,
    );
  }
  const expected = kind === 'number' ? 'number' : 'dates';
  if (test.kind === 'contains' || test.kind === 'matches') {
    return new Fault(`${column} is a ${kind}: compare it with = or a range`);
  }
  if (test.kind === 'in') {
    const leaves: Rule[] = [];
    for (const value of test.values) {
      const end = readEnd(value, true);
      if (end instanceof Fault) return kind === 'number' ? end : new Fault('expected a day as YYYY-MM-DD');
      const one = rangeTest({ low: end, high: end }, false);
      if (one instanceof Fault) return one;
      const leaf = featureRule(column, one, span);
      if (leaf instanceof Fault) return leaf;
      leaves.push(leaf);
    }
    const [only] = leaves;
    if (leaves.length === 1 && only?.kind === 'feature') return { ...only, test: { ...only.test, isNegated: test.isNegated } };
    const any = combination('any', leaves, span);
    return test.isNegated ? { kind: 'not', rule: any, span } : any;
  }
  if (kind === 'number' ? test.kind === 'dates' : test.kind === 'numbers') {
    return new Fault(expected === 'number' ? `${column} is a number, and this a day` : `${column} is a day: expected YYYY-MM-DD`);
  }
  return negatable({ kind: 'feature', column, test, span });
}

/** What is wrong with steps of a sequence. */
export function stepsProblem(steps: readonly EventSelector[], isMissed: boolean, within: Duration | null): string | undefined {
  if (steps.length > MOST_STEPS) return `a sequence has at most ${MOST_STEPS} steps`;
  if (isMissed && steps.length > 2) return 'what is not followed has one step before it';
  if (isMissed && within === null) return 'say within what time it is not followed: within 24 hours';
  return undefined;
}

/** A behaviour; without a range, a number of events of at least one. */
export function behaviour(value: Behaviour['value'], range: Range | undefined, per: Unit | null, span: Span): Behaviour | Fault {
  if (range !== undefined) return { kind: 'behaviour', value, range, per, span };
  if (value.measure.kind === 'count') return { kind: 'behaviour', value, range: ONCE, per: null, span };
  return new Fault('say how much it is, such as at least 3');
}

/** Whether numbers of a measure are whole and not below 0. */
export function isCounted({ kind }: Measure): boolean {
  return kind === 'count' || kind === 'distinct' || kind === 'distinct_values';
}

/** A name or a value of the analyst's own, or why it cannot stand in a rule. */
export function readName(text: string): string | Fault {
  if (text === '') return new Fault('expected a name or a value that is not empty');
  if (!isFitText(text)) return new Fault('a name or value has no control characters and is one line');
  return [...text].length <= MOST_CHARACTERS ? text : new Fault(`a name or value has at most ${MOST_CHARACTERS} characters`);
}
