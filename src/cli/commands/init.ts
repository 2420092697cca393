import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const init: Command = {
  name: 'init',
  group: 'automate',
  summary: 'write a config file from what the files show',
  register(program, io) {
    const command = program
      .command(init.name)
      .summary(init.summary)
      .description('Looks at the files and writes a commented segment.yaml that says how they are read. It never replaces a file.');
    addOptions(command, 'init').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readLayers, settingsOf } = await import('../read-settings.js');
      const { layers } = await readLayers('init', flags, io, files);
      const settings = await settingsOf('init', layers, io);
      const { strongest } = await import('../../config/settings.js');
      const { initConfig } = await import('../init-config.js');
      const { givenCommand } = await import('../command-line.js');
      await initConfig(io, settings, strongest('init', layers), givenCommand('init', files, flags));
    });
  },
};
