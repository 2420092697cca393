import { ident, join, sql } from '../../sql/sql.js';
import type { Writer } from './writer.js';

/** Parquet in the types of `members`. */
export const parquet: Writer = {
  writesMoneyAsText: false,
  // One thread cuts row groups where they are full, several where the rows of a group of the table end.
  needsSortedRows: true,
  selectList: (columns) => join(columns.map(({ name }) => sql`${ident(name)} as ${ident(name)}`)),
  write: (database, query, path) => database.copy(query, path, { format: 'parquet' }),
};
