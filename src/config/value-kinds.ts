import { listed } from '../errors/messages.js';
import { nearest } from '../errors/nearest.js';
import type { RejectBound } from '../input/check-rejects.js';
import { isEncoding } from '../input/text/encoding.js';
import { dayOfIso } from '../time/day.js';
import type { OptionValue } from './options.js';

/** Why a text is no value of an option: what was expected in its place. */
export class Refusal {
  readonly expected: string;

  constructor(expected: string) {
    this.expected = expected;
  }
}

type Kind = Exclude<OptionValue['kind'], 'parameters'>;
type OfKind<K extends Kind> = Extract<OptionValue, { readonly kind: K }>;

const DELIMITER_NAMES = new Map(Object.entries({ tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', pipe: '|', space: ' ' }));
const LEAST_MEMORY = 64 * 2 ** 20;
const SIZE_UNITS = new Map(
  Object.entries({ b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 }),
);

/** How the text of each kind of value becomes the value, or why it does not. */
export const VALUE_KINDS = {
  switch: (text: string): boolean | Refusal => (text === 'true' ? true : text === 'false' ? false : new Refusal('true or false')),
  text: (text: string, { what }: OfKind<'text'>): string | Refusal => nonEmpty(text, what),
  file: (text: string): string | Refusal => nonEmpty(text),
  folder: (text: string): string | Refusal => nonEmpty(text),
  column: (text: string, { role, none }: OfKind<'column'>): string | Refusal =>
    text === 'none' && none === undefined ? new Refusal(`a column: there are no segments without the ${role}`) : nonEmpty(text),
  event: (text: string): string | Refusal => (text.trim() === '' ? new Refusal('the name of an event, or none') : text),
  property: (text: string): readonly string[] | Refusal => {
    const names = text.split(',').map((name) => name.trim());
    return names.includes('') ? new Refusal('column names separated by commas') : names;
  },
  choice: (text: string, { choices }: OfKind<'choice'>): string | Refusal => {
    if (choices.includes(text)) return text;
    const close = nearest(text, choices);
    const all = choices.length === 2 ? choices.join(' or ') : `one of ${listed(choices)}`;
    return new Refusal(`${all}${close === undefined ? '' : ` (did you mean ${close}?)`}`);
  },
  whole: (text: string, { min, max, or }: OfKind<'whole'>): number | string | Refusal => {
    if (text === or) return text;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    const other = or === undefined ? '' : `, or ${or}`;
    return number >= min && number <= max ? number : new Refusal(`a whole number from ${min} to ${max}${other}`);
  },
  day: (text: string, { from, to, or }: OfKind<'day'>): string | Refusal => {
    if (text === or) return text;
    if (dayOfIso(text) !== undefined && text >= (from ?? text) && text <= (to ?? text)) return text;
    const other = or === undefined ? '' : `, or ${or}`;
    return new Refusal(from === undefined ? `a day as YYYY-MM-DD${other}` : `a day from ${from} to ${to}${other}`);
  },
  zone: (text: string): string | Refusal => {
    if (/^[A-Za-z]/.test(text) && isZone(text)) return text;
    const close = nearest(text, Intl.supportedValuesOf('timeZone'));
    return new Refusal(`a zone name such as UTC or Europe/Berlin${close === undefined ? '' : `; did you mean ${close}`}`);
  },
  encoding: (text: string): string | Refusal =>
    isEncoding(text) ? text : new Refusal('utf-8, utf-16le, windows-1252, iso-8859-1 or another encoding name'),
  delimiter: (text: string): string | Refusal => {
    const delimiter = DELIMITER_NAMES.get(text) ?? text;
    const isOne = [...delimiter].length === 1 && !/["\r\n\0]/.test(delimiter);
    return isOne ? delimiter : new Refusal('one character that is no quote or line end, or tab');
  },
  bound: (text: string): RejectBound | Refusal => {
    const match = /^(\d{1,15})(\.\d{1,6})?(\s?%)?$/.exec(text);
    const number = Number(match?.[1]) + Number(match?.[2] ?? 0);
    if (match?.[3] !== undefined && number <= 100) return { kind: 'percent', percent: number };
    if (match !== null && match[2] === undefined && match[3] === undefined) return { kind: 'rows', rows: number };
    return new Refusal('a number of rows such as 500, or a share such as 2%');
  },
  /** Bytes. */
  size: (text: string): number | Refusal => {
    const match = /^(\d{1,12}(?:\.\d{1,6})?)\s?([a-z]{1,3})$/i.exec(text);
    const unit = SIZE_UNITS.get(match?.[2]?.toLowerCase() ?? '');
    const bytes = unit === undefined ? Number.NaN : Math.floor(Number(match?.[1]) * unit);
    const isEnough = bytes >= LEAST_MEMORY && Number.isSafeInteger(bytes);
    return isEnough ? bytes : new Refusal('a size of at least 64MiB with its unit, such as 512MB, 2GB or 1.5GiB');
  },
} as const satisfies { readonly [K in Kind]: (text: string, value: OfKind<K>) => unknown };

/** The value that one text of an option stands for. */
export function parseText<V extends Exclude<OptionValue, { kind: 'parameters' }>>(text: string, value: V): unknown {
  const parse = VALUE_KINDS[value.kind] as (text: string, value: V) => unknown;
  return parse(text, value);
}

function nonEmpty(text: string, what = 'a value that is not empty'): string | Refusal {
  return text === '' ? new Refusal(what) : text;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
