import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const check: Command = {
  name: 'check',
  group: 'automate',
  summary: 'are the sizes sane by earlier runs? exit 1 if not',
  register(program, io) {
    const command = program
      .command(check.name)
      .summary(check.summary)
      .description(
        `Judges the sizes of segments by those of earlier runs, which stand in a baseline, and ends in 1 when something is off. FILES are exports, or the folder that segment classify wrote, or a members file or summary.json of one. First the data: rows, users, days, the newest event, rejected rows and totals of event names; where they are off, segments are not judged. Then the limits. Then each segment: with 8 earlier runs or more against those of the same weekday, with fewer against the run before. --update adds the run to the baseline. --previous says where users went since an earlier run, or whom an edit of the settings moves.`,
      );
    addOptions(command, 'check').action(async (files: string[], flags: Record<string, unknown>) => {
      const { flagLayer, readSettings } = await import('../read-settings.js');
      const settings = await readSettings('check', flags, io, files);
      const { checkSizes } = await import('../check-sizes.js');
      const { givenCommand } = await import('../command-line.js');
      await checkSizes(io, settings, givenCommand('check', files, flags), [...flagLayer('check', flags, files).keys()]);
    });
  },
};
