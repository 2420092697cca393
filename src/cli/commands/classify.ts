import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const classify: Command = {
  name: 'classify',
  group: 'segment',
  summary: 'status and RFM segment of every user, in files',
  register(program, io) {
    const command = program
      .command(classify.name)
      .summary(classify.summary)
      .description('Gives every user a status and an RFM segment, writes the membership files and prints a summary.');
    addOptions(command, 'classify').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('classify', flags, io, files);
      const { classifyToFiles } = await import('../classify-to-files.js');
      const { givenCommand } = await import('../command-line.js');
      await classifyToFiles(io, settings, givenCommand('classify', files, flags));
    });
  },
};
