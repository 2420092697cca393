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

const NESTED = /^(STRUCT|MAP|UNION)\b|\[\d*\]$/;

/** The schema of a Parquet file, partition folders included as text columns. Error: `parquet-unreadable`. */
export async function prepareParquetFile(database: Database, source: InputFile, signal?: AbortSignal): Promise<ParquetFile> {
  const sha256 = await hashFile(source.path, signal);
  try {
    const rows = await database.rows<{ column_name: string; column_type: string }>(
      sql`describe select * from ${parquetSource([source])}`,
    );
    const columns = rows.map(({ column_name: name, column_type: type }) => ({ name, value: ident(name), type, isNested: NESTED.test(type), hasEmptyText: true }));
    return { source, sha256, columns };
  } catch (error) {
    if (error instanceof EngineError && error.kind !== 'interrupted' && error.kind !== 'out-of-memory') {
      fail('parquet-unreadable', { file: source.name, why: error.message }, { cause: error });
    }
    throw error;
  }
}

/** Reads Parquet files of one schema; text that a writer left unmarked is read as text. */
export function parquetSource(files: readonly InputFile[]): Sql {
  const hasPartitions = files.some(({ partitions }) => Object.keys(partitions).length > 0);
  return sql`read_parquet(
        ${list(files.map(({ path }) => globLiteral(path)))},
        binary_as_string = true,
        hive_partitioning = ${hasPartitions},
        hive_types_autocast = false
      )`;
}

/** The first records of columns as text, '' for empty. */
export async function parquetSample(database: Database, file: ParquetFile, columns: readonly ReadColumn[], limit: number): Promise<string[][]> {
  if (columns.length === 0) return [];
  const cells = columns.map(({ value }, index) => sql`coalesce(${value}::varchar, '') as ${ident(`c${index}`)}`);
  const rows = await database.rows<Record<string, string>>(sql`
    select ${join(cells)}
    from (select ${join(columns.map(({ value }) => value))}, file_row_number from ${parquetRowsSource(file)} order by file_row_number limit ${limit}) as head
    order by file_row_number`);
  return columns.map((_, index) => rows.map((row) => row[`c${index}`] ?? ''));
}

/** One Parquet file with `file_row_number`, from 0. */
export function parquetRowsSource(file: ParquetFile): Sql {
  const hasPartitions = Object.keys(file.source.partitions).length > 0;
  return sql`read_parquet(
        ${globLiteral(file.source.path)},
        binary_as_string = true,
        file_row_number = true,
        hive_partitioning = ${hasPartitions},
        hive_types_autocast = false
      )`;
}
