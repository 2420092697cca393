import type { Database } from '../../engine/database.js';
import { fail } from '../../errors/segment-error.js';
import { hashFile } from '../../files/hash-file.js';
import { ident, join, list, type Sql, sql } from '../../sql/sql.js';
import { isReadFailure } from '../read-failure.js';
import type { InputFile } from '../sources.js';
import type { TextOptions } from '../text/plain-text.js';
import { scriptCopy } from '../text/script-copy.js';
import { textOfColumn } from '../text-of-column.js';
import { typedTimeProblemQuery } from '../time-query.js';
import { globLiteral } from './glob-literal.js';
import type { AddedColumns, LocatedReject, ReadableFile, ReadColumn, Reader, RejectQuestion } from './reader.js';

/** Structs within structs are followed so far. */
const DEEPEST = 5;
/** With its entries' type. */
const TEXT_MAP = /^MAP\(VARCHAR, (.+)\)$/;
/** Keys with values of one of several types each, as Google Analytics writes parameters; with the fields that hold them. */
const KEYED_LIST = /^STRUCT\("?key"? VARCHAR, "?value"? STRUCT\((.*)\)\)\[\]$/;
const HOLDER = /(\w+_value) \w+/g;
const NESTED = /^(STRUCT|MAP|UNION)\b|\[\d*\]$/;

/** Of a column that holds the path of each row's file. */
const PATH_NAME = 'path of the file';
const PATH = ident(PATH_NAME);
/** What Hive and Spark write for a partition without a value. */
const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__';

const MARK = 'PAR1';
/** Two marks and the length of the footer between them. */
const LEAST_BYTES = 12;
const PAGE_ROWS = 100_000;

/** Parquet, read by the engine where it stands. */
export const parquetReader: Reader = {
  format: 'parquet',
  title: 'Parquet',
  endings: ['.parquet'],
  isText: false,
  promisedBy: ['.parquet'],
  recognises: ({ bytes }) => bytes.toString('latin1', 0, MARK.length) === MARK,
  refuseCut({ name, size }, tail) {
    if (size < LEAST_BYTES || !tail.toString('latin1').endsWith(MARK)) fail('parquet-cut', { file: name });
  },
  prepare: prepareParquetFile,
  source: (files, _columns, { hasNamedPaths }) =>
    parquetSource(
      files.map(({ source, scriptCopy: copy }) => (hasNamedPaths && copy !== undefined ? { ...source, path: copy.path } : source)),
    ),
  openHead: async (database, file, limit) => (columns) => parquetSample(database, file, columns, limit),
  findRejects: parquetRejects,
  async refuseDamaged(database, source) {
    try {
      await database.rows(sql`select bit_xor(hash(read_rows)) as hashes from ${parquetSource([source])} as read_rows`);
    } catch (error) {
      if (isReadFailure(error)) fail('parquet-unreadable', { file: source.name, why: error.message }, { cause: error });
      throw error;
    }
  },
};

/** The schema of a Parquet file, partition folders included as text columns. Error: `parquet-unreadable`. */
async function prepareParquetFile(database: Database, source: InputFile, { signal }: TextOptions): Promise<ReadableFile> {
  const sha256 = await hashFile(source.path, signal);
  try {
    const names = await columnNames(database, source);
    const columns: ReadColumn[] = [];
    const described = await describe(database, sql`*`, source);
    for (const [index, { name, type }] of described.slice(0, names.length).entries()) {
      // No SQL can name such a column.
      if (name.includes('\0')) continue;
      const column = parquetColumn(names[index] ?? name, type, ident(name));
      columns.push(isStruct(column) ? { ...column, leaves: await findLeaves(database, source, column, 1) } : column);
    }
    const own = new Set(columns.map(({ name }) => name.toLowerCase()));
    for (const [name, folder] of source.partitions) if (!own.has(name.toLowerCase())) columns.push(partitionColumn(name, folder));
    return {
      source,
      sha256,
      columns,
      records: await countRows(database, source),
      hasPieces: false,
      layout: JSON.stringify([[...source.partitions], columns.map(({ name, type }) => [name, type])]),
      isReject: undefined,
      hasMixedLineEndings: false,
      scriptCopy: scriptCopy(source, 'utf-8', { hasOtherRecordEnds: false }),
    };
  } catch (error) {
    if (!isReadFailure(error)) throw error;
    return fail('parquet-unreadable', { file: source.name, why: error.message }, { cause: error });
  }
}

