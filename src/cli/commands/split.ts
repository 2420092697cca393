import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const split: Command = {
  name: 'split',
  group: 'automate',
  summary: 'random groups, the same for the same ids everywhere',
  register(program, io) {
    const command = program
      .command(split.name)
      .summary(split.summary)
      .description(
        `Puts users into random groups that hang on --salt and the id alone: a user is in the same one tomorrow, in another export, and in a list of their own. Beside FILES, conditions such as status=at_risk say which users, as in segment list; --ids splits a list of ids without any events.

A pipe gets user_id and arm of everybody, --out a file for each group; --json prints the sizes.`,
      );
    addOptions(command, 'split').action(async (given: string[], flags: Record<string, unknown>) => {
      const { readSplit } = await import('../read-split.js');
      const asked = await readSplit(given, flags, io);
      const { splitMembers } = await import('../split-members.js');
      const { givenCommand } = await import('../command-line.js');
      await splitMembers(io, asked, givenCommand('split', given, flags));
    });
  },
};
