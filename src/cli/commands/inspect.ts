import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const inspect: Command = {
  name: 'inspect',
  group: 'look',
  summary: 'what is in these files, and how they would be read',
  register(program, io) {
    const command = program
      .command(inspect.name)
      .summary(inspect.summary)
      .description(
        'Shows format, columns, times, events with their roles, and problems with the flag that settles each. Looks at the beginning of long files; --full reads them whole. Writes nothing.',
      );
    addOptions(command, 'inspect').action(async (files: string[], flags: Record<string, unknown>) => {
      const { inspectFiles } = await import('../inspect-files.js');
      await inspectFiles(io, flags, files);
    });
  },
};
