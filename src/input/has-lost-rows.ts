import type { Database } from '../engine/database.js';
import { sql } from '../sql/sql.js';
import type { LoadedEvents } from './load-events.js';

/**
 * Whether files read in pieces gave other rows than they hold; `rows` is how many they gave. Where some records are no rows, only
 * reading the files whole tells whether all of those are rejects.
 */
export async function hasLostRows(database: Database, loaded: LoadedEvents, rows: number): Promise<boolean> {
  if (rows === loaded.records || !loaded.readings.some(({ file }) => file.hasPieces)) return false;
  const events = loaded.eventsQuery({ isIdentified: false, hasNamedPaths: false, isWhole: true });
  const [whole] = await database.rows<{ rows: number }>(sql`select count(*) as rows from (${events}) as events`);
  return whole?.rows !== rows;
}
