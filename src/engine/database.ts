import type { Sql } from '../sql/sql.js';

/** A cell that left the engine: BIGINT as number (bigint beyond 2^53), DECIMAL, DATE and TIMESTAMP as text. */
export type Cell = string | number | bigint | boolean | null | readonly Cell[];
export type Row = Record<string, Cell>;

export interface CsvCopy {
  readonly format: 'csv';
}
export interface ParquetCopy {
  readonly format: 'parquet';
  /** Pages of version 2, which are smaller, and which not every other program reads. */
  readonly isCompact?: boolean;
}
/** The one text column of a query, a line each, as it stands; the texts hold no control characters. */
export interface LinesCopy {
  readonly format: 'lines';
}
export type CopyFormat = CsvCopy | ParquetCopy | LinesCopy;

/** A value of a column: BIGINT as bigint, DATE as days since 1970, DECIMAL as a whole number of its last decimal. */
export type ColumnValue = string | number | bigint | boolean | null;
/** Some of a query's rows, column by column. */
export type ColumnChunk = readonly (readonly ColumnValue[])[];

/** A bit a row, the lowest of a byte first; set where there is a value. Undefined: every row has one. */
type Present = Uint8Array | undefined;

/** Values of one column as the engine lays them out: numbers little endian, nested ones by their parts. */
export type TypedColumn =
  | { readonly kind: 'fixed'; readonly width: number; readonly bytes: Uint8Array; readonly present: Present }
  /** Text in UTF-8, or bytes; asked only for rows that have a value. */
  | { readonly kind: 'bytes'; readonly at: (row: number) => Uint8Array; readonly present: Present }
  /** Lists and maps: row n holds the items from the n-th end to before the next. */
  | { readonly kind: 'list'; readonly ends: ArrayLike<number>; readonly items: TypedColumn; readonly present: Present }
  | { readonly kind: 'struct'; readonly fields: readonly TypedColumn[]; readonly present: Present }
  | { readonly kind: 'empty' };

/** Rows for the columns of a table, in their order. */
export interface TypedRows {
  readonly rows: number;
  readonly columns: readonly TypedColumn[];
}

/** The seam to the engine. Everything but `cli` and `engine` knows only this. */
export interface Database {
  /** Runs one query and returns its (small) result. */
  rows<T = Row>(query: Sql): Promise<T[]>;
  /** Runs one statement for its effect. */
  run(statement: Sql): Promise<void>;
  /** Names a query whose values are numbers or texts of ours: the engine binds none within a view, so they stand in its text. */
  createView(name: string, query: Sql): Promise<void>;
  /** Writes a query's rows, in its order, to a new file; returns the number of rows. */
  copy(query: Sql, path: string, format: CopyFormat): Promise<number>;
  /** A query's rows in its order, some thousand at a time, so that any number of them fits into memory. */
  chunks(query: Sql): AsyncIterable<ColumnChunk>;
  /** Adds rows to a table, in their order; nothing else may change it meanwhile. */
  append(table: string, batches: AsyncIterable<TypedRows>): Promise<void>;
  /** Percentage of the running statement, 0–100, or undefined when unknown. */
  progress(): number | undefined;
  /** Stops the running statement; it then rejects with the `interrupted` EngineError. */
  interrupt(): void;
  close(): void;
}

export type EngineErrorKind = 'interrupted' | 'out-of-memory' | 'disk-full' | 'permission' | 'io' | 'csv-state' | 'conversion' | 'other';

/** An engine's failure, with the SQL that caused it; never shown to a user bare. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;
  readonly statement: string;

  constructor(kind: EngineErrorKind, message: string, statement: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.statement = statement;
  }
}
