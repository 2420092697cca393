// Splits a Parquet file of the demo into a CSV file for each day, by the calendar of UTC: 0001.csv, 0002.csv, …
// node split-days.mjs FILE FOLDER
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [file, folder] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1', partitioned_write_max_open_files: '1000' })).connect();
const parts = join(folder, 'parts');
mkdirSync(folder, { recursive: true });
await connection.run(
  `copy (select *, "timestamp"::date as day_of_file from '${file}') to '${parts}' (format csv, header true, partition_by (day_of_file))`,
);
const days = readdirSync(parts).sort();
for (const [index, day] of days.entries()) {
  const [only, ...others] = readdirSync(join(parts, day));
  if (others.length > 0) throw new Error(`${day} is in several files`);
  renameSync(join(parts, day, only), join(folder, `${String(index + 1).padStart(4, '0')}.csv`));
}
rmSync(parts, { recursive: true });
