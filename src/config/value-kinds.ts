import type { Landmark } from '../analysis/compare/compare-result.js';
import { type Arm, PARTS_OF_ALL } from '../analysis/split/split-result.js';
import { listed } from '../errors/messages.js';
import { nearest } from '../errors/nearest.js';
import type { RejectBound } from '../input/check-rejects.js';
import type { Condition } from '../input/conditions.js';
import { isEncoding } from '../input/text/encoding.js';
import { type FurtherSegmentation, furtherName, parseFurther } from '../segmentation/further.js';
import { ownName, parseOwn } from '../segmentation/rules/own-name.js';
import { dayOfIso } from '../time/day.js';
import type { Pause } from '../time/pauses.js';
import type { Step } from '../time/periods.js';
import { isZone } from '../time/zone-offsets.js';
import type { OptionValue } from './options.js';
import { parseArms, parseShare } from './parse-arms.js';
import { parseCondition } from './parse-condition.js';
import { expectedTool, exportsSchema, plainExport, type WrittenExport } from './parse-exports.js';
import { nearPause, parsePause } from './parse-pause.js';
import { expectedRetention, parseRetention, type Retention, retentionSchema } from './parse-retention.js';
import { parseSegmentText, type WrittenSegment } from './parse-segment-text.js';
import { parseSizeLimit, type SizeLimit } from './parse-size-limit.js';
import { MOST_STEP_DAYS, parseStep } from './parse-step.js';
import { segmentsSchema } from './segments-schema.js';

/** Why a text is no value of an option: what was expected in its place. */
export class Refusal {
  readonly expected: string;

  constructor(expected: string) {
    this.expected = expected;
  }
}

/** A value that is made of one text; parameters are made of all of theirs. */
export type PlainValue = Exclude<OptionValue, { readonly kind: 'parameters' }>;
type OfKind<K extends PlainValue['kind']> = Extract<PlainValue, { readonly kind: K }>;
type JsonSchema = Readonly<Record<string, unknown>>;

