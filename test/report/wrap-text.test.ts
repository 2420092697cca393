import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../src/report/safe-text.js';
import { textWidth } from '../../src/report/text-width.js';
import { cutText, keepTogether, wrapText } from '../../src/report/wrap-text.js';

describe('wrapText', () => {
  it('breaks between words and hangs under the beginning', () => {
    expect(wrapText('one two three four', 14, 'Read: ')).toEqual(['Read: one two', '      three', '      four']);
    expect(wrapText('one two three', 10, '- ')).toEqual(['- one two', '  three']);
    expect(wrapText('one two', 80)).toEqual(['one two']);
    expect(wrapText('', 80)).toEqual(['']);
  });

  it('keeps a percent sign with its number, and short pieces whole when asked', () => {
    expect(wrapText('it is 17 % now', 8)).toEqual(['it is', '17 % now']);
    expect(wrapText('it is < 1 %', 9)).toEqual(['it is', '< 1 %']);
    expect(wrapText(`a b, ${keepTogether('x = y')}`, 7)).toEqual(['a b,', 'x = y']);
  });

  it('cuts a word longer than a line', () => {
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapText('日本語日本語', 5)).toEqual(['日本', '語日', '本語']);
  });

  it('keeps blanks of other kinds than the one it breaks at', () => {
    expect(wrapText('\u00a0', 20, '! ')).toEqual(['! \u00a0']);
    expect(wrapText('a b ', 20)).toEqual(['a b']);
  });

  it('never exceeds the width and loses no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 20, max: 100 }), (text, width) => {
        const safe = safeText(text);
        const lines = wrapText(safe, width, '! ');
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(`${lines.join('')}`.replaceAll(' ', '')).toBe(`! ${safe}`.replaceAll(' ', ''));
      }),
    );
  });
});

describe('cutText', () => {
  it('marks what was cut', () => {
    expect(cutText('abcdef', 4, '…')).toBe('abc…');
    expect(cutText('abcdef', 6, '…')).toBe('abcdef');
    expect(cutText('日本語', 5, '…')).toBe('日本…');
    expect(cutText('abcdef', 2, '...')).toBe('..');
  });
});
