import type { Readable } from 'node:stream';

export type InterruptSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** One output stream as the commands see it. */
export interface CliStream {
  /** Queues text. Text written after the reader went away is dropped. */
  write(text: string): void;
  /** Resolves when everything written so far has left the process; fails with `stdout-failed` when it could not. */
  flush(): Promise<void>;
  readonly isTty: boolean;
  /** Width in characters; undefined when the stream is no terminal, 0 when a terminal does not say. */
  readonly columns: number | undefined;
  /** Bits of colour a terminal shows: 1, 4, 8 or 24. Whether to use them is decided in color.ts. */
  readonly colorDepth: number;
  /** The stream itself when it is a real terminal, for what draws on it. */
  readonly terminal: NodeJS.WriteStream | undefined;
}

/** The input stream as the commands see it. */
export interface CliInput {
  /** A terminal holds no data: somebody forgot to pipe it in. */
  readonly isTty: boolean;
  /** The stream itself; nothing is read of it before. */
  open(): Readable;
}

/** Everything of the outside world a command may touch, besides files. */
export interface CliIo {
  readonly stdout: CliStream;
  readonly stderr: CliStream;
  readonly stdin: CliInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from; empty when it is gone: then only absolute paths lead anywhere. */
  readonly cwd: string;
  now(): Date;
  /** Threads of the engine where no setting says how many; undefined: one for each core. */
  readonly engineThreads?: number | undefined;
  /**
   * Registers what the first signal has to stop or clean up; returns the function that takes it back.
   * While nothing is registered, a signal ends the process at once.
   */
  onInterrupt(handler: (signal: InterruptSignal) => void): () => void;
  /** The signal that asked this run to stop, if one did. */
  interruptedBy(): InterruptSignal | undefined;
}

const PLAIN_WIDTH = 80;
const WIDEST = 160;
const SIGNALS: readonly InterruptSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const satisfies Record<InterruptSignal, number>;

/** The exit code of a run that a signal stopped. */
export function interruptExitCode(signal: InterruptSignal): 129 | 130 | 143 {
  return SIGNAL_EXIT[signal];
}

/** Columns to write text in: the terminal's, at most 160, or 80 where there is none. */
export function reportWidth(stream: CliStream): number {
  return stream.columns === undefined || stream.columns === 0 ? PLAIN_WIDTH : Math.min(stream.columns, WIDEST);
}

/** The real streams, clock and signals of this process. */
export function processIo(): CliIo {
  const interrupts = interruptState((code) => process.exit(code));
  for (const signal of SIGNALS) process.on(signal, interrupts.raise);
  return {
    stdout: processStream(process.stdout, true),
    stderr: processStream(process.stderr, false),
    stdin: processInput(),
    env: process.env,
    cwd: workingFolder(),
    now: () => new Date(),
    onInterrupt: interrupts.onInterrupt,
    interruptedBy: interrupts.interruptedBy,
  };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return '';
  }
}

export interface InterruptState {
  readonly onInterrupt: CliIo['onInterrupt'];
  readonly interruptedBy: CliIo['interruptedBy'];
  raise(signal: InterruptSignal): void;
}

/** First signal: the handlers run, the command ends by itself. Second signal, or nothing to stop: `exit` at once. */
export function interruptState(exit: (code: number) => void): InterruptState {
  const handlers = new Set<(signal: InterruptSignal) => void>();
  let received: InterruptSignal | undefined;
  return {
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    interruptedBy: () => received,
    raise(signal) {
      if (received !== undefined || handlers.size === 0) {
        exit(SIGNAL_EXIT[received ?? signal]);
        return;
      }
      received = signal;
      for (const handler of [...handlers]) handler(signal);
    },
  };
}

/** Looked at only when it is wanted. */
function processInput(): CliInput {
  return {
    get isTty() {
      return process.stdin.isTTY === true;
    },
    open: () => process.stdin,
  };
}

function processStream(stream: NodeJS.WriteStream, failsRun: boolean): CliStream {
  let failure: NodeJS.ErrnoException | undefined;
  let pending = 0;
  let settle: (() => void)[] = [];
  const done = (error?: Error | null): void => {
    if (error) failure ??= error;
    pending -= 1;
    if (pending > 0) return;
    for (const resolve of settle) resolve();
    settle = [];
  };
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  return {
    write(text) {
      if (failure !== undefined || text === '') return;
      pending += 1;
      stream.write(text, done);
    },
    async flush() {
      if (pending > 0) await new Promise<void>((resolve) => settle.push(resolve));
      if (failure !== undefined && failsRun && !isClosedPipe(failure)) {
        const { fail } = await import('../errors/segment-error.js');
        const { systemReason } = await import('../errors/system-error.js');
        fail('stdout-failed', { reason: systemReason(failure) }, { cause: failure });
      }
    },
    isTty: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : undefined,
    colorDepth: stream.isTTY ? stream.getColorDepth(terminalEnvironment()) : 1,
    terminal: stream.isTTY ? stream : undefined,
  };
}

/** What tells about the terminal. What asks for colours or none is left to color.ts: Node takes even an empty NO_COLOR for one. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _none, FORCE_COLOR: _forced, ...terminal } = process.env;
  return terminal;
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'EIO' || error.code === 'ERR_STREAM_DESTROYED';
}
