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
  /** What a nested column holds that can be named by a dotted path (`user.id`). */
  readonly leaves?: readonly ReadColumn[] | undefined;
  /** The entry of a map from text; it may be empty in every row. */
  readonly entry?: ((key: string) => ReadColumn) | undefined;
}

/** A column by its exact name, or what a dotted path names within one. */
export function findColumn(columns: readonly ReadColumn[], name: string): ReadColumn | undefined {
  const exact = columns.find((column) => column.name === name);
  if (exact !== undefined) return exact;
  for (const column of columns) {
    const leaf = column.leaves?.find((candidate) => candidate.name === name);
    if (leaf !== undefined) return leaf;
    if (column.entry !== undefined && name.startsWith(`${column.name}.`)) return column.entry(name.slice(column.name.length + 1));
  }
  return undefined;
}
