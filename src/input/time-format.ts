import { fail } from '../errors/segment-error.js';
import { guessTimeFormat } from './guess-time-format.js';
import { type EpochUnit, HEAD_RECORDS, readTimeText, type SlashOrder, type TimeShape } from './time-text.js';

/** How the time column of a file is read. Plain data. */
export interface TimeFormat {
  /** `--time-format`: then nothing else is accepted. */
  readonly pattern: string | null;
  /** What the numbers of the file count; null when its head shows none. */
  readonly epochUnit: EpochUnit | null;
  /** Null when the head shows no slash date whose year comes last. */
  readonly slashOrder: SlashOrder | null;
  /** The commonest layouts of the head, commonest first. They decide how fast rows are read, never what they mean. */
  readonly shapes: readonly TimeShape[];
}

export interface TimeOptions {
  /** `--time-format`: strptime tokens. */
  readonly format?: string | undefined;
  /** The order of slash dates when no value proves one. */
  readonly assumedSlashOrder?: SlashOrder | undefined;
}

export interface TimeContext {
  readonly file: string;
  readonly column: string;
  /** As the user called it, for the command to try. */
  readonly command: string;
  /** The flags that settle how it is read, where they are not those of events. */
  readonly flags?: { readonly format: string; readonly column: string } | undefined;
}

const MOST_SHAPES = 6;
const LEAST_SHARE_OF_SHAPE = 0.005;
const EXAMPLES = 3;
const UNITS: readonly EpochUnit[] = ['us', 'ms', 's'];
/** What DuckDB's strptime knows, as the text it may stand for. */
const TOKENS: ReadonlyMap<string, string> = new Map([
  ...[...'dmyHIMSjUWVuwG'].map((token): [string, string] => [token, '[0-9]{1,4}']),
  ...[...'dmyHIMSj'].map((token): [string, string] => [`-${token}`, '[0-9]{1,3}']),
  ...[...'fgn'].map((token): [string, string] => [token, '[0-9]+']),
  ...[...'aAbBhp'].map((token): [string, string] => [token, '[^0-9]+']),
  ...[...'cxXT'].map((token): [string, string] => [token, '.+']),
  ['Y', '[0-9]{1,4}'],
  ['z', '(?:Z|[+-][0-9:]+)'],
  ['Z', '.+'],
  ['%', '%'],
]);

/**
 * Decides how a column of times is read. `values` is its text in the file's first 10,000 records, '' for empty.
 * Errors: `date-order-ambiguous`, `time-unreadable`, `time-format-mismatch`, `time-format-token`.
 */
export function decideTimeFormat(values: readonly string[], options: TimeOptions, context: TimeContext): TimeFormat {
  const present = values.slice(0, HEAD_RECORDS).filter((value) => value !== '');
  if (options.format !== undefined) return patternFormat(options.format, present, context);
  const texts = present.map(readTimeText);
  if (present.length > 0 && texts.every((text) => text === undefined)) {
    fail('time-unreadable', { ...context, examples: examplesOf(present), format: guessTimeFormat(present) });
  }
  return {
    pattern: null,
    epochUnit: commonestUnit(texts),
    slashOrder: slashOrder(texts, present, options.assumedSlashOrder, context),
    shapes: commonestShapes(texts),
  };
}

type Texts = readonly ReturnType<typeof readTimeText>[];

/** Ties: the finer unit. */
function commonestUnit(texts: Texts): EpochUnit | null {
  const counts = UNITS.map((unit) => texts.filter((text) => text?.kind === 'epoch' && text.unit === unit).length);
  const most = Math.max(...counts);
  return most === 0 ? null : (UNITS[counts.indexOf(most)] ?? null);
}

