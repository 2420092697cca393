import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const list: Command = {
  name: 'list',
  group: 'segment',
  summary: 'the members of a segment, for reading or for a pipe',
  register(program, io) {
    const command = program
      .command(list.name)
      .summary(list.summary)
      .description(
        `Lists users on stdout: a table on a terminal, CSV like members.csv in a pipe. Beside FILES, conditions say which users; all of them hold:

status=at_risk,dormant   one of some segments of a segmentation
paying!=paid             any but these
at_risk                  a segment alone, where only one segmentation has it
property:plan=pro        a segmentation of --by property:plan
'monetary>=100'          a number or a date of members: = != < <= > >=
status_reason=declining  a text of members, or a column of --keep

A file whose name looks like a condition is written ./status=x.`,
      );
    addOptions(command, 'list').action(async (given: string[], flags: Record<string, unknown>) => {
      const { readListing } = await import('../read-listing.js');
      const { settings, conditions } = await readListing('list', given, flags, io);
      const { listMembers } = await import('../list-members.js');
      const { givenCommand } = await import('../command-line.js');
      await listMembers(io, settings, conditions, givenCommand('list', given, flags));
    });
  },
};
