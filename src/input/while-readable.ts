import type { Database } from '../engine/database.js';
import { isReadFailure } from './read-failure.js';
import { readerOf } from './readers/index.js';
import type { InputFile } from './sources.js';

/**
 * Runs what reads the inputs. When the engine fails at it, looks for a file that cannot be read to its end: some formats
 * are checked only where their values are needed. Errors: those of `Reader.refuseDamaged`.
 */
export async function whileReadable<T>(database: Database, inputs: readonly InputFile[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isReadFailure(error)) for (const input of inputs) await readerOf(input.format).refuseDamaged(database, input);
    throw error;
  }
}
