import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTS_OF_ALL } from '../../src/analysis/split/split-result.js';
import { parseArms, parseShare } from '../../src/config/parse-arms.js';

describe('the arms of a split', () => {
  it('are names with shares in percent, or names alone', () => {
    expect(parseArms('control:50,a:25,b:25')).toEqual([
      { name: 'control', parts: 500_000 },
      { name: 'a', parts: 250_000 },
      { name: 'b', parts: 250_000 },
    ]);
    // 33.3333 + 33.3333 + 33.3334 = 100
    expect(parseArms('a:33.3333%, b:33.3333 %, c:33.3334')).toEqual([
      { name: 'a', parts: 333_333 },
      { name: 'b', parts: 333_333 },
      { name: 'c', parts: 333_334 },
    ]);
    expect(parseArms('a,b,c')).toEqual(['a', 'b', 'c'].map((name) => ({ name, parts: 1 })));
  });

  it.each([
    ['control:50,a:25', 'shares that add up to 100 %, and these add up to 75 %'],
    ['a:60,b:60', 'these add up to 120 %'],
    ['a:33.3333,b:33.3333,c:33.3333', 'these add up to 99.9999 %'],
    ['a:0,b:100', 'a share is above 0'],
    ['a:-10,b:110', 'a share is above 0'],
    ['a:1e1,b:90', 'a share is above 0'],
    ['a:50.00001,b:49.99999', 'at most 4 decimals'],
    ['a:50,b', 'names with shares'],
    ['a:50:1,b:50', 'names with shares'],
    ['a:50,a:50', 'a stands there twice'],
    ['all:100', 'from 2 to 50 arms'],
    ['', '"" is none'],
    ['a:50,,b:50', '"" is none'],
    ['A:50,b:50', '"A" is none'],
    ['../x:50,b:50', '"../x" is none'],
    ['a b:50,c:50', '"a b" is none'],
    [`${'x'.repeat(41)}:50,b:50`, 'at most 40'],
    [Array.from({ length: 51 }, (_, index) => `a${index}`).join(), 'from 2 to 50 arms'],
  ])('%s is none', (text, expected) => {
    expect(parseArms(text)).toEqual({ expected: expect.stringContaining(expected) });
  });

  it('add up to the whole, whatever they are', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: PARTS_OF_ALL - 1 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(cuts, (given) => {
        const ends = [0, ...given.toSorted((left, right) => left - right), PARTS_OF_ALL];
        const parts = ends.slice(1).map((end, index) => end - (ends[index] ?? 0));
        const text = parts.map((part, index) => `a${index}:${(part / 10_000).toFixed(4)}`).join();
        expect(parseArms(text)).toEqual(parts.map((part, index) => ({ name: `a${index}`, parts: part })));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a share', () => {
  it('is above 0 and up to 100 %', () => {
    expect(['10%', '10', '0.0001', '100', '12.5 %'].map(parseShare)).toEqual([100_000, 100_000, 1, 1_000_000, 125_000]);
    expect(
      ['0', '0%', '100.0001', '101', '-1', '', '%', '1,5', '.5', '1e1', '0.00001'].filter((text) => parseShare(text) !== undefined),
    ).toEqual([]);
  });
});
