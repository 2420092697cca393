import { keyOf, OPTION_NAMES, OPTIONS } from '../config/options.js';
import type { Settings } from '../config/settings.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';
import type { GivenCommand } from './command-line.js';
import { readingOptions } from './nightly-inputs.js';
import type { Night } from './run-nightly.js';

/** Of the folder of a run: the settings that say how files are read, in words. */
export const READING_NAME = 'reading.json';

/** Settings of reading by the names they have in a config file. */
export type ReadingWords = Readonly<Record<string, string>>;

/** What of reading comes from several settings, or from none alone. */
const SHARED_NAMES: Readonly<Record<string, string>> = {
  properties: 'columns of keep and by',
  rules: 'columns of own segments',
  people: 'files of people',
  usersColumns: 'columns of the users file',
  hasEntity: 'entity',
};

/** The settings that decide what is kept of files, by name; those that were not given are left out. */
export function readingWords(
  settings: Settings,
  night: Pick<Night, 'definitions' | 'people' | 'usersColumns'>,
  command: GivenCommand,
): ReadingWords {
  const options = JSON.parse(JSON.stringify(readingOptions(settings, night, command))) as JsonObject;
  const { columns, roleFlags, hasIdentity: _identity, ...others } = options;
  const named: [string, Json][] = [
    ...entriesOf(columns).map(([role, value]): [string, Json] => [columnKey(role), value]),
    ...entriesOf(roleFlags).map(([roles, value]): [string, Json] => [roleKey(roles), value]),
    ...Object.entries(others).map(([name, value]): [string, Json] => [SHARED_NAMES[name] ?? snakeCase(name), value ?? null]),
  ];
  return Object.fromEntries(named.flatMap(([name, value]) => (isNothing(value) ? [] : [[name, wordsOf(value)]])));
}

/** The same as the text of a file. */
export function readingText(...given: Parameters<typeof readingWords>): string {
  return `${JSON.stringify(readingWords(...given), null, 2)}\n`;
}

/** What such a text holds; undefined where it is none. */
export function parseReadingText(text: string): ReadingWords | undefined {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.values(value).every((one) => typeof one === 'string') ? (value as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, one]): [string, Json] => [key, one ?? null])
    : [];
}

function columnKey(role: string): string {
  const name = OPTION_NAMES.find((option) => {
    const { value } = OPTIONS[option];
    return value.kind === 'column' && value.role === role;
  });
  return name === undefined ? `${role} column` : keyOf(name);
}

/** `passiveEvents` are of `passive_event`. */
function roleKey(roles: string): string {
  return snakeCase(roles).replace(/s$/, '');
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isNothing(value: Json): boolean {
  if (value === null || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every((one) => isNothing(one ?? null));
}

function isTexts(value: object): boolean {
  return Object.values(value).every((one) => typeof one === 'string');
}

function wordsOf(value: Json): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const { text, name } = value as JsonObject;
  if (typeof text === 'string') return text;
  if (typeof name === 'string') return name;
  return Object.values(value).every(Array.isArray)
    ? Object.values(value)
        .flatMap((list) => (isNothing(list ?? null) ? [] : [wordsOf(list ?? null)]))
        .join(', ')
    : isTexts(value)
      ? Object.values(value).join(', ')
      : canonicalJson(value);
}
