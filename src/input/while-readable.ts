import { type Database, EngineError } from '../engine/database.js';
import { fail } from '../errors/segment-error.js';
import { isSystemError, systemReason } from '../errors/system-error.js';
import { readChunks } from '../files/read-chunks.js';
import { isReadFailure } from './read-failure.js';
import { readerOf } from './readers/index.js';
import type { InputFile } from './sources.js';

/**
 * Runs what reads the inputs. When the engine or the system fails at it, looks for a file that cannot be read to its end: some
 * formats are checked only where their values are needed. Errors: those of `Reader.refuseDamaged`, `input-unreadable`.
 */
export async function whileReadable<T>(database: Database, inputs: readonly InputFile[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isReadFailure(error)) for (const input of inputs) await readerOf(input.format).refuseDamaged(database, input);
    if (isSystemError(error) || (error instanceof EngineError && error.kind === 'io')) await refuseUnreadable(inputs);
    throw error;
  }
}

/** The system does not say which of the open files it could not read: reads each of them again. */
async function refuseUnreadable(inputs: readonly InputFile[]): Promise<void> {
  for (const input of inputs) {
    try {
      for await (const _chunk of readChunks(input.path));
    } catch (error) {
      fail('input-unreadable', { file: input.name, reason: systemReason(error) }, { cause: error });
    }
  }
}
