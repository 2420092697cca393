import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/config/parse-condition.js';

const is = (...values: string[]) => ({ kind: 'in', values });
const numbers = (from: string | null, to: string | null) => ({ kind: 'numbers', from, to });

describe('a condition', () => {
  it.each([
    ['plan=pro', 'plan', false, is('pro')],
    ['plan=pro,team', 'plan', false, is('pro', 'team')],
    [' plan = pro , team ', 'plan', false, is('pro', 'team')],
    ['plan!=pro', 'plan', true, is('pro')],
    ['plan!=pro,team', 'plan', true, is('pro', 'team')],
    ['plan=', 'plan', true, { kind: 'set' }],
    ['plan!=', 'plan', false, { kind: 'set' }],
    ['plan= ', 'plan', true, { kind: 'set' }],
    ['age=18..30', 'age', false, numbers('18', '30')],
    ['age=18..', 'age', false, numbers('18', null)],
    ['age=..-0.5', 'age', false, numbers(null, '-0.5')],
    ['age!=18 .. 30', 'age', true, numbers('18', '30')],
    ['day=2024-01-01..2024-02-29', 'day', false, { kind: 'dates', from: '2024-01-01', to: '2024-02-29' }],
    ['city="Paris, TX",Rome', 'city', false, is('Paris, TX', 'Rome')],
    ['v="1..2"', 'v', false, is('1..2')],
    ['v=""', 'v', false, is('')],
    ['v=" a "', 'v', false, is(' a ')],
    ['v="say ""x"""', 'v', false, is('say "x"')],
    ['"a=b"=c', 'a=b', false, is('c')],
    ['a=b=c', 'a', false, is('b=c')],
    ['properties.plan=pro', 'properties.plan', false, is('pro')],
    ['user plan=007', 'user plan', false, is('007')],
  ])('%s', (text, property, isNegated, test) => {
    expect(parseCondition(text)).toEqual({ text, property, isNegated, test });
  });

  it.each([
    'plan',
    '=pro',
    ' !=pro',
    '',
    'plan=a,,b',
    'plan=a,',
    'plan="a',
    'plan=a"b',
    'plan="a"b',
    'age=18..30,40',
    'age=30..18',
    'age=..',
    'age=a..b',
    'age=1e5..',
    'day=2024-02-30..',
    'day=2024-03-01..2024-01-01',
    'day=2024-01-01..5',
  ])('is not %j', (text) => {
    expect(parseCondition(text)).toEqual({ problem: expect.any(String) as string });
  });
});
