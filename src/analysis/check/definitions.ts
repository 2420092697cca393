import { canonicalJson, type Json, type JsonObject } from '../../membership/publish/canonical-json.js';
import type { Definitions } from './run-record.js';

/** Files of people: another one tonight is other data, by the same definitions. */
const FILES_OF_PEOPLE: readonly string[] = ['users', 'identity', 'only', 'exclude'];
/** They move from night to night. */
const DATES: readonly string[] = ['as_of', 'since'];

/**
 * The definitions among the settings of a manifest, by flat names such as `set.new.days`: of `deciding`, by their keys, and gaps and edges
 * where they are frozen. Measured gaps and edges are none: they move with the data.
 */
export function definitionsOf(settings: JsonObject, deciding: ReadonlySet<string>): Definitions {
  const kept = Object.entries(settings).filter(
    ([key]) => !DATES.includes(key) && (deciding.has(key) || key === 'frozen' || FILES_OF_PEOPLE.includes(key)),
  );
  return Object.fromEntries(
    kept.flatMap(([key, value]) => flat(key, FILES_OF_PEOPLE.includes(key) && typeof value === 'string' ? 'given' : (value ?? null))),
  );
}

function flat(name: string, value: Json): [string, string][] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[name, value.map(textOf).join(', ')]];
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => flat(`${name}.${key}`, one ?? null));
  return [[name, textOf(value)]];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
