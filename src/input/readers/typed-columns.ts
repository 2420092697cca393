import type { Database } from '../../engine/database.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import type { InputFile } from '../sources.js';
import type { ReadColumn } from './reader.js';

/** Structs within structs are followed so far. */
const DEEPEST = 5;
/** With its entries' type. */
const TEXT_MAP = /^MAP\(VARCHAR, (.+)\)$/;
/** Keys with values of one of several types each, as Google Analytics writes parameters; with the fields that hold them. */
const KEYED_LIST = /^STRUCT\("?key"? VARCHAR, "?value"? STRUCT\((.*)\)\)\[\]$/;
const HOLDER = /(\w+_value) \w+/g;
const NESTED = /^(STRUCT|MAP|UNION)\b|\[\d*\]$/;

/** Of a column that holds the path of each row's file. */
export const PATH_NAME = 'path of the file';
export const PATH = ident(PATH_NAME);
/** What Hive and Spark write for a partition without a value. */
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';

/** The columns of a table that holds a file whose columns have types, called `names`, with the folders `key=value` above the file as text. */
export async function typedColumns(
  database: Database,
  table: Sql,
  names: readonly string[],
  { partitions }: Pick<InputFile, 'partitions'>,
): Promise<ReadColumn[]> {
  const columns: ReadColumn[] = [];
  const described = await describe(database, sql`*`, table);
  for (const [index, { name, type }] of described.slice(0, names.length).entries()) {
    // No SQL can name such a column.
    if (name.includes('\0')) continue;
    const column = typedColumn(names[index] ?? name, type, ident(name));
    columns.push(isStruct(column) ? { ...column, leaves: await findLeaves(database, table, column, 1) } : column);
  }
  const own = new Set(columns.map(({ name }) => name.toLowerCase()));
  for (const [name, folder] of partitions) if (!own.has(name.toLowerCase())) columns.push(partitionColumn(name, folder));
  return columns;
}

async function describe(database: Database, columns: Sql, table: Sql): Promise<{ name: string; type: string }[]> {
  const rows = await database.rows<{ column_name: string; column_type: string }>(sql`describe select ${columns} from ${table}`);
  return rows.map(({ column_name: name, column_type: type }) => ({ name, type }));
}

/** The fields of a struct and of the structs within it. */
async function findLeaves(database: Database, table: Sql, struct: ReadColumn, depth: number): Promise<ReadColumn[]> {
  const leaves: ReadColumn[] = [];
  for (const { name, type } of await describe(database, sql`unnest(${struct.value})`, table)) {
    const field = typedColumn(`${struct.name}.${name}`, type, sql`struct_extract(${struct.value}, ${name})`);
    if (!field.isNested) leaves.push(field);
    else if (isStruct(field) && depth < DEEPEST) leaves.push(...(await findLeaves(database, table, field, depth + 1)));
  }
  return leaves;
}

function isStruct({ type }: ReadColumn): boolean {
  return type.startsWith('STRUCT') && !type.endsWith(']');
}

/** Text that a writer left unmarked as such is text; bytes that are no UTF-8 stay visible, as `\xFF`. */
function typedColumn(name: string, type: string, value: Sql): ReadColumn {
  if (type === 'BLOB') {
    return { name, value: sql`coalesce(try(decode(${value})), ${value}::varchar)`, type: 'VARCHAR', isNested: false, hasEmptyText: true };
  }
  const column = { name, value, type, isNested: NESTED.test(type), hasEmptyText: true };
  const holders = KEYED_LIST.exec(type)?.[1];
  if (holders !== undefined) return { ...column, entry: (key) => keyedEntry(`${name}.${key}`, value, key, holders) };
  const entryType = TEXT_MAP.exec(type)?.[1];
  if (entryType === undefined || NESTED.test(entryType)) return column;
  return { ...column, entry: (key) => typedColumn(`${name}.${key}`, entryType, sql`map_extract_value(${value}, ${key})`) };
}

/** The value of the first element with that key, as text. */
function keyedEntry(name: string, value: Sql, key: string, holders: string): ReadColumn {
  const element = sql`list_filter(${value}, lambda parameter: parameter.key = ${key})[1].value`;
  const texts = [...holders.matchAll(HOLDER)].map(([, field = '']) => sql`struct_extract(${element}, ${field})::varchar`);
  return { name, value: sql`coalesce(${join([...texts, sql`null`])})`, type: 'VARCHAR', isNested: false, hasEmptyText: true };
}

/**
 * What a folder `key=value` above the file says, as text. The engine's own hive partitioning would also take the folders above the one
 * that was named, and put what a folder says over what the file holds.
 */
function partitionColumn(name: string, folder: number): ReadColumn {
  const text = sql`regexp_extract(split_part(${PATH}, '/', ${-folder - 1}), '(?s)=(.*)$', 1)`;
  const value = sql`nullif(coalesce(try(url_decode(${text})), ${text}), ${HIVE_NULL})`;
  return { name, value, type: 'VARCHAR', isNested: false, hasEmptyText: true };
}
