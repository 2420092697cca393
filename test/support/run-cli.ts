import { Readable } from 'node:stream';
import { type CliIo, type CliStream, type InterruptSignal, interruptState } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';

export interface RunOptions {
  /** Folder the command runs in; the test process stands in it meanwhile, so do not run two at once. */
  readonly cwd?: string;
  readonly now?: Date;
  /** The whole environment the command sees; empty by default. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in, or a stream that ends when it likes; without it stdin is a terminal. */
  readonly stdin?: string | Buffer | Readable;
  readonly columns?: number;
  readonly isTty?: boolean;
  /** Sends the signal this many milliseconds after the start. */
  readonly interruptAfter?: number;
  readonly signal?: InterruptSignal;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const NOW = new Date('2026-07-01T00:00:00Z');

/** Runs one command line in this process, with its own streams, clock and environment. */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const interrupts = interruptState((code) => {
    throw new Error(`the process would have ended at once with ${code}`);
  });
  const before = process.cwd();
  const cwd = options.cwd ?? before;
  const io: CliIo = {
    stdout: memoryStream(stdout, options),
    stderr: memoryStream(stderr, options),
    stdin: { isTty: options.stdin === undefined, open: () => inputOf(options.stdin) },
    env: options.env ?? {},
    cwd,
    now: () => options.now ?? NOW,
    // Small inputs gain nothing from more, and tests run beside each other.
    engineThreads: 1,
    onInterrupt: interrupts.onInterrupt,
    interruptedBy: interrupts.interruptedBy,
  };
  const timer =
    options.interruptAfter === undefined
      ? undefined
      : setTimeout(() => interrupts.raise(options.signal ?? 'SIGINT'), options.interruptAfter);
  if (cwd !== before) process.chdir(cwd);
  try {
    const exitCode = await main(argv, io);
    return { stdout: stdout.join(''), stderr: stderr.join(''), exitCode };
  } finally {
    clearTimeout(timer);
    if (cwd !== before) process.chdir(before);
  }
}

function inputOf(stdin: RunOptions['stdin']): Readable {
  return stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin ?? '')]);
}

function memoryStream(chunks: string[], options: RunOptions): CliStream {
  const isTty = options.isTty ?? false;
  return {
    write: (text) => void chunks.push(text),
    flush: async () => {},
    isTty,
    columns: options.columns ?? (isTty ? 80 : undefined),
    colorDepth: isTty ? 8 : 1,
    terminal: undefined,
  };
}
