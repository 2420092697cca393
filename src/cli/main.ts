import { readFileSync } from 'node:fs';
import { ExitCode } from './exit-code.js';
import { type CliIo, interruptExitCode, processIo, reportWidth } from './io.js';
import { ToldFailure } from './told-failure.js';

const HELP_CALLS = ['', '-h', '--help', 'help'];
/** Width the build writes the help for. */
const HELP_WIDTH = 80;

/** Runs one command line and returns its exit code. Never ends the process; all output has left it when this resolves. */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  const exitCode = await settle(io, () => runCommand(argv, io));
  const flushCode = await settle(io, () => io.stdout.flush());
  await io.stderr.flush();
  const signal = io.interruptedBy();
  if (signal !== undefined) return interruptExitCode(signal);
  return exitCode === ExitCode.ok ? flushCode : exitCode;
}

/** Runs this process's command line. */
export async function runProcess(): Promise<number> {
  process.on('uncaughtException', endWithBug);
  return main(process.argv.slice(2), processIo());
}

async function runCommand(argv: readonly string[], io: CliIo): Promise<void> {
  const help = HELP_CALLS.includes(argv.join(' ')) && reportWidth(io.stdout) >= HELP_WIDTH ? readBuiltHelp() : undefined;
  if (help !== undefined) return io.stdout.write(help);
  // Once files can no longer be opened, it would be too late to load the words for that.
  await import('./present-error.js');
  const { runProgram } = await import('./program.js');
  await runProgram(argv, io);
}

/** The program's help as the build wrote it, so that showing it loads nothing; undefined when run from the sources. */
function readBuiltHelp(): string | undefined {
  try {
    return readFileSync(new URL('help.txt', import.meta.url), 'utf8') || undefined;
  } catch {
    return undefined;
  }
}

let isEnding = false;

/** What nobody awaited failed: the run can't be trusted any more. */
async function endWithBug(error: unknown): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  const { text, exitCode } = await presentSafely(error);
  process.stderr.write(text, () => process.exit(exitCode));
}

/** In words, or as it is where even the words cannot be loaded (no file can be opened any more, a damaged installation). */
async function presentSafely(error: unknown): Promise<{ readonly text: string; readonly exitCode: number }> {
  try {
    const { presentError } = await import('./present-error.js');
    return presentError(error);
  } catch {
    const { code, message, stack }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
    if (code === 'EMFILE' || code === 'ENFILE') return { text: `error: ${message}\n`, exitCode: ExitCode.environment };
    return { text: `${stack ?? message}\n`, exitCode: ExitCode.internal };
  }
}

async function settle(io: CliIo, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return ExitCode.ok;
  } catch (error) {
    if (io.interruptedBy() !== undefined) {
      if (!(error instanceof ToldFailure)) io.stderr.write('interrupted\n');
      return ExitCode.ok;
    }
    const { text, exitCode } = await presentSafely(error);
    io.stderr.write(text);
    return exitCode;
  }
}
