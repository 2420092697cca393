// The floor: the columns classify needs, read with their types, and nothing done with them.
// node scan.mjs FILE
import { DuckDBInstance } from '@duckdb/node-api';

const [file] = process.argv.slice(2);
const source = file.endsWith('.parquet')
  ? 'read_parquet($1)'
  : `read_csv(
       $1,
       columns = {
         event_id: 'VARCHAR',
         user_id: 'VARCHAR',
         event: 'VARCHAR',
         "timestamp": 'TIMESTAMPTZ',
         revenue: 'DECIMAL(18, 4)',
         order_id: 'VARCHAR',
         session_id: 'VARCHAR',
         device: 'VARCHAR',
         country: 'VARCHAR'
       },
       header = true,
       auto_detect = false
     )`;

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`select max(user_id), max(event), max("timestamp"), max(revenue), max(order_id) from ${source}`, [file]);
