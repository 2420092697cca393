import { type Database, EngineError } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import type { InputFile } from '../sources.js';
import { hashFile } from '../text/hash-file.js';
import { globLiteral } from './glob-literal.js';
import type { ReadColumn } from './reader.js';

export interface ParquetFile {
  readonly source: InputFile;
  readonly sha256: string;
  readonly columns: readonly ReadColumn[];
}

/** Structs within structs are followed so far. */
const DEEPEST = 5;
/** With its entries' type. */
const TEXT_MAP = /^MAP\(VARCHAR, (.+)\)$/;
const NESTED = /^(STRUCT|MAP|UNION)\b|\[\d*\]$/;

/** The schema of a Parquet file, partition folders included as text columns. Error: `parquet-unreadable`. */
export async function prepareParquetFile(database: Database, source: InputFile, signal?: AbortSignal): Promise<ParquetFile> {
  const sha256 = await hashFile(source.path, signal);
  try {
    const columns: ReadColumn[] = [];
    for (const { name, type } of await describe(database, sql`*`, source)) {
      const column = parquetColumn(name, type, ident(name));
      columns.push(isStruct(column) ? { ...column, leaves: await findLeaves(database, source, column, 1) } : column);
    }
    return { source, sha256, columns };
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    return fail('parquet-unreadable', { file: source.name, why: error.message }, { cause: error });
  }
}

async function describe(database: Database, columns: Sql, source: InputFile): Promise<{ name: string; type: string }[]> {
  const rows = await database.rows<{ column_name: string; column_type: string }>(
    sql`describe select ${columns} from ${parquetSource([source])}`,
  );
  return rows.map(({ column_name: name, column_type: type }) => ({ name, type }));
}

/** The fields of a struct and of the structs within it. */
async function findLeaves(database: Database, source: InputFile, struct: ReadColumn, depth: number): Promise<ReadColumn[]> {
  const leaves: ReadColumn[] = [];
  for (const { name, type } of await describe(database, sql`unnest(${struct.value})`, source)) {
    const field = parquetColumn(`${struct.name}.${name}`, type, sql`struct_extract(${struct.value}, ${name})`);
    if (!field.isNested) leaves.push(field);
    else if (isStruct(field) && depth < DEEPEST) leaves.push(...(await findLeaves(database, source, field, depth + 1)));
  }
  return leaves;
}

function isStruct({ type }: ReadColumn): boolean {
  return type.startsWith('STRUCT') && !type.endsWith(']');
}

/** Text that a writer left unmarked as such is text; bytes that are no UTF-8 stay visible, as `\xFF`. */
function parquetColumn(name: string, type: string, value: Sql): ReadColumn {
  if (type === 'BLOB') {
    return { name, value: sql`coalesce(try(decode(${value})), ${value}::varchar)`, type: 'VARCHAR', isNested: false, hasEmptyText: true };
  }
  const column = { name, value, type, isNested: NESTED.test(type), hasEmptyText: true };
  const entryType = TEXT_MAP.exec(type)?.[1];
  if (entryType === undefined || NESTED.test(entryType)) return column;
  return { ...column, entry: (key) => parquetColumn(`${name}.${key}`, entryType, sql`map_extract_value(${value}, ${key})`) };
}

/** Reads Parquet files of one schema. */
export function parquetSource(files: readonly InputFile[]): Sql {
  const hasPartitions = files.some(({ partitions }) => Object.keys(partitions).length > 0);
  return sql`read_parquet(
        ${list(files.map(({ path }) => globLiteral(path)))},
        hive_partitioning = ${hasPartitions},
        hive_types_autocast = false
      )`;
}

/** The first records of columns as text, '' for empty; a column that cannot be read has none. */
export async function parquetSample(
  database: Database,
  file: ParquetFile,
  columns: readonly ReadColumn[],
  limit: number,
): Promise<string[][]> {
  if (columns.length === 0) return [];
  try {
    return await sampleTogether(database, file, columns, limit);
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    const samples: string[][] = [];
    for (const column of columns)
      samples.push(columns.length === 1 ? [] : ((await parquetSample(database, file, [column], limit))[0] ?? []));
    return samples;
  }
}

async function sampleTogether(database: Database, file: ParquetFile, columns: readonly ReadColumn[], limit: number): Promise<string[][]> {
  const names = columns.map((_, index) => ident(`c${index}`));
  const read = columns.map(({ value }, index) => ({ name: names[index] ?? sql``, value }));
  const rows = await database.rows<Record<string, string>>(sql`
    select ${join(names.map((name) => sql`coalesce(${name}::varchar, '') as ${name}`))}
    from (${numberedRowsQuery(file, read)} order by line limit ${limit}) as head
    order by line`);
  return columns.map((_, index) => rows.map((row) => row[`c${index}`] ?? ''));
}

const ROW_NUMBER = 'file_row_number';

/** Values from the rows of one Parquet file, and `line`, the row from 1. */
export function numberedRowsQuery(file: ParquetFile, values: readonly { readonly name: Sql; readonly value: Sql }[]): Sql {
  const isTaken = file.columns.some(({ name }) => name.toLowerCase() === ROW_NUMBER);
  // A column of that name hides the engine's own number; a window without order keeps that of the file.
  const line = isTaken ? sql`row_number() over ()` : sql`${ident(ROW_NUMBER)} + 1`;
  return sql`
      select ${join(values.map(({ name, value }) => sql`${value} as ${name}`))},
             ${line} as line
      from ${parquetSource([file.source])}`;
}

/** Whether the engine could not read a file, and not for want of memory, disk or patience. */
export function isReadFailure(error: unknown): error is EngineError {
  return error instanceof EngineError && ['io', 'conversion', 'other'].includes(error.kind);
}