/** As they stand in the file: the engine tells columns apart that differ in case only by names of its own. */
async function columnNames(database: Database, source: InputFile): Promise<string[]> {
  const nodes = await database.rows<{ name: string; children: number | null }>(
    sql`select name, num_children as children from parquet_schema(${globLiteral(source.path)})`,
  );
  const names: string[] = [];
  let at = 1;
  const pass = (): void => {
    let children = nodes[at++]?.children ?? 0;
    for (; children > 0; children -= 1) pass();
  };
  while (at < nodes.length) {
    names.push(nodes[at]?.name ?? '');
    pass();
  }
  return names;
}

async function countRows(database: Database, source: InputFile): Promise<number> {
  const [counted] = await database.rows<{ records: number }>(sql`select count(*) as records from ${parquetSource([source])}`);
  return counted?.records ?? 0;
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
  const holders = KEYED_LIST.exec(type)?.[1];
  if (holders !== undefined) return { ...column, entry: (key) => keyedEntry(`${name}.${key}`, value, key, holders) };
  const entryType = TEXT_MAP.exec(type)?.[1];
  if (entryType === undefined || NESTED.test(entryType)) return column;
  return { ...column, entry: (key) => parquetColumn(`${name}.${key}`, entryType, sql`map_extract_value(${value}, ${key})`) };
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

/** Reads Parquet files of one schema, and the path of each row's file where partitions are to be read from it. */
function parquetSource(files: readonly InputFile[]): Sql {
  const path = files.some(({ partitions }) => partitions.size > 0)
    ? sql`
        filename = ${PATH_NAME},`
    : sql``;
  return sql`read_parquet(
        ${list(files.map((file) => globLiteral(file.path)))},${path}
        hive_partitioning = false
      )`;
}

/** The first records of columns as text, '' for empty; a column that cannot be read has none. */
async function parquetSample(database: Database, file: ReadableFile, columns: readonly ReadColumn[], limit: number): Promise<string[][]> {
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

async function sampleTogether(database: Database, file: ReadableFile, columns: readonly ReadColumn[], limit: number): Promise<string[][]> {
  const names = columns.map((_, index) => ident(`c${index}`));
  const read = columns.map(({ value }, index) => ({ name: names[index] ?? sql``, value }));
  const rows = await database.rows<Record<string, string>>(sql`
    select ${join(names.map((name) => sql`coalesce(${name}::varchar, '') as ${name}`))}
    from (select * from (${numberedRowsQuery(file, read)}) as numbered_rows where line <= ${limit}) as head
    order by line`);
  return columns.map((_, index) => rows.map((row) => row[`c${index}`] ?? ''));
}

const ROW_NUMBER = 'file_row_number';
/** Beside the columns of the file and those added to it. */
const LINE = ident('line of the file');

/** Values from the rows of one Parquet file, and `line`, the row from 1. */
function numberedRowsQuery(
  file: ReadableFile,
  values: readonly { readonly name: Sql; readonly value: Sql }[],
  added?: AddedColumns | undefined,
): Sql {
  const isTaken = file.columns.some(({ name }) => name.toLowerCase() === ROW_NUMBER);
  // A column of that name hides the engine's own number; a window without order keeps that of the file.
  const line = isTaken ? sql`row_number() over ()` : sql`${ident(ROW_NUMBER)} + 1`;
  const selected = join(values.map(({ name, value }) => sql`${value} as ${name}`));
  if (added === undefined) {
    return sql`
      select ${selected},
             ${line} as line
      from ${parquetSource([file.source])}`;
  }
  return sql`
      select ${selected},
             ${LINE} as line
      from ${added.relation(sql`(select *, ${line} as ${LINE} from ${parquetSource([file.source])}) as numbered_rows`)}`;
}

async function* parquetRejects(
  database: Database,
  file: ReadableFile,
  { timeColumn, userColumn, added, time, zone }: RejectQuestion,
): AsyncGenerator<readonly LocatedReject[]> {
  const values = [
    { name: sql`user_id`, value: textOfColumn(userColumn) },
    { name: sql`reason`, value: typedTimeProblemQuery(timeColumn.value, timeColumn.type, time, zone) },
  ];
  const numbered = numberedRowsQuery(file, values, added);
  for (let after = 0; ; ) {
    const rows = await database.rows<{ line: number; reason: string }>(sql`
      select line,
             reason
      from (${numbered}) as read_rows
      where reason is not null
        and user_id is not null
        and line > ${after}
      order by line
      limit ${PAGE_ROWS}`);
    yield rows;
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)?.line ?? after;
  }
}
