import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const sql: Command = {
  name: 'sql',
  group: 'segment',
  summary: 'the SQL behind every number, runnable in stock DuckDB',
  register(program, io) {
    const command = program
      .command(sql.name)
      .summary(sql.summary)
      .description('Reads the files and prints the SQL of every relation from them to the members, with the parameters as variables.');
    addOptions(command, 'sql').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('sql', flags, io, files);
      const { printScript } = await import('../print-script.js');
      const { givenCommand } = await import('../command-line.js');
      await printScript(io, settings, givenCommand('sql', files, flags));
    });
  },
};
