import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { usageError } from '../../src/cli/usage-error.js';

/** What commander throws for a command line; asked of commander itself, so that a new version that words it differently is noticed. */
function thrownBy(build: (command: Command) => Command, ...argv: string[]): { code: string; message: string } {
  const program = new Command('segment').configureOutput({ outputError: () => {} });
  const command = build(program.command('demo').exitOverride());
  program.exitOverride();
  try {
    program.parse(['demo', ...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const { code, message } = usageError(error, command, '');
    return { code, message };
  }
  throw new Error('commander accepted it');
}

describe('usageError', () => {
  it.each([
    ['missing-argument', 'segment demo needs FILES, and none was given.', (c: Command) => c.argument('<files...>'), []],
    ['missing-option', 'segment demo needs --user, and it was not given.', (c: Command) => c.requiredOption('-u, --user <id>'), []],
    ['missing-option-value', '--out needs a value, and none was given.', (c: Command) => c.option('-o, --out <dir>'), ['--out']],
    ['too-many-arguments', 'segment demo takes no arguments; 2 given.', (c: Command) => c, ['a', 'b']],
    ['too-many-arguments', 'segment demo takes 1 argument; 12 given.', (c: Command) => c.argument('[a]'), [...'abcdefghijkl']],
    ['unknown-option', 'segment demo has no option --sed. Did you mean "--seed"?', (c: Command) => c.option('--seed <n>'), ['--sed', '1']],
    ['unknown-option', "segment demo has no option --it's\n(odd).", (c: Command) => c, ["--it's\n(odd)"]],
    [
      'unknown-option',
      'segment demo has no option --sead. Did you mean "--seal"?',
      (c: Command) => c.option('--seed').option('--seal'),
      ['--sead'],
    ],
    ['command-line', "segment demo: option '--seed' cannot be used with option '--days'.", conflicting, ['--seed', '--days']],
  ] as const)('%s: %s', (code, message, build, argv) => {
    expect(thrownBy(build, ...argv)).toEqual({ code, message });
  });
});

function conflicting(command: Command): Command {
  return command.option('--days').addOption(command.createOption('--seed').conflicts('days'));
}
