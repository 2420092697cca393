import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const lint: Command = {
  name: 'lint',
  group: 'automate',
  summary: 'what is odd about your own segments; exit 1 on errors',
  register(program, io) {
    const command = program
      .command(lint.name)
      .summary(lint.summary)
      .description(
        'Looks for what is odd about the own segments of the config file and of --segment: rules that hold for everybody or nobody, conditions that add nothing, too many of them, no goal, names to be careful with. With FILES also at what they make of the users: groups that are empty, too small or the same, conditions that change nothing, events that do not occur, days that the files do not hold. Each finding has a code, a level, its place and one thing to try; segment help lint-codes lists the codes. A finding that is meant to be so is set aside beside the rule, with the reason: ignore: { no-goal: "a trial" }. Ends in 1 when there are errors, with --fail-on warning also when there are warnings.',
      );
    addOptions(command, 'lint').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readLayers } = await import('../read-settings.js');
      const { resolveSettings } = await import('../../config/settings.js');
      const { layers } = await readLayers('lint', flags, io, files);
      const { lintSegments } = await import('../lint-segments.js');
      const { givenCommand } = await import('../command-line.js');
      await lintSegments(io, resolveSettings('lint', layers, io.now()), givenCommand('lint', files, flags));
    });
  },
};
