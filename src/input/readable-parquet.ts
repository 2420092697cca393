import type { Database } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { sql } from '../sql/sql.js';
import { isReadFailure, parquetSource } from './readers/parquet.js';
import type { InputFile } from './sources.js';

/**
 * Runs what reads the inputs. When the engine fails at it, looks for a Parquet file that cannot be read to its end: its
 * pages are checked only where they are needed. Error: `parquet-unreadable`.
 */
export async function whileReadable<T>(database: Database, inputs: readonly InputFile[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isReadFailure(error)) {
      for (const input of inputs) if (input.format === 'parquet') await refuseUnreadable(database, input);
    }
    throw error;
  }
}

/** Reads every value of a Parquet file. */
async function refuseUnreadable(database: Database, input: InputFile): Promise<void> {
  try {
    await database.rows(sql`select bit_xor(hash(read_rows)) as hashes from ${parquetSource([input])} as read_rows`);
  } catch (error) {
    if (isReadFailure(error)) fail('parquet-unreadable', { file: input.name, why: error.message }, { cause: error });
    throw error;
  }
}
