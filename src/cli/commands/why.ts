import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const why: Command = {
  name: 'why',
  group: 'automate',
  summary: 'what changed between two runs, and whose change it is',
  register(program, io) {
    const command = program
      .command(why.name)
      .summary(why.summary)
      .description(
        `Says in three sentences what changed from one run of segment run to another: data, definitions, or people, and shows below how much of each segment's change is whose. Where definitions differ, the settings of the earlier run are run on the data of the later one. Nothing is locked or written.

segment why                 the last two runs
segment why 2026-06-01..last
segment why 7               run 7 and the one before it`,
      )
      .argument('[runs]', 'RUN..RUN, named as in segment runs');
    addOptions(command, 'why').action(async (runs: string | undefined, flags: Record<string, unknown>) => {
      const { readLayers } = await import('../read-settings.js');
      const given = await readLayers('why', flags, io, []);
      const { showWhy } = await import('../show-why.js');
      const { givenCommand } = await import('../command-line.js');
      await showWhy(io, given, runs, givenCommand('why', runs === undefined ? [] : [runs], flags));
    });
  },
};
