import { Readable } from 'node:stream';
import type { CliInput, CliIo, CliStream } from '../../src/cli/io.js';

/** A terminal into which nothing is typed. */
export const NO_INPUT: CliInput = { isTty: true, open: () => Readable.from([]) };
const SILENT: CliStream = { write() {}, flush: async () => {}, isTty: false, columns: undefined, colorDepth: 1, terminal: undefined };

/** An outside world that keeps nothing. */
export function silentIo(cwd = '.', now = new Date(0)): CliIo {
  return {
    stdout: SILENT,
    stderr: SILENT,
    stdin: NO_INPUT,
    env: {},
    cwd,
    now: () => now,
    engineThreads: 1,
    onInterrupt: () => () => {},
    interruptedBy: () => undefined,
  };
}
