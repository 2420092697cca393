import { EngineError } from '../engine/database.js';

/** Whether the engine could not read a file, and not for want of memory, disk or patience. */
export function isReadFailure(error: unknown): error is EngineError {
  return error instanceof EngineError && ['io', 'conversion', 'other'].includes(error.kind);
}
