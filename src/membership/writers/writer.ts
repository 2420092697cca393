import type { Database } from '../../engine/database.js';
import type { Sql } from '../../sql/sql.js';

/** A column of `members` as a file gets it. */
export interface MemberColumn {
  readonly name: string;
  /** The engine's name of its type: VARCHAR, DATE, BIGINT or DECIMAL(digits, decimals). */
  readonly type: string;
  /** For decimals: whether every value fits into the engine's narrow kind. Known only where money is written as text. */
  readonly isNarrow: boolean;
}

/** One way of writing users to a file. */
export interface Writer {
  readonly writesMoneyAsText: boolean;
  /** Whether the bytes hang on how many threads a filter ran on, unless its rows are sorted again. */
  readonly needsSortedRows: boolean;
  /** What is selected from `members` for the columns, in their order. `isSpreadsheetSafe` is for CSV only. */
  selectList(columns: readonly MemberColumn[], isSpreadsheetSafe: boolean): Sql;
  /** Writes the rows of a query with that select list, in its order, to a new file; returns their number. */
  write(database: Database, query: Sql, path: string, columns: readonly MemberColumn[]): Promise<number>;
}
