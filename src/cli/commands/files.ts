import { addOptions } from '../options.js';
import type { Command } from './command.js';

/** What files do where a command belongs; `program.ts` leads there. */
export const files: Command = {
  name: 'FILES',
  group: 'look',
  summary: 'what files are and who is in them; writes nothing',
  register(program, io) {
    const command = program
      .command(files.name)
      .summary(files.summary)
      .description(
        'Says what the files are and shows the summary of segment classify. Writes nothing. A name that is a command is the command: ./classify is a file.',
      );
    addOptions(command, 'FILES')
      .usage('[options]')
      .action(async (names: string[], flags: Record<string, unknown>) => {
        const { readSettings } = await import('../read-settings.js');
        const settings = await readSettings('FILES', flags, io, names);
        const { summariseFiles } = await import('../summarise-files.js');
        const { givenCommand } = await import('../command-line.js');
        await summariseFiles(io, settings, givenCommand('FILES', names, flags));
      });
  },
};
