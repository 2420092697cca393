import { DuckDBInstance } from '@duckdb/node-api';

/** Runs a script that `segment sql` printed in a stock engine, and returns the rows of its last statement, sorted by user. */
export async function runScript(script: string, folder: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: folder });
  const connection = await instance.connect();
  try {
    const extracted = await connection.extractStatements(script);
    for (let index = 0; index < extracted.count - 1; index += 1) await (await extracted.prepare(index)).run();
    const last = await (await extracted.prepare(extracted.count - 1)).runAndReadAll();
    const rows = last.getRowObjectsJson().map((row) => ({ ...row, orders: Number(row['orders']) }) as Record<string, unknown>);
    return rows.sort((left, right) => (String(left['user_id']) < String(right['user_id']) ? -1 : 1));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
