import { describe, expect, it } from 'vitest';
import {
  inHundredths,
  isDecimal,
  PARAMETER_NAMES,
  parseParameters,
  STATUS_PARAMETERS,
} from '../../../src/segmentation/status/status-parameters.js';

describe('status parameters', () => {
  it('has the defaults the definitions name', () => {
    const defaults = PARAMETER_NAMES.map((name) => `${name} ${STATUS_PARAMETERS[name].default}`).join(' · ');
    expect(defaults).toBe(
      'new.days 14 · dormant.multiple 2 · dormant.min 14 · dormant.max 180 · churned.multiple 4 · churned.min 30 · churned.max 730 · ' +
        'churned.history 90 · churned.grace_hours 24 · reactivated.days 14 · at_risk.window 28 · at_risk.baseline 84 · ' +
        'at_risk.baseline_days 6 · at_risk.decline 0.5 · at_risk.overdue 0.75 · loyal.tenure 60 · loyal.weeks 9 · loyal.orders 4 · ' +
        'occasional.days 3 · trial.days 14 · engagement.days 28 · engagement.power_days 12 · engagement.casual_days 2 · ' +
        'engagement.session_gap_minutes 30 · population.min_users 20 · population.default 30',
    );
  });

  it.each(PARAMETER_NAMES)('%s keeps its default inside its range and within two decimals', (name) => {
    const { default: value, min, max, meaning } = STATUS_PARAMETERS[name];
    expect(value).toBeGreaterThanOrEqual(min);
    expect(value).toBeLessThanOrEqual(max);
    expect(Number.isInteger(isDecimal(name) ? value * 100 : value)).toBe(true);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  });

  it('lays settings over the defaults, the last of one key winning', () => {
    const parameters = parseParameters(['new.days=7', 'at_risk.overdue = 0.9', 'new.days=21']);
    expect(parameters).toMatchObject({ 'new.days': 21, 'at_risk.overdue': 0.9, 'dormant.min': 14 });
  });

  it('turns two decimals into exact hundredths', () => {
    for (let hundredths = 100; hundredths <= 2000; hundredths++) {
      const parameters = parseParameters([`dormant.multiple=${(hundredths / 100).toFixed(2)}`]);
      expect(inHundredths(parameters['dormant.multiple'])).toBe(hundredths);
    }
  });

  it.each([
    ['new.dys=7', 'unknown-parameter', '--set new.dys: there is no such parameter. Did you mean "new.days"?'],
    ['__proto__=7', 'unknown-parameter', '--set __proto__: there is no such parameter.'],
    ['new.days', 'bad-option-value', '--set new.days: expected key=value, for example new.days=7.'],
    ['=7', 'bad-option-value', '--set =7: expected key=value, for example new.days=7.'],
    ['new.days=', 'parameter-out-of-range', '--set new.days=: the value must be a whole number from 1 to 365.'],
    ['new.days=0', 'parameter-out-of-range', '--set new.days=0: the value must be a whole number from 1 to 365.'],
    ['new.days=7.5', 'parameter-out-of-range', '--set new.days=7.5: the value must be a whole number from 1 to 365.'],
    ['new.days=-7', 'parameter-out-of-range', '--set new.days=-7: the value must be a whole number from 1 to 365.'],
    ['new.days=1e2', 'parameter-out-of-range', '--set new.days=1e2: the value must be a whole number from 1 to 365.'],
    [
      'at_risk.decline=0.505',
      'parameter-out-of-range',
      '--set at_risk.decline=0.505: the value must be a number from 0.01 to 1 with at most 2 decimals.',
    ],
    ['dormant.min=200', 'parameters-contradict', 'dormant.min (200) is larger than dormant.max (180).'],
  ])('refuses %s', (setting, code, message) => {
    expect(() => parseParameters([setting])).toThrow(expect.objectContaining({ code, message, kind: 'usage' }));
  });
});
