import { describe, expect, it } from 'vitest';
import { parseStep } from '../../src/config/parse-step.js';

describe('the length of a period', () => {
  it.each([
    ['day', { unit: 'day', days: 1 }],
    ['week', { unit: 'day', days: 7 }],
    ['month', { unit: 'month' }],
    ['1d', { unit: 'day', days: 1 }],
    ['30d', { unit: 'day', days: 30 }],
    ['3650d', { unit: 'day', days: 3650 }],
  ])('%s', (text, step) => expect(parseStep(text)).toEqual(step));

  it.each(['0d', '00d', '3651d', '99999d', '30', '-7d', '1.5d', '1w', 'Week', '', 'd', ' 7d', '7D', '１d'])('not %j', (text) =>
    expect(parseStep(text)).toBeUndefined(),
  );
});
