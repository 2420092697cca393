import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const runs: Command = {
  name: 'runs',
  group: 'automate',
  summary: 'the history of the nightly job, and its health',
  register(program, io) {
    const command = program
      .command(runs.name)
      .summary(runs.summary)
      .description(
        `Looks at the state folder of segment run, without its lock and while a run goes on: the last runs, sizes over time, files that are new, changed or gone since the last run, and what is wrong in the folder. Inputs, state and out are those of segment.yaml.

runs show RUN         everything of one run
runs diff RUN RUN     settings, files and sizes of two, and who moved between them
runs verify           every checksum of the state folder and of the published sets;
                      exit code 3 where one is another
runs prune            removes what retain: lets go, as each successful run does;
                      --dry-run shows it only

A run is a number (7, 000007), a date (of several the newest run), last, or last~1 for the one before it.`,
      )
      .argument('[words...]', 'show RUN, diff RUN RUN, verify or prune; nothing: the list of runs');
    addOptions(command, 'runs').action(async ([question, ...words]: string[], flags: Record<string, unknown>) => {
      const { readLayers } = await import('../read-settings.js');
      const given = await readLayers('runs', flags, io, []);
      const { answerRuns } = await import('../asked-runs.js');
      await answerRuns(io, given, question, words);
    });
  },
};
