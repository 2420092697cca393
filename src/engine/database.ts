import type { Sql } from '../sql/sql.js';

/** A cell that left the engine: BIGINT as number (bigint beyond 2^53), DECIMAL, DATE and TIMESTAMP as text. */
export type Cell = string | number | bigint | boolean | null | readonly Cell[];
export type Row = Record<string, Cell>;

export interface CsvCopy {
  readonly format: 'csv';
}
export interface ParquetCopy {
  readonly format: 'parquet';
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
