import { Command, CommanderError } from 'commander';
import { COMMAND_GROUPS } from './commands/command.js';
import { completion } from './commands/completion.js';
import { files } from './commands/files.js';
import { COMMANDS } from './commands/index.js';
import { run } from './commands/run.js';
import { registerHelp } from './help-command.js';
import { type CliIo, reportWidth } from './io.js';
import { meansFiles } from './means-files.js';
import { readVersion } from './version.js';

/** What commander found wrong, and the command it was said to. */
class CommandLineProblem extends Error {
  readonly found: CommanderError;
  readonly command: Command;

  constructor(found: CommanderError, command: Command) {
    super(found.message);
    this.found = found;
    this.command = command;
  }
}

/** Runs a command line; fails with what its command fails with, or with a usage error. */
export async function runProgram(argv: readonly string[], io: CliIo): Promise<void> {
  const words = meansFiles(argv, io.cwd) ? [files.name, ...argv] : [...argv];
  const program = createProgram(io, words[0]);
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    if (!(error instanceof CommandLineProblem)) throw error;
    const { usageError } = await import('./usage-error.js');
    const problem = usageError(error.found, error.command, io.cwd);
    if (error.command.name() !== run.name) throw problem;
    const { toldEarly } = await import('./read-run.js');
    throw await toldEarly(problem, error.command.opts(), io);
  }
}

/** The command tree; of one command alone where that is named first and needs no other. */
export function createProgram(io: CliIo, first?: string): Command {
  const named = COMMANDS.filter(({ name }) => name === first && name !== completion.name);
  const program = new Command('segment')
    .description('Turns exported event files into user segments that people can trust.')
    .usage('<command> [options]\n       segment FILES [options]')
    .version(readVersion(), '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => reportWidth(io.stdout),
      getErrHelpWidth: () => reportWidth(io.stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage().replace('[options]', '').trim()}`.trim() })
    .helpCommand(false);
  throwProblems(program);
  for (const group of COMMAND_GROUPS) {
    program.commandsGroup(`${group[0]?.toUpperCase()}${group.slice(1)}:`);
    for (const command of named.length > 0 ? named : COMMANDS) if (command.group === group) command.register(program, io);
  }
  program.commandsGroup('Help:');
  registerHelp(program, io);
  for (const command of program.commands) {
    command.helpOption('-h, --help', 'show this help');
    throwProblems(command);
  }
  return program;
}

function throwProblems(command: Command): void {
  command.exitOverride((error: CommanderError) => {
    throw error.exitCode === 0 ? error : new CommandLineProblem(error, command);
  });
}
