import { describe, expect, it } from 'vitest';
import { statusMeaning } from '../../src/report/status-words.js';
import { STATUSES } from '../../src/segmentation/status/status.js';
import { parseParameters } from '../../src/segmentation/status/status-parameters.js';

function meanings(...settings: readonly string[]): Record<string, string> {
  const parameters = parseParameters(settings);
  return Object.fromEntries(STATUSES.map((status) => [status.name, statusMeaning(status, parameters)]));
}

describe('what a status means', () => {
  it('is what the list of statuses says, with the defaults', () => {
    expect(meanings()).toEqual(Object.fromEntries(STATUSES.map(({ name, meaning }) => [name, meaning])));
  });

  it('follows the parameters of the run', () => {
    const changed = meanings('new.days=30', 'occasional.days=6', 'reactivated.days=1', 'dormant.multiple=2.5');
    expect(changed).toEqual({
      ...meanings(),
      new: 'first seen in the last 30 days',
      occasional: 'seen on fewer than 6 days',
      reactivated: 'came back in the last day after a long gap',
      dormant: 'idle for longer than 2.5 times their usual interval',
    });
  });
});
