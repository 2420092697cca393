import { fail } from '../../errors/segment-error.js';
import { readTextChunks } from './read-text-chunks.js';
import { RecordScanner } from './record-scanner.js';

/**
 * How many records a text file holds, those up to its header included, and whether a field goes over a line end; blank lines are none.
 * Error: `unterminated-quote`.
 */
export async function countRecords(
  path: string,
  name: string,
  delimiter: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly records: number; readonly hasQuotedLineEnd: boolean }> {
  const scanner = new RecordScanner({ delimiter, isCounting: true });
  for await (const chunk of readTextChunks(path)) {
    signal?.throwIfAborted();
    scanner.push(chunk, false);
  }
  scanner.push(Buffer.alloc(0), true);
  if (scanner.unterminatedLine !== undefined) fail('unterminated-quote', { file: name, line: scanner.unterminatedLine });
  return { records: scanner.count, hasQuotedLineEnd: scanner.hasQuotedLineEnd };
}