/** Proven by a value that is a day in one order only; errors when none is, or both are. */
function slashOrder(texts: Texts, values: readonly string[], assumed: SlashOrder | undefined, context: TimeContext): SlashOrder | null {
  const { any, dayFirst, monthFirst } = slashProofs(texts, values);
  if (any === undefined) return null;
  if (dayFirst !== undefined && monthFirst === undefined) return 'day-first';
  if (monthFirst !== undefined && dayFirst === undefined) return 'month-first';
  if (dayFirst === undefined && assumed !== undefined) return assumed;
  const { first, second, year, clockFormat, value } = dayFirst ?? any;
  fail('date-order-ambiguous', {
    ...context,
    value,
    dayFirst: isoDay(year, second, first),
    monthFirst: isoDay(year, first, second),
    contradiction: monthFirst?.value,
    dayFirstFormat: `%d/%m/%Y${clockFormat}`,
    monthFirstFormat: `%m/%d/%Y${clockFormat}`,
  });
}

/** Any slash date whose year comes last, and dates that are one in one order only. */
function slashProofs(texts: Texts, values: readonly string[]) {
  const dates = texts.flatMap((text, index) => (text?.kind === 'slash' ? [{ ...text, value: values[index] ?? '' }] : []));
  return { any: dates[0], dayFirst: dates.find(({ first }) => first > 12), monthFirst: dates.find(({ second }) => second > 12) };
}

/** A slash date among others of which none proves the order of day and month; undefined when one does, or there are none. */
export function unprovenDate(values: readonly string[]): string | undefined {
  const { any, dayFirst, monthFirst } = slashProofs(values.map(readTimeText), values);
  return dayFirst === undefined && monthFirst === undefined ? any?.value : undefined;
}

function isoDay(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Layouts that hold a fair share of the values; different offsets written alike become one layout. */
function commonestShapes(texts: Texts): TimeShape[] {
  const counts = new Map<string, { shape: TimeShape; count: number }>();
  let total = 0;
  for (const text of texts) {
    if (text === undefined) continue;
    total += 1;
    if (text.shape === undefined) continue;
    const key = JSON.stringify(anyOffset(text.shape));
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { shape: text.shape, count: 1 });
    else {
      known.count += 1;
      if (isOtherZone(known.shape, text.shape)) known.shape = anyOffset(known.shape);
    }
  }
  return [...counts.values()]
    .filter(({ count }) => count >= LEAST_SHARE_OF_SHAPE * total)
    .sort((left, right) => right.count - left.count)
    .slice(0, MOST_SHAPES)
    .map(({ shape }) => shape);
}

function isOtherZone(left: TimeShape, right: TimeShape): boolean {
  return left.kind === 'iso' && right.kind === 'iso' && left.zone !== right.zone;
}

function anyOffset(shape: TimeShape): TimeShape {
  if (shape.kind !== 'iso' || !/[+-]/.test(shape.zone)) return shape;
  return { ...shape, zone: shape.zone.replace(/[+-]/, '+').replaceAll(/\d/g, '0'), isAnyOffset: true };
}

function patternFormat(pattern: string, values: readonly string[], context: TimeContext): TimeFormat {
  const expected = patternText(pattern, context.flags);
  if (values.length > 0 && !values.some((value) => expected.test(value))) {
    fail('time-format-mismatch', { ...context, format: pattern, examples: examplesOf(values) });
  }
  return { pattern, epochUnit: null, slashOrder: null, shapes: [] };
}

/** What a pattern can match at most: wide enough never to refuse a value that DuckDB reads. */
function patternText(pattern: string, flags: TimeContext['flags']): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; ) {
    const token = /^%(-?[A-Za-z]|%)/.exec(pattern.slice(at))?.[1];
    const text = token === undefined ? undefined : TOKENS.get(token);
    if (pattern[at] === '%' && text === undefined) fail('time-format-token', { format: pattern, token: pattern.slice(at, at + 2), flags });
    source += text ?? (pattern[at] === ' ' ? '\\s*' : (pattern[at] ?? '').replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&'));
    at += token === undefined ? 1 : token.length + 1;
  }
  return new RegExp(`^\\s*${source}\\s*$`, 'i');
}

/** The commonest values, so that one odd cell does not stand for the column. */
function examplesOf(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.entries()]
    .sort((left, right) => right[1] - left[1])
    .slice(0, EXAMPLES)
    .map(([value]) => (value.length > 40 ? `${value.slice(0, 40)}…` : value));
}
