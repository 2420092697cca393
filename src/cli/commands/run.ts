import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const run: Command = {
  name: 'run',
  group: 'automate',
  summary: 'the nightly job: classify, check, publish, record',
  register(program, io) {
    const command = program
      .command(run.name)
      .summary(run.summary)
      .description(
        `Reads the inputs that segment.yaml names, classifies everybody, judges the sizes by the history of runs, and publishes a complete set: DIR/current leads to it, and changes at once. Where the check fails, the earlier set stays and the exit code is 1. Each run is recorded in the state folder. One run at a time: others wait (--wait) or end in 4.`,
      );
    addOptions(command, 'run').action(async (files: string[], flags: Record<string, unknown>) => {
      const { readRunSettings } = await import('../read-run.js');
      const settings = await readRunSettings(flags, io, files);
      const { givenCommand } = await import('../command-line.js');
      const given = givenCommand('run', files, flags);
      if (settings.dryRun) await (await import('../show-run-plan.js')).showRunPlan(io, settings, given);
      else await (await import('../run-nightly.js')).runNightly(io, settings, given);
    });
  },
};
