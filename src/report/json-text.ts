import { safeJson } from './safe-text.js';

/** A number written with the digits given, such as `0.170000`. */
export class JsonNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

export type JsonValue = string | number | boolean | null | JsonNumber | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const INDENT = '  ';

/** The value as JSON of our own: keys as they come, 2 blanks a level, a newline at the end, nothing a terminal obeys. */
export function renderJson(value: JsonValue): string {
  return `${safeJson(write(value, ''))}\n`;
}

function write(value: JsonValue, indent: string): string {
  if (value instanceof JsonNumber) return value.digits;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = indent + INDENT;
  if (isList(value)) {
    return value.length === 0 ? '[]' : `[\n${value.map((item) => deeper + write(item, deeper)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => `${deeper}${JSON.stringify(key)}: ${write(item, deeper)}`);
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
