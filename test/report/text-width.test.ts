import { describe, expect, it } from 'vitest';
import { padLeft, padRight, textWidth } from '../../src/report/text-width.js';

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['日本', 4],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['👍', 2],
    // a letter and its accent
    ['e\u0301', 1],
    ['░▒▓█', 4],
    ['┌─┐', 3],
    ['\u001b[1mbold\u001b[22m', 4],
    ['\u001b[38;5;43m█\u001b[39m', 1],
  ])('%j takes %d columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('pads by columns', () => {
    expect(padRight('日', 4)).toBe('日  ');
    expect(padLeft('日', 4)).toBe('  日');
    expect(padLeft('longer', 3)).toBe('longer');
  });
});
