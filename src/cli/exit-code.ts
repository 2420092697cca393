import type { ErrorKind } from '../errors/messages.js';

/** What the process tells its caller (DESIGN: failing). 129, 130 and 143 are signals, see `interruptExitCode`. */
export const ExitCode = { ok: 0, checkFailed: 1, usage: 2, input: 3, environment: 4, internal: 70 } as const;

export const EXIT_CODE_OF = {
  usage: ExitCode.usage,
  input: ExitCode.input,
  environment: ExitCode.environment,
} as const satisfies Record<ErrorKind, number>;
