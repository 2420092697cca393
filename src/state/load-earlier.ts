import type { Database } from '../engine/database.js';
import { ownParquet } from '../input/readers/own-parquet.js';
import { sql } from '../sql/sql.js';

/** Reads the members that a run of the state folder wrote, its checksums verified, as the table `members_before`; returns the names of their columns. */
export async function loadEarlier(database: Database, path: string): Promise<ReadonlySet<string>> {
  await database.run(sql`
create or replace temp table members_before as
select *
from ${ownParquet(path)}`);
  const columns = await database.rows<{ column_name: string }>(sql`describe members_before`);
  return new Set(columns.map(({ column_name: name }) => name));
}
