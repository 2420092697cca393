import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import { ident, list, type Sql, type SqlValue, sql } from '../sql/sql.js';
import {
  type Cell,
  type ColumnChunk,
  type ColumnValue,
  type CopyFormat,
  type Database,
  EngineError,
  type EngineErrorKind,
  type Row,
  type TypedRows,
} from './database.js';

export interface DuckDbOptions {
  /** Worker threads; undefined leaves DuckDB's choice (one per core). */
  readonly threads?: number | undefined;
  readonly memoryLimitBytes: number;
  /** Private folder for spilling; must exist. */
  readonly tempDirectory: string;
  /** Files that may be read; nothing else outside `allowedDirectories` can be opened. */
  readonly allowedPaths: readonly string[];
  readonly allowedDirectories: readonly string[];
}

const MESSAGE_LIMIT = 500;

const COPY_OPTIONS = {
  csv: sql`format csv, header true, delimiter ',', quote '"', escape '"', nullstr ''`,
  parquet: sql`format parquet, compression zstd, row_group_size 122880`,
  // Without quotes the engine escapes nothing; the delimiter is one that no line holds.
  lines: sql`format csv, header false, delimiter '\u0001', quote '', escape ''`,
} as const satisfies Readonly<Record<CopyFormat['format'], Sql>>;

/** Opens an in-memory DuckDB, limited and locked before any user data is read. What can be given at once costs no statement. */
export async function openDuckDb(options: DuckDbOptions): Promise<Database> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    memory_limit: `${Math.floor(options.memoryLimitBytes / 1024)}KiB`,
    temp_directory: options.tempDirectory,
    errors_as_json: 'true',
    allow_community_extensions: 'false',
    // The engine would look for extensions and secrets in the user's home.
    extension_directory: options.tempDirectory,
    allow_persistent_secrets: 'false',
    // The engine would believe what a Parquet file says of its own values, and leave out the comparisons which that answers.
    disabled_optimizers: 'statistics_propagation',
  }).catch((error: unknown) => {
    throw engineError(error, 'open');
  });
  const connection = await instance.connect();
  const database = new DuckDb(instance, connection);
  await lockDown(database, options);
  return database;
}

/** The order matters: allowed paths cannot be set once external access is off. */
async function lockDown(database: Database, options: DuckDbOptions): Promise<void> {
  await database.run(sql`set TimeZone = 'UTC'`);
  await database.run(sql`set enable_progress_bar = true`);
  await database.run(sql`set enable_progress_bar_print = false`);
  await database.run(sql`set allowed_paths = ${list(options.allowedPaths)}`);
  await database.run(sql`set allowed_directories = ${list(options.allowedDirectories)}`);
  await database.run(sql`set enable_external_access = false`);
  await database.run(sql`set lock_configuration = true`);
}

