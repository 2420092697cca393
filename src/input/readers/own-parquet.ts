import { list, type Sql, sql } from '../../sql/sql.js';
import { globLiteral } from './glob-literal.js';

/** The table in a Parquet file that this program has written. */
export function ownParquet(path: string): Sql {
  return sql`read_parquet(${globLiteral(path)})`;
}

/** The rows of several such files of the same columns, whose types are the first one's, with the `filename` of each. */
export function ownParquets(paths: readonly string[]): Sql {
  return sql`read_parquet(${list(paths.map(globLiteral))}, filename = true)`;
}
