import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const backtest: Command = {
  name: 'backtest',
  group: 'understand',
  summary: 'do the segments predict who comes back',
  register(program, io) {
    const command = program
      .command(backtest.name)
      .summary(backtest.summary)
      .description(
        `Reads the files once, gives every user a segment as of earlier dates, by nothing but what was known then, and looks who came back, left and paid in the days after each.

The dates lie --every 30d apart, back from the last one with a whole window after it, as far as 90 days of history allow.`,
      );
    addOptions(command, 'backtest').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readSettings } = await import('../read-settings.js');
      const settings = await readSettings('backtest', flags, io, files);
      const { showBacktest } = await import('../show-backtest.js');
      const { givenCommand } = await import('../command-line.js');
      await showBacktest(io, settings, givenCommand('backtest', files, flags));
    });
  },
};
