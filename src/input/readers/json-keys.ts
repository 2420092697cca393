import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { list, type Sql, sql } from '../../sql/sql.js';
import type { InputFile } from '../sources.js';
import { LINE_LIMIT } from '../text/plain-text.js';
import { COLUMN_LIMIT } from '../text/text-file.js';
import { HEAD_RECORDS } from '../time-text.js';
import { globLiteral } from './glob-literal.js';
import { jsonPointer } from './json-text.js';

/** Objects within objects are followed so far. */
const DEEPEST = 5;
const NUL_ESCAPE = '\\u0000';
const SCALARS = ['VARCHAR', 'BIGINT', 'UBIGINT', 'DOUBLE', 'BOOLEAN'];

/** The engine's reading of lines: a row for each that is not blank, null where it is no JSON. Types are never looked for. */
export function linesOf(paths: readonly string[]): Sql {
  return sql`read_ndjson_objects(${list(paths.map(globLiteral))}, ignore_errors = true, maximum_object_size = ${LINE_LIMIT + 1})`;
}

/** The same of files that are each one list: DuckDB alone can read those where nothing in them is damaged. */
export function elementsOf(paths: readonly string[]): Sql {
  return sql`read_json_objects(${list(paths.map(globLiteral))}, format = 'array', maximum_object_size = ${LINE_LIMIT + 1})`;
}

interface Keys {
  readonly keys: readonly string[];
  /** Whether a text may hold a NUL. */
  readonly hasNul: boolean;
  /** Lines that are not blank. */
  readonly lines: number;
}

/** The keys of all objects, from the first line to the last. Errors: `no-json-objects`, `too-many-columns`. */
export async function findKeys(database: Database, source: InputFile, path: string): Promise<Keys> {
  const rows = await database.rows<{ key: string | null; lines: number; nul: boolean }>(sql`
    select key,
           count(*) as lines,
           bool_or(nul) as nul
    from (
      select unnest(list_append(case when starts_with(json, '{') then json_keys(json) end, null)) as key,
             coalesce(contains(json, ${NUL_ESCAPE}), false) as nul
      from ${linesOf([path])}
    ) as keys
    group by key
    order by key nulls first
    limit ${COLUMN_LIMIT + 2}`);
  const [all, ...named] = rows;
  const keys = named.flatMap(({ key }) => key ?? []);
  if (all === undefined || keys.length === 0) fail('no-json-objects', { file: source.name });
  if (keys.length > COLUMN_LIMIT) fail('too-many-columns', { file: source.name, columns: keys.length, limit: COLUMN_LIMIT });
  return { keys, hasNul: all.nul, lines: all.lines };
}

/** A type name, the structure of each key of an object, or the one of a list's elements. */
export type Structure = string | readonly Structure[] | { readonly [key: string]: Structure };

/** What the first records hold, by key. */
export async function headStructure(database: Database, path: string): Promise<Readonly<Record<string, Structure>>> {
  const [row] = await database.rows<{ structure: string | null }>(sql`
    select json_group_structure(json) as structure
    from (select json from ${linesOf([path])} limit ${HEAD_RECORDS}) as head
    where starts_with(json, '{')`);
  const structure: unknown = JSON.parse(row?.structure ?? '{}');
  return isObject(structure) ? structure : {};
}

function isObject(structure: unknown): structure is Readonly<Record<string, Structure>> {
  return typeof structure === 'object' && structure !== null && !Array.isArray(structure);
}

/** Whether something is a list of keys with values of one of several types each, as Google Analytics writes parameters. */
export function isKeyedList(structure: Structure | undefined): boolean {
  if (!Array.isArray(structure)) return false;
  const [element] = structure as readonly Structure[];
  return isObject(element) && element['key'] === 'VARCHAR' && isObject(element['value']);
}

/** Names of the fields of an object and of the objects within it. */
export function leafNames(name: string, structure: Structure | undefined, depth: number): string[] {
  if (!isObject(structure)) return [];
  return Object.entries(structure).flatMap(([key, value]) => {
    const path = `${name}.${key}`;
    if (isObject(value)) return depth < DEEPEST ? leafNames(path, value, depth + 1) : [];
    return Array.isArray(value) ? [] : [path];
  });
}

/** Keys whose values are objects or lists, never plain: by the head, or, where that does not tell, by the whole file. */
export async function nestedKeys(
  database: Database,
  path: string,
  keys: readonly string[],
  structure: Readonly<Record<string, Structure>>,
): Promise<ReadonlySet<string>> {
  const nested = new Set(keys.filter((key) => typeof structure[key] === 'object'));
  const unknown = keys.filter((key) => !SCALARS.includes(String(structure[key])) && !nested.has(key));
  if (unknown.length === 0) return nested;
  const answers = unknown.map(
    (_, index) =>
      sql`coalesce(bool_or(types[${index + 1}] in ('OBJECT', 'ARRAY')) and not bool_or(types[${index + 1}] not in ('OBJECT', 'ARRAY', 'NULL')), false)`,
  );
  const [row] = await database.rows<{ nested: boolean[] }>(sql`
    select ${list(answers)} as nested
    from (
      select json_type(json, ${list(unknown.map((key) => jsonPointer([key])))}) as types
      from ${linesOf([path])}
      where starts_with(json, '{')
    ) as typed`);
  return new Set([...nested, ...unknown.filter((_, index) => row?.nested[index])]);
}