class DuckDb implements Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  async rows<T = Row>(query: Sql): Promise<T[]> {
    return this.#execute(query, async (text, values) => {
      const prepared = await this.#connection.prepare(text);
      try {
        bindAll(prepared, values);
        const reader = await prepared.runAndReadAll();
        return reader.convertRowObjects<Cell>(toCell) as T[];
      } finally {
        prepared.destroySync();
      }
    });
  }

  async run(statement: Sql): Promise<void> {
    await this.rows(statement);
  }

  async createView(name: string, query: Sql): Promise<void> {
    await this.run(sql`create or replace temp view ${ident(name)} as ${query.withLiterals()}`);
  }

  async copy(query: Sql, path: string, format: CopyFormat): Promise<number> {
    const isCompact = format.format === 'parquet' && format.isCompact === true;
    const [row] = await this.rows<{ Count: number }>(
      sql`copy (${query}) to ${path} (${COPY_OPTIONS[format.format]}${isCompact ? sql`, parquet_version v2` : sql``})`,
    );
    return row?.Count ?? 0;
  }

  async *chunks(query: Sql): AsyncGenerator<ColumnChunk> {
    const { text, values } = query.compile();
    const prepared = await this.#connection.prepare(text).catch((error: unknown) => {
      throw engineError(error, text);
    });
    try {
      bindAll(prepared, values);
      const result = await this.#execute(query, () => prepared.stream());
      for (;;) {
        const chunk = await this.#execute(query, () => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield columnsOf(chunk);
      }
    } finally {
      prepared.destroySync();
    }
  }

  async append(table: string, batches: AsyncIterable<TypedRows>): Promise<void> {
    const statement = `append to ${table}`;
    const { appendRows } = await import('./append-rows.js');
    const appender = await this.#connection.createAppender(table).catch((error: unknown) => {
      throw engineError(error, statement);
    });
    try {
      for await (const batch of batches) {
        try {
          appendRows(appender, batch);
        } catch (error) {
          throw error instanceof RangeError ? error : engineError(error, statement);
        }
      }
    } catch (error) {
      appender.clear();
      throw error;
    }
    try {
      appender.closeSync();
    } catch (error) {
      throw engineError(error, statement);
    }
  }

  progress(): number | undefined {
    const { percentage } = this.#connection.progress;
    return percentage >= 0 && percentage <= 100 ? percentage : undefined;
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #execute<T>(query: Sql, work: (text: string, values: SqlValue[]) => Promise<T>): Promise<T> {
    const { text, values } = query.compile();
    try {
      return await work(text, values);
    } catch (error) {
      throw engineError(error, text);
    }
  }
}

function bindAll(prepared: DuckDBPreparedStatement, values: readonly SqlValue[]): void {
  for (const [index, value] of values.entries()) {
    const position = index + 1;
    if (value === null) prepared.bindNull(position);
    else if (typeof value === 'boolean') prepared.bindBoolean(position, value);
    else if (typeof value === 'string') prepared.bindVarchar(position, value);
    else if (typeof value === 'bigint') prepared.bindBigInt(position, value);
    else if (!Number.isInteger(value)) prepared.bindDouble(position, value);
    else if (Math.abs(value) <= 0x7fffffff) prepared.bindInteger(position, value);
    else prepared.bindBigInt(position, BigInt(value));
  }
}

/** The engine's value classes print themselves; integers stay numbers while they are exact. */
function toCell(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (typeof value === 'object' && 'items' in value) return [...value.items].map((item) => toCell(item));
  return String(value);
}

function columnsOf(chunk: DuckDBDataChunk): ColumnChunk {
  return Array.from({ length: chunk.columnCount }, (_, index) => chunk.convertColumnValues(index, toColumnValue));
}

/** The engine's date and decimal classes carry the number they are made of. */
function toColumnValue(value: DuckDBValue): ColumnValue {
  if (value === null || typeof value !== 'object') return value;
  if ('days' in value && !('months' in value)) return value.days;
  if ('scale' in value) return value.value;
  throw new TypeError(`no column value for ${String(value)}`);
}

interface EngineErrorText {
  readonly exception_type?: string;
  readonly exception_message?: string;
}

function engineError(error: unknown, statement: string): EngineError {
  const raw = error instanceof Error ? error.message : String(error);
  const parsed = parseErrorText(raw);
  const message = (parsed.exception_message ?? raw).slice(0, MESSAGE_LIMIT);
  return new EngineError(errorKind(parsed.exception_type ?? '', parsed.exception_message ?? raw), message, statement, { cause: error });
}

function parseErrorText(raw: string): EngineErrorText {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function errorKind(type: string, message: string): EngineErrorKind {
  if (/no space left|file too large|disk quota|max_temp_directory_size/i.test(message)) return 'disk-full';
  if (/interrupt/i.test(type) || /^INTERRUPT/i.test(message)) return 'interrupted';
  if (/out of memory/i.test(type) || /^Out of Memory/i.test(message)) return 'out-of-memory';
  if (/permission/i.test(type) || /permission denied/i.test(message)) return 'permission';
  if (/state machine reached an invalid state/i.test(message)) return 'csv-state';
  if (/conversion/i.test(type)) return 'conversion';
  return /^io$/i.test(type) ? 'io' : 'other';
}
