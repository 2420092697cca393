import { addOptions } from '../options.js';
import type { Command } from './command.js';

export const profile: Command = {
  name: 'profile',
  group: 'understand',
  summary: 'who is in a segment, and what they do: its card',
  register(program, io) {
    const command = program
      .command(profile.name)
      .summary(profile.summary)
      .description(
        `The card of a segment on one screen: size, value, a typical member, what members do and have more than everybody else, what they like to do, when they are active, and the best hour to reach them.

segment profile at_risk FILES           a segment that only one segmentation has
segment profile rfm=champions FILES     or with its segmentation; own segments: rules=NAME
segment profile at_risk paying=paid FILES   who is in both; conditions as in segment list

--keep plan,country also compares the values of these columns.`,
      );
    addOptions(command, 'profile').action(async (given: string[], flags: Record<string, unknown>) => {
      const { readListing } = await import('../read-listing.js');
      const asked = await readListing('profile', given, flags, io);
      const { showProfile } = await import('../show-profile.js');
      const { givenCommand } = await import('../command-line.js');
      await showProfile(io, asked, givenCommand('profile', given, flags));
    });
  },
};
