import type { Sql } from '../../sql/sql.js';

/** One column of a file group as the engine reads it. */
export interface ReadColumn {
  /** As in the file's header or schema. */
  readonly name: string;
  /** Reads it from the group's `source`. */
  readonly value: Sql;
  /** DuckDB type name; `VARCHAR` for text files. */
  readonly type: string;
  /** Struct, list or map: never a candidate by name. */
  readonly isNested: boolean;
  /** Whether '' can occur; in text files an empty field is null. */
  readonly hasEmptyText: boolean;
}
