// Copies a CSV file and writes one row of a hundred a second time, at the end.
// node repeat-rows.mjs FILE COPY
import { DuckDBInstance } from '@duckdb/node-api';

const [file, copy] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(
  `copy (
     from read_csv($1, all_varchar = true, header = true, delim = ',', quote = '"')
     union all
     from read_csv($1, all_varchar = true, header = true, delim = ',', quote = '"')
     where hash(event_id) % 100 = 0
   ) to $2 (header)`,
  [file, copy],
);
