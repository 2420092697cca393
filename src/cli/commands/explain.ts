import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const explain: Command = {
  name: 'explain',
  group: 'segment',
  summary: 'why a user has their status and RFM segment',
  register(program, io) {
    const command = program
      .command(explain.name)
      .summary(explain.summary)
      .description('Shows every value, threshold and rule that decided on a user, the next change without activity, and their lifeline.');
    addOptions(command, 'explain').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('explain', flags, io, files);
      const { explainUsers } = await import('../explain-users.js');
      const { givenCommand } = await import('../command-line.js');
      await explainUsers(io, settings, givenCommand('explain', files, flags));
    });
  },
};
