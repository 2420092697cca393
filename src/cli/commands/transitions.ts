import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const transitions: Command = {
  name: 'transitions',
  group: 'understand',
  summary: 'who moved between segments from date to date',
  register(program, io) {
    const command = program
      .command(transitions.name)
      .summary(transitions.summary)
      .description(
        `Reads the files once, gives every user a segment as of both dates, and shows who moved, entered and left.

Population gaps and RFM edges of the earlier date count for the later one too, so that nobody moves because others changed; --refit measures them anew.`,
      );
    addOptions(command, 'transitions').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('transitions', flags, io, files);
      const { showTransitions } = await import('../show-transitions.js');
      const { givenCommand } = await import('../command-line.js');
      await showTransitions(io, settings, givenCommand('transitions', files, flags));
    });
  },
};
