import type { CliIo, CliStream } from '../../src/cli/io.js';

const SILENT: CliStream = { write() {}, flush: async () => {}, isTty: false, columns: undefined, colorDepth: 1, terminal: undefined };

/** An outside world that keeps nothing. */
export function silentIo(cwd = '.', now = new Date(0)): CliIo {
  return {
    stdout: SILENT,
    stderr: SILENT,
    env: {},
    cwd,
    now: () => now,
    onInterrupt: () => () => {},
    interruptedBy: () => undefined,
  };
}
