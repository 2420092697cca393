import { tmpdir } from 'node:os';
import type { Cell, Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { list, type Sql, type SqlValue, sql } from '../../src/sql/sql.js';

/** An engine that reads and writes no file. */
export function openBareEngine(): Promise<Database> {
  return openDuckDb({ threads: 1, memoryLimitBytes: 500_000_000, tempDirectory: tmpdir(), allowedPaths: [], allowedDirectories: [] });
}

/** What an expression over the column `x` gives for each of the values, in their order. */
export async function evaluate(
  database: Database,
  values: readonly (SqlValue | Sql)[],
  expression: (x: Sql) => Sql,
  type: Sql = sql`varchar`,
): Promise<Cell[]> {
  const rows = await database.rows<{ y: Cell }>(sql`
    select cast(${expression(sql`x`)} as varchar) as y
    from (select unnest(${list(values)}::${type}[]) as x, unnest(range(${values.length})) as i)
    order by i`);
  return rows.map(({ y }) => y);
}
