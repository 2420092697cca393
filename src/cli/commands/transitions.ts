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
        `Reads the files once, gives every user a segment as of both dates, and shows who moved, entered and left. Or takes two folders that segment classify wrote, the earlier one first, and compares their members.

Population gaps and RFM edges of the earlier date count for the later one too, so that nobody moves because others changed; --refit measures them anew. Of folders each has its own.`,
      );
    addOptions(command, 'transitions').action(async (files: string[], flags: Record<string, unknown>) => {
      const { flagLayer, readSettings } = await import('../read-settings.js');
      const settings = await readSettings('transitions', flags, io, files);
      const { movedFolders } = await import('../moved-folders.js');
      const folders = await movedFolders(settings, [...flagLayer('transitions', flags, files).keys()], io.cwd);
      if (folders !== undefined) {
        const { showFolderMoves } = await import('../show-folder-moves.js');
        await showFolderMoves(io, settings, folders);
        return;
      }
      const { showTransitions } = await import('../show-transitions.js');
      const { givenCommand } = await import('../command-line.js');
      await showTransitions(io, settings, givenCommand('transitions', files, flags));
    });
  },
};
