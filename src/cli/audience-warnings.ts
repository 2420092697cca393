import type { Audience, AudienceWarning } from '../membership/audience/audience-result.js';
import { DESTINATIONS } from '../membership/destinations/index.js';

/** What of audiences deserves a second look. */
export function audienceWarnings(audiences: readonly Audience[], hasProperties: boolean): AudienceWarning[] {
  const warnings = audiences.flatMap(sizeWarnings);
  const without = DESTINATIONS.filter(
    ({ name, takesProperties }) => !takesProperties && audiences.some(({ destination }) => destination === name),
  );
  if (!hasProperties || without.length === 0) return warnings;
  const titles = without.map(({ title }) => title).join(', ');
  return [
    ...warnings,
    { code: 'properties_left_out', message: `${titles}: such files take no properties, so --properties is not in them` },
  ];
}

function sizeWarnings({ destination, title, segment, rows, members }: Audience): AudienceWarning[] {
  const who = segment === undefined ? 'the audience of everyone' : `the audience ${segment}`;
  if (rows === 0) {
    const why =
      members === 0
        ? 'nobody is in it'
        : members === 1
          ? 'its only member cannot be written'
          : `none of its ${members} members can be written`;
    return [{ code: 'audience_empty', message: `${title}: ${who} is empty: ${why}` }];
  }
  const least = DESTINATIONS.find(({ name }) => name === destination)?.least;
  if (least === undefined || rows >= least) return [];
  return [
    {
      code: 'audience_small',
      message: `${title}: ${who} has ${rows === 1 ? '1 row' : `${rows} rows`}, and fewer than ${least} people are advised against: too few of them are matched`,
    },
  ];
}
