import { createReadStream } from 'node:fs';
import { safeText } from '../report/safe-text.js';
import type { CliIo } from './io.js';

/** Copies a text file to stdout as fast as it is taken; a terminal gets nothing that it would obey. */
export async function printFile({ stdout }: CliIo, path: string, signal: AbortSignal): Promise<void> {
  for await (const text of createReadStream(path, { encoding: 'utf8' })) {
    signal.throwIfAborted();
    stdout.write(stdout.isTty ? String(text).split('\n').map(safeText).join('\n') : String(text));
    await stdout.flush();
  }
}
