import { canonicalJson, type Json, type JsonObject } from '../../membership/publish/canonical-json.js';
import type { DefinitionChange } from './check-result.js';
import type { Definitions } from './run-record.js';

/** Files about people: another one tonight is other data, by the same definitions. */
const FILES_ABOUT_PEOPLE: readonly string[] = ['users', 'identity'];
/** Lists that say who is counted: another list is another population. By the checksum of what stands in them. */
const LISTS_OF_PEOPLE: readonly string[] = ['only', 'exclude'];
/** Enough of a checksum to tell lists apart. */
const SHOWN_CHECKSUM = 12;
const EVENT_ROLE = /_event$/;
const AS_OF = 'as_of';
/** It may move from night to night. */
const SINCE = 'since';

/**
 * The definitions among the settings of a manifest, by flat names such as `set.new.days`: of `deciding`, by their keys, and gaps and edges
 * where they are frozen. Measured gaps and edges are none: they move with the data.
 */
export function definitionsOf(settings: JsonObject, deciding: ReadonlySet<string>): Definitions {
  const besides = ['frozen', ...FILES_ABOUT_PEOPLE, ...LISTS_OF_PEOPLE];
  const kept = Object.entries(settings).filter(([key]) => key !== AS_OF && (deciding.has(key) || besides.includes(key)));
  return Object.fromEntries(kept.flatMap(([key, value]) => flat(key, steady(key, value ?? null))));
}

/** What of a setting is a definition. A role of events that was switched off is another one than that of nothing given. */
function steady(key: string, value: Json): Json {
  if (EVENT_ROLE.test(key) && Array.isArray(value) && value.length === 0) return 'none';
  if (typeof value !== 'string') return value;
  if (LISTS_OF_PEOPLE.includes(key)) return value.slice(0, SHOWN_CHECKSUM);
  return FILES_ABOUT_PEOPLE.includes(key) || key === SINCE ? 'given' : value;
}

/** What of the definitions differs, of some names or all; nothing where either is not known. */
export function definitionChanges(
  before: Definitions | null,
  after: Definitions | null,
  isMeant: (name: string) => boolean = () => true,
): DefinitionChange[] {
  if (before === null || after === null) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(isMeant).sort();
  return names.flatMap((name) => {
    const [was, is] = [before[name] ?? null, after[name] ?? null];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}

function flat(name: string, value: Json): [string, string][] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [[name, value.map(textOf).join(', ')]];
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => flat(`${name}.${key}`, one ?? null));
  return [[name, textOf(value)]];
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return canonicalJson(value);
  const { text, kind, column } = value as JsonObject;
  // A condition as it was given; a further segmentation by its name.
  if (typeof text === 'string') return text;
  return typeof kind === 'string' ? [kind, ...(typeof column === 'string' ? [column] : [])].join(':') : canonicalJson(value);
}
