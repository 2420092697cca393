import { stat } from 'node:fs/promises';
import { fail } from '../errors/segment-error.js';
import type { InputFile } from './sources.js';

/**
 * Runs what reads the inputs, and refuses its result when a file has another size or time of change afterwards than
 * when it was found. A failure meanwhile is then the change's too. Error: `input-changed`.
 */
export async function whileUnchanged<T>(inputs: readonly InputFile[], read: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await read();
  } catch (error) {
    await refuseChanged(inputs, error);
    throw error;
  }
  await refuseChanged(inputs, undefined);
  return result;
}

async function refuseChanged(inputs: readonly InputFile[], cause: unknown): Promise<void> {
  for (const input of inputs) if (await isChanged(input)) fail('input-changed', { file: input.name }, { cause });
}

/** Compared as `findInputFiles` noted it; a file that can no longer be looked at has changed, too. */
async function isChanged(input: InputFile): Promise<boolean> {
  const { path, size, modifiedMs } = input.origin ?? input;
  try {
    const stats = await stat(path);
    return stats.size !== size || Math.floor(stats.mtimeMs) !== modifiedMs;
  } catch {
    return true;
  }
}
