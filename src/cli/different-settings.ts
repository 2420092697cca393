import { keyOf, optionOf, optionsOf } from '../config/options.js';
import { canonicalJson, type Json, type JsonObject } from '../membership/publish/canonical-json.js';

/** A setting that two runs of classify had differently, as text; undefined: nothing was given. */
export interface DifferentSetting {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Files of people: another one tonight is other data, by the same settings. */
export const FILES_OF_PEOPLE: readonly string[] = ['users', 'identity', 'only', 'exclude'];
/** They differ from night to night, or put nobody into another segment of the others. */
const FREE_KEYS: readonly string[] = ['as_of', 'frozen', 'by', 'segments'];

/**
 * The settings that can put the same user into another segment and that differ, by flat names such as `set.new.days`. The as-of date,
 * what is in the files (also those of people) and what was frozen do not count.
 */
export function differentSettings(before: JsonObject, after: JsonObject): DifferentSetting[] {
  const written = optionsOf('classify').flatMap((name) => (optionOf(name).group === 'write' ? [keyOf(name)] : []));
  const free = new Set([...FREE_KEYS, ...written]);
  const [earlier, later] = [flatSettings(before, free), flatSettings(after, free)];
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .filter((name) => earlier.get(name) !== later.get(name))
    .sort()
    .map((name) => ({ name, before: earlier.get(name), after: later.get(name) }));
}

function flatSettings(settings: JsonObject, free: ReadonlySet<string>): ReadonlyMap<string, string> {
  const kept = Object.entries(settings).filter(([key]) => !free.has(key));
  return new Map(kept.flatMap(([key, value = null]) => flat(key, FILES_OF_PEOPLE.includes(key) && value !== null ? 'given' : value)));
}

function flat(name: string, value: Json): [string, string][] {
  if (value === null) return [];
  if (Array.isArray(value)) return [[name, value.length === 0 ? 'none' : value.map(textOf).join(',')]];
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, one = null]) => flat(`${name}.${key}`, one));
  return [[name, textOf(value)]];
}

/** A condition is what was typed for it. */
function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  const text = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject)['text'] : undefined;
  return typeof text === 'string' ? text : canonicalJson(value);
}