const DELIMITER_NAMES = new Map(Object.entries({ tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', pipe: '|', space: ' ' }));
const LEAST_MEMORY = 64 * 2 ** 20;
const SIZE_UNITS = new Map(
  Object.entries({ b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 }),
);
/** What an editor takes for text, a number or a yes is read as the text that stands there. */
const ANY_TEXT: JsonSchema = { type: ['string', 'number', 'boolean'], minLength: 1 };

/** How the text of each kind of value becomes the value, or why it does not; and what an editor can say about it. */
export const VALUE_KINDS = {
  switch: {
    parse: (text: string): boolean | Refusal => (text === 'true' ? true : text === 'false' ? false : new Refusal('true or false')),
    schema: (): JsonSchema => ({ type: 'boolean' }),
  },
  text: {
    parse: (text: string, { what }: OfKind<'text'>): string | Refusal => nonEmpty(text, what),
    schema: (): JsonSchema => ANY_TEXT,
  },
  file: { parse: (text: string): string | Refusal => nonEmpty(text), schema: (): JsonSchema => ANY_TEXT },
  'name-or-file': { parse: (text: string): string | Refusal => nonEmpty(text), schema: (): JsonSchema => ANY_TEXT },
  folder: { parse: (text: string): string | Refusal => nonEmpty(text), schema: (): JsonSchema => ANY_TEXT },
  input: {
    parse: (text: string): string | Refusal => nonEmpty(text, 'a file, a folder or a pattern'),
    schema: (): JsonSchema => ANY_TEXT,
  },
  column: {
    parse: (text: string, { role, none }: OfKind<'column'>): string | Refusal =>
      text === 'none' && none === undefined ? new Refusal(`a column: there are no segments without the ${role}`) : nonEmpty(text),
    schema: ({ none }: OfKind<'column'>): JsonSchema => (none === undefined ? { ...ANY_TEXT, not: { const: 'none' } } : ANY_TEXT),
  },
  event: {
    parse: (text: string): string | Refusal => (text.trim() === '' ? new Refusal('the name of an event, or none') : text),
    schema: (): JsonSchema => ({ ...ANY_TEXT, pattern: '\\S' }),
  },
  property: {
    parse: (text: string): readonly string[] | Refusal => {
      const names = text.split(',').map((name) => name.trim());
      return names.includes('') ? new Refusal('column names separated by commas') : names;
    },
    schema: (): JsonSchema => ({ ...ANY_TEXT, pattern: '^\\s*[^\\s,][^,]*(,\\s*[^\\s,][^,]*)*$' }),
  },
  pause: {
    parse: (text: string): readonly Pause[] | Refusal => {
      if (text === 'none') return [];
      const parts = text.split(',').map((part) => part.trim());
      const pauses = parts.map(parsePause);
      if (pauses.every((pause) => pause !== undefined)) return pauses;
      const close = nearPause(parts[pauses.indexOf(undefined)] ?? '');
      return new Refusal(
        `a day as YYYY-MM-DD, or FIRST..LAST${close === undefined ? ' such as 2024-12-21..2025-01-05' : ` (did you mean ${close}?)`}`,
      );
    },
    schema: (): JsonSchema => {
      const day = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
      const pause = `\\s*${day}(\\.\\.${day})?\\s*`;
      return { type: 'string', pattern: `^(none|${pause}(,${pause})*)$` };
    },
  },
  condition: {
    parse: (text: string): Condition | Refusal => {
      const condition = parseCondition(text);
      return 'problem' in condition ? new Refusal(condition.problem) : condition;
    },
    schema: (): JsonSchema => ({ type: 'string', pattern: '=' }),
  },
  further: {
    parse: (text: string): readonly FurtherSegmentation[] | Refusal => {
      const all = text.split(',').map((one) => parseFurther(one.trim()));
      const known = all.filter((one) => one !== undefined);
      return known.length === all.length
        ? known
        : new Refusal('engagement, first_match, or property: and a column, several separated by commas');
    },
    schema: (): JsonSchema => ({
      type: 'string',
      pattern: '^\\s*(engagement|first_match|property:[^,]*[^\\s,][^,]*)(,\\s*(engagement|first_match|property:[^,]*[^\\s,][^,]*))*$',
    }),
  },
  destination: {
    parse: (text: string, { names }: OfKind<'destination'>): WrittenExport | Refusal =>
      names.includes(text) ? plainExport(text) : new Refusal(expectedTool(text)),
    schema: exportsSchema,
  },
  retention: {
    parse: (text: string): Retention | Refusal => parseRetention(text) ?? new Refusal(expectedRetention()),
    schema: retentionSchema,
  },
  segment: {
    parse: (text: string): WrittenSegment => parseSegmentText(text),
    schema: segmentsSchema,
  },
  segmentation: {
    parse: (text: string, { names, others }: OfKind<'segmentation'>): string | Refusal => {
      if (names.includes(text)) return text;
      const further = parseFurther(text);
      if (
        further !== undefined &&
        further.kind !== 'first_match' &&
        others.includes(further.kind === 'property' ? 'property:COLUMN' : further.kind)
      )
        return furtherName(further);
      const own = parseOwn(text);
      if (own !== undefined && others.includes('rules:NAME')) return ownName(own);
      const close = nearest(text, [...names, ...others.filter((other) => other === 'engagement')]);
      const meant = close === undefined ? '' : ` (did you mean ${close}?)`;
      return new Refusal(`one of ${[...names, ...others.slice(0, -1)].join(', ')} or ${others.at(-1) ?? ''}${meant}`);
    },
    schema: ({ names, others }: OfKind<'segmentation'>): JsonSchema => ({
      anyOf: [
        { enum: [...names, ...others.filter((other) => other === 'engagement')] },
        ...others.flatMap((other) => (other === 'engagement' ? [] : [{ type: 'string', pattern: `^${other.replace(/:.*/, ':.*\\S')}` }])),
      ],
    }),
  },
  'size-limit': {
    parse: (text: string): SizeLimit | Refusal =>
      parseSizeLimit(text) ??
      new Refusal("a segment and its bound, such as 'status=at_risk max 500', 'status=loyal 20..500' or 'status=loyal share 0.05..0.3'"),
    schema: (): JsonSchema => ({ type: 'string', pattern: '=.*\\s((min|max)\\s|\\S*\\.\\.)' }),
  },
  arms: {
    parse: (text: string): readonly Arm[] | Refusal => {
      const arms = parseArms(text);
      return 'expected' in arms ? new Refusal(arms.expected) : arms;
    },
    schema: (): JsonSchema => ({ type: 'string', pattern: ',' }),
  },
  choice: {
    parse: (text: string, { choices }: OfKind<'choice'>): string | Refusal => {
      if (choices.includes(text)) return text;
      const close = nearest(text, choices);
      const all = choices.length === 2 ? choices.join(' or ') : `one of ${listed(choices)}`;
      return new Refusal(`${all}${close === undefined ? '' : ` (did you mean ${close}?)`}`);
    },
    schema: ({ choices }: OfKind<'choice'>): JsonSchema => ({ enum: choices }),
  },
  whole: {
    parse: (text: string, { min, max, or }: OfKind<'whole'>): number | string | Refusal => {
      if (text === or) return text;
      const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      const other = or === undefined ? '' : `, or ${or}`;
      return number >= min && number <= max ? number : new Refusal(`a whole number from ${min} to ${max}${other}`);
    },
    schema: ({ min, max, or }: OfKind<'whole'>): JsonSchema => {
      const number = { type: 'integer', minimum: min, maximum: max };
      return or === undefined ? number : { anyOf: [number, { const: or }] };
    },
  },
  duration: {
    parse: (text: string, { most }: OfKind<'duration'>): number | Refusal => {
      const [, count, unit] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
      const seconds = Number(count) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
      return seconds <= most ? seconds : new Refusal(`a time up to ${most / 3600}h, such as 30s, 10m or 2h`);
    },
    schema: (): JsonSchema => ({ type: 'string', pattern: '^\\d{1,6}[smh]$' }),
  },
  days: {
    parse: (text: string, { min, max }: OfKind<'days'>): number | Refusal => {
      const days = daysOf(text);
      return days >= min && days <= max ? days : new Refusal(`a number of days from ${min} to ${max}, such as 14d`);
    },
    schema: ({ min, max }: OfKind<'days'>): JsonSchema => ({
      anyOf: [
        { type: 'integer', minimum: min, maximum: max },
        { type: 'string', pattern: '^\\d{1,6}d?$' },
      ],
    }),
  },
  landmark: {
    parse: (text: string, { min, max }: OfKind<'landmark'>): Landmark | Refusal => {
      const day = dayOfIso(text);
      if (day !== undefined) return { kind: 'date', day };
      const days = daysOf(text);
      if (days >= min && days <= max) return { kind: 'days', days };
      return new Refusal(`a number of days from ${min} to ${max}, such as 14d, or a day as YYYY-MM-DD`);
    },
    schema: (): JsonSchema => ({
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^(\\d{1,6}d?|\\d{4}-\\d{2}-\\d{2})$' },
      ],
    }),
  },
  part: {
    parse: (text: string): number | Refusal => {
      const parts = parseShare(text);
      if (parts !== undefined && parts < PARTS_OF_ALL) return parts;
      return new Refusal('a share above 0 % and below 100 %, with at most 4 decimals, such as 10%');
    },
    schema: (): JsonSchema => ({
      anyOf: [
        { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 100 },
        { type: 'string', pattern: '^(?=.*[1-9])0?\\d{1,2}(\\.\\d{1,4})?\\s?%?$' },
      ],
    }),
  },
  step: {
    parse: (text: string): Step | Refusal =>
      parseStep(text) ?? new Refusal(`day, week, month or a number of days from 1d to ${MOST_STEP_DAYS}d`),
    schema: (): JsonSchema => ({ type: 'string', pattern: '^(day|week|month|[1-9]\\d{0,3}d)$' }),
  },
  day: {
    parse: (text: string, { from, to, or }: OfKind<'day'>): string | Refusal => {
      if (text === or) return text;
      if (dayOfIso(text) !== undefined && text >= (from ?? text) && text <= (to ?? text)) return text;
      const other = or === undefined ? '' : `, or ${or}`;
      return new Refusal(from === undefined ? `a day as YYYY-MM-DD${other}` : `a day from ${from} to ${to}${other}`);
    },
    schema: ({ or }: OfKind<'day'>): JsonSchema => ({
      type: 'string',
      pattern: `^(\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])${or === undefined ? '' : `|${or}`})$`,
    }),
  },
  mode: {
    parse: (text: string): number | Refusal =>
      /^0?6[0246]{2}$/.test(text)
        ? Number.parseInt(text, 8)
        : new Refusal('an octal mode by which you read and write, such as 0600, 0640 or 0644'),
    schema: (): JsonSchema => ({
      anyOf: [
        { type: 'string', pattern: '^0?6[0246]{2}$' },
        // A number to an editor: its digits are those of the mode.
        { enum: [0, 20, 40, 60].flatMap((group) => [0, 2, 4, 6].map((others) => 600 + group + others)) },
      ],
    }),
  },
  zone: {
    parse: (text: string): string | Refusal => {
      if (isZone(text)) return text;
      const close = nearest(text, Intl.supportedValuesOf('timeZone'));
      return new Refusal(`a zone such as UTC, Europe/Berlin or +05:30${close === undefined ? '' : `; did you mean ${close}`}`);
    },
    schema: (): JsonSchema => ({ type: 'string', pattern: '^[A-Za-z+-]' }),
  },
  encoding: {
    parse: (text: string): string | Refusal =>
      isEncoding(text) ? text : new Refusal('utf-8, utf-16le, windows-1252, iso-8859-1 or another encoding name'),
    schema: (): JsonSchema => ({ type: 'string', minLength: 1 }),
  },
  delimiter: {
    parse: (text: string): string | Refusal => {
      const delimiter = DELIMITER_NAMES.get(text) ?? text;
      const isOne = [...delimiter].length === 1 && !/["\r\n\0]/.test(delimiter);
      return isOne ? delimiter : new Refusal('one character that is no quote or line end, or tab');
    },
    schema: (): JsonSchema => ({
      anyOf: [
        { enum: [...DELIMITER_NAMES.keys()] },
        { type: 'string', pattern: '^[^"\\r\\n]$' },
        { type: 'integer', minimum: 0, maximum: 9 },
      ],
    }),
  },
  bound: {
    parse: (text: string): RejectBound | Refusal => {
      const match = /^(\d{1,15})(\.\d{1,6})?(\s?%)?$/.exec(text);
      const number = Number(match?.[1]) + Number(match?.[2] ?? 0);
      if (match?.[3] !== undefined && number <= 100) return { kind: 'percent', percent: number };
      if (match !== null && match[2] === undefined && match[3] === undefined) return { kind: 'rows', rows: number };
      return new Refusal('a number of rows such as 500, or a share such as 2%');
    },
    schema: (): JsonSchema => ({
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: '^(\\d{1,2}(\\.\\d{1,6})?|100(\\.0{1,6})?)\\s?%$' },
      ],
    }),
  },
  /** Bytes. */
  size: {
    parse: (text: string): number | Refusal => {
      const match = /^(\d{1,12}(?:\.\d{1,6})?)\s?([a-z]{1,3})$/i.exec(text);
      const unit = SIZE_UNITS.get(match?.[2]?.toLowerCase() ?? '');
      const bytes = unit === undefined ? Number.NaN : Math.floor(Number(match?.[1]) * unit);
      const isEnough = bytes >= LEAST_MEMORY && Number.isSafeInteger(bytes);
      return isEnough ? bytes : new Refusal('a size of at least 64MiB with its unit, such as 512MB, 2GB or 1.5GiB');
    },
    schema: (): JsonSchema => ({ type: 'string', pattern: '^\\d{1,12}(\\.\\d{1,6})?\\s?([KkMmGgTt][Ii]?)?[Bb]$' }),
  },
} as const satisfies {
  readonly [K in PlainValue['kind']]: {
    readonly parse: (text: string, value: OfKind<K>) => unknown;
    readonly schema: (value: OfKind<K>) => JsonSchema;
  };
};

/** The value that one text of an option stands for, or why it stands for none. */
export function parseText(text: string, value: PlainValue): unknown {
  const { parse } = VALUE_KINDS[value.kind] as { readonly parse: (text: string, value: PlainValue) => unknown };
  return parse(text, value);
}

/** What JSON Schema can say about one value of an option. */
export function schemaOf(value: PlainValue): JsonSchema {
  const { schema } = VALUE_KINDS[value.kind] as { readonly schema: (value: PlainValue) => JsonSchema };
  return schema(value);
}

function nonEmpty(text: string, what = 'a value that is not empty'): string | Refusal {
  return text === '' ? new Refusal(what) : text;
}

/** The number in `14` or `14d`; NaN where it is none. */
function daysOf(text: string): number {
  return /^\d{1,6}d?$/.test(text) ? Number(text.replace('d', '')) : Number.NaN;
}
