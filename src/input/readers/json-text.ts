import { join, type Sql, sql } from '../../sql/sql.js';
import type { ReadColumn } from './reader.js';

/** Keys within one another. */
type JsonPath = readonly string[];

/** Names with more dots are one key, or one key for each part. */
const MOST_DOTS = 5;

/**
 * What a dotted name can mean, keys that hold dots themselves before keys within keys: `a.b` is the key `a.b`, or else the
 * key `b` within `a`.
 */
export function jsonPaths(name: string): readonly JsonPath[] {
  const parts = name.split('.');
  if (parts.length - 1 > MOST_DOTS) return [[name], parts];
  const splits = partitions(parts);
  return splits.sort((left, right) => left.length - right.length);
}

/** Every way of joining neighbours with a dot. */
function partitions(parts: readonly string[]): string[][] {
  const [first, ...rest] = parts;
  if (first === undefined) return [];
  if (rest.length === 0) return [[first]];
  return partitions(rest).flatMap(([next = '', ...others]) => [
    [`${first}.${next}`, ...others],
    [first, next, ...others],
  ]);
}

/** A path as a JSON pointer (RFC 6901). */
export function jsonPointer(path: JsonPath): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * The value of a dotted name in a JSON text as text, null for missing, null and ''. `extract` gives the text the engine
 * finds at the pointer of a path: numbers in it are what the engine's doubles print.
 */
export function jsonValueQuery(json: Sql, name: string, extract: (path: JsonPath) => Sql): Sql {
  const values = jsonPaths(name).map((path) => sql`nullif(${asWritten(extract(path), json, path)}, '')`);
  return values.length === 1 ? (values[0] ?? sql`null`) : sql`coalesce(${join(values)})`;
}

/** A member's number that is no plain integer, with the key's end before it. Nothing within a string looks like this. */
const MEMBER_NUMBER = '([^\\\\]"\\s*:\\s*)(-?[0-9]+[.eE][-+.0-9eE]*|-0\\b)';

/** What the engine prints for numbers that it read as doubles, and for -0. */
const PRINTED_DOUBLE = '^(?:0|-?[0-9]+(?:[.][0-9]+(?:e[-+]?[0-9]+)?|e[-+]?[0-9]+))$';

/**
 * The engine reads numbers that are no integers as doubles: 1.50 comes out as 1.5, 1e5 as 100000.0. Where that may have
 * happened, the number is taken from the JSON text as it is written: by its key when that stands there once, else by reading
 * the object again with its numbers put in quotes.
 */
function asWritten(text: Sql, json: Sql, path: JsonPath): Sql {
  const key = JSON.stringify(path.at(-1) ?? '');
  const isOnce = sql`${json} not like ${`%${key}%${key}%`}`;
  const usual = [':', ': '].flatMap((colon) => [',', '}'].map((end) => sql`contains(${json}, ${key + colon} || ${text} || ${end})`));
  const written = sql`regexp_extract(${json}, ${`${escapeRegExp(key)}\\s*:\\s*("?[-+.0-9a-zA-Z]*"?)`}, 1)`;
  return sql`case
                 when ${text} is null or not regexp_matches(${text}, ${PRINTED_DOUBLE})
                   then ${text}
                 when ${isOnce} and (${join(usual, sql` or `)})
                   then ${text}
                 when ${isOnce} and ${written} = '"' || ${text} || '"'
                   then ${text}
                 when ${isOnce} and try_cast(${written} as double) = try_cast(${text} as double)
                   then ${written}
                 else json_extract_string(regexp_replace(${json}, ${MEMBER_NUMBER}, '\\1"\\2"', 'g'), ${jsonPointer(path)})
               end`;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Fields that may hold the value of a key in a list of keys and values. */
const HOLDERS = ['string_value', 'int_value', 'double_value', 'float_value'];
const KEYED_LIST = JSON.stringify([{ key: 'VARCHAR', value: Object.fromEntries(HOLDERS.map((field) => [field, 'VARCHAR'])) }]);

/** The value of the first element with that key in a column that holds a list of keys and values as JSON. */
export function keyedJsonEntry(holder: ReadColumn, key: string): ReadColumn {
  const value = sql`list_filter(from_json(${holder.value}, ${KEYED_LIST}), lambda parameter: parameter.key = ${key})[1].value`;
  return {
    name: `${holder.name}.${key}`,
    value: sql`coalesce(${join(HOLDERS.map((field) => sql`struct_extract(${value}, ${field})`))})`,
    type: 'VARCHAR',
    isNested: false,
    hasEmptyText: true,
    within: holder,
  };
}

/** What a dotted name leads to within a text column that holds JSON, if its beginning names one. */
export function columnInJsonText(columns: readonly ReadColumn[], name: string): ReadColumn | undefined {
  const holder = columns
    .filter((column) => column.type === 'VARCHAR' && !column.isNested && column.within === undefined && name.startsWith(`${column.name}.`))
    .sort((left, right) => left.name.length - right.name.length)[0];
  if (holder === undefined) return undefined;
  const rest = name.slice(holder.name.length + 1);
  const value = jsonValueQuery(holder.value, rest, (path) => sql`json_extract_string(${holder.value}, ${jsonPointer(path)})`);
  return {
    name,
    value: sql`case when json_valid(${holder.value}) then ${value} end`,
    type: 'VARCHAR',
    isNested: false,
    hasEmptyText: false,
    within: holder,
  };
}
