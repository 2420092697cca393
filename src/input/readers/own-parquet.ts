import { type Sql, sql } from '../../sql/sql.js';
import { globLiteral } from './glob-literal.js';

/** The table in a Parquet file that this program has written. */
export function ownParquet(path: string): Sql {
  return sql`read_parquet(${globLiteral(path)})`;
}
