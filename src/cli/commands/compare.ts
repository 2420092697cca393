import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const compare: Command = {
  name: 'compare',
  group: 'understand',
  summary: 'how groups of users differ, and how sure that is',
  register(program, io) {
    const command = program
      .command(compare.name)
      .summary(compare.summary)
      .description(
        'Compares groups of users by activity, return, orders, money and what they did: paid against free, new against returning, one segment against the rest. The user is the unit; every difference has an interval and a verdict in words.',
      );
    addOptions(command, 'compare').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('compare', flags, io, files);
      const { compareUsers } = await import('../compare-users.js');
      const { givenCommand } = await import('../command-line.js');
      await compareUsers(io, settings, givenCommand('compare', files, flags));
    });
  },
};
