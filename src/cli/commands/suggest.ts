import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const suggest: Command = {
  name: 'suggest',
  group: 'understand',
  summary: 'thresholds that the data speak for',
  register(program, io) {
    const command = program
      .command(suggest.name)
      .summary(suggest.summary)
      .description(
        `Looks what the data say about thresholds: after how long hardly anybody comes back, where the borders of dormant and churned would lie best, where recency, frequency and money break by themselves, which names of events look like something else, and which groups come back or order otherwise than the rest.

Each number stands beside the picture that supports it and how sure it is; where the history is too short it says so. --write puts the suggested values, names of events and segments into segment.yaml.`,
      );
    addOptions(command, 'suggest').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readLayers, settingsOf } = await import('../read-settings.js');
      const { layers, configFile } = await readLayers('suggest', flags, io, files);
      const settings = await settingsOf('suggest', layers, io);
      const { showSuggestions } = await import('../show-suggestions.js');
      const { givenCommand } = await import('../command-line.js');
      await showSuggestions(io, settings, { configFile, command: givenCommand('suggest', files, flags) });
    });
  },
};
