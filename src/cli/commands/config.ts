import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const config: Command = {
  name: 'config',
  group: 'automate',
  summary: 'every setting with its value, and where it comes from',
  register(program, io) {
    const command = program
      .command(config.name)
      .summary(config.summary)
      .description(
        'Checks the config file and the environment, and shows every setting with its value and who says so: a flag, a variable of the environment, a line of the config file, or the default.',
      );
    addOptions(command, 'config').action(async (files: string[], flags: Record<string, unknown>) => {
      if (flags['schema'] === true) {
        const { configSchema } = await import('../../config/json-schema.js');
        io.stdout.write(`${JSON.stringify(configSchema(), undefined, 2)}\n`);
        return;
      }
      const { readLayers } = await import('../read-settings.js');
      const given = await readLayers('config', flags, io, files);
      const { showSettings } = await import('../show-settings.js');
      showSettings(io, given);
    });
  },
};
