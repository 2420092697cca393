import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const trend: Command = {
  name: 'trend',
  group: 'understand',
  summary: 'sizes of segments and flows over time',
  register(program, io) {
    const command = program
      .command(trend.name)
      .summary(trend.summary)
      .description(
        `Reads the files once, gives every user a segment at the end of each period, and shows how large the segments were and who moved in between.

Sizes are those of segment classify as of that day: its own population gaps and RFM edges. Who moved only because these did is told apart; --no-refit keeps those of the first period.`,
      );
    addOptions(command, 'trend').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('trend', flags, io, files);
      const { showTrend } = await import('../show-trend.js');
      const { givenCommand } = await import('../command-line.js');
      await showTrend(io, settings, givenCommand('trend', files, flags));
    });
  },
};
