import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/errors/nearest.js';

describe('nearest', () => {
  it.each([
    ['clasify', 'classify'],
    ['CLASSIFY', 'classify'],
    ['calssify', 'classify'],
    ['parms', 'params'],
    ['parameters', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%s is %s', (word, expected) => {
    expect(nearest(word, ['demo', 'classify', 'params', 'sql'])).toBe(expected);
  });

  it('takes no word of which half is another', () => {
    expect(nearest('price', ['device'])).toBeUndefined();
    expect(nearest('prise', ['price'])).toBe('price');
  });

  it('takes the closest, and the first of equally close ones', () => {
    expect(nearest('loyal.day', ['loyal.days', 'loyal.way'])).toBe('loyal.days');
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
  });

  it('does not compare long hostile words letter by letter', () => {
    expect(nearest('x'.repeat(1_000_000), ['classify'])).toBeUndefined();
  });
});
