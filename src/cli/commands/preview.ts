import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const preview: Command = {
  name: 'preview',
  group: 'understand',
  summary: 'a rule while you write it: who each condition keeps',
  register(program, io) {
    const command = program
      .command(preview.name)
      .summary(preview.summary)
      .description(
        'Shows how own segments come to their members: how many each condition of an all takes away and each branch of an any adds, in lists within lists too, for how many it holds alone, and how many are out because of that one condition; then some members, and some users who miss one condition, with their values. Beside FILES, names of own segments say which ones; --segment and --recipe mean their own; without any, all of the config file are shown. With --watch it shows them again whenever the config file or an input changes. What was read of the files is kept in a cache for the next run.',
      );
    addOptions(command, 'preview').action(async (given: string[], flags: Record<string, unknown>) => {
      const { givenCommand } = await import('../command-line.js');
      const whole = givenCommand('preview', given, flags);
      if (flags['watch'] === true) {
        const { watchPreview } = await import('../watch-preview.js');
        return watchPreview(io, given, flags, whole);
      }
      const { readPreview } = await import('../read-preview.js');
      const { previewSegments } = await import('../preview-segments.js');
      return previewSegments(io, await readPreview(given, flags, io), whole);
    });
  },
};
