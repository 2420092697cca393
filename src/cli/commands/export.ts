import { addOptions } from '../options.js';
import type { Command } from './command.js';

/** `export` is a word of the language. */
export const exportCommand: Command = {
  name: 'export',
  group: 'automate',
  summary: 'audience files for ad and messaging tools',
  register(program, io) {
    const command = program
      .command(exportCommand.name)
      .summary(exportCommand.summary)
      .description(
        `Writes files of people as the tools of --to take them: their headers, their way of writing addresses and numbers, hashed where they ask for it, cut where a file would be too long. Beside FILES, conditions such as status=at_risk say who is meant, as in segment list; --audience gives a segment files of its own. In place of FILES the folder of an earlier segment classify --keep can stand.

E-mail addresses, phone numbers and the like come from columns of --keep and of the file of --users, or from those that are named. Who has no row is counted with the reason.`,
      );
    addOptions(command, 'export').action(async (given: string[], flags: Record<string, unknown>) => {
      const { readExport } = await import('../read-export.js');
      const asked = await readExport(given, flags, io);
      const { exportAudiences } = await import('../export-audiences.js');
      const { givenCommand } = await import('../command-line.js');
      await exportAudiences(io, asked, givenCommand('export', given, flags));
    });
  },
};
