import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const completion: Command = {
  name: 'completion',
  group: 'automate',
  summary: 'completion with the Tab key for bash, zsh or fish',
  register(program, io) {
    const command = program
      .command(completion.name)
      .summary(completion.summary)
      .description(
        'Prints a script that completes commands, options and values with the Tab key. To load it, a line in the start file of the shell: source <(segment completion bash) in ~/.bashrc, source <(segment completion zsh) after compinit in ~/.zshrc, segment completion fish | source in ~/.config/fish/config.fish.',
      )
      .argument('<shell>', 'bash, zsh or fish');
    addOptions(command, 'completion').action(async (name: string) => {
      const { completionTree, SHELL_NAMES } = await import('../completion/completion-tree.js');
      const { COMPLETION_SCRIPTS } = await import('../completion/index.js');
      const shell = SHELL_NAMES.find((known) => known === name);
      if (shell === undefined) {
        const { fail } = await import('../../errors/segment-error.js');
        return fail('unknown-shell', { shell: name, shells: SHELL_NAMES });
      }
      io.stdout.write(COMPLETION_SCRIPTS[shell](completionTree(program)));
    });
  },
};
