import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json-text.js';
import { safeText } from '../../src/report/safe-text.js';
import { hasHarmfulSigns, hasNaughtyStrings, readNaughtyStrings } from './naughty-strings.js';

describe('safeText', () => {
  it.each([
    ['plain text, also ünïcödé 日本 👍', 'plain text, also ünïcödé 日本 👍'],
    ['\u001b[31mred\u0007', '\\x1b[31mred\\x07'],
    ['one\r\ntwo\ttab', 'one\\x0d\\x0atwo\\x09tab'],
    ['\u007f\u009b2J', '\\x7f\\x9b2J'],
    // turns the reading direction
    ['abc\u202excod.exe', 'abc\\u202excod.exe'],
    ['\u2066a\u2069', '\\u2066a\\u2069'],
    // nothing to see
    ['a\u200bb\u200dc\ufeff', 'a\\u200bb\\u200dc\\ufeff'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['soft\u00adhyphen', 'soft\\xadhyphen'],
    // half a pair
    ['\ud800x\udc00', '\\ud800x\\udc00'],
    ['', ''],
  ])('%j becomes %j', (text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it('leaves nothing harmful in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(hasHarmfulSigns(safeText(text))).toBe(false);
        expect(safeText(text)).not.toContain('\n');
      }),
    );
  });

  it.skipIf(!hasNaughtyStrings)('leaves nothing harmful in the naughty strings', () => {
    for (const name of readNaughtyStrings()) expect(hasHarmfulSigns(safeText(name))).toBe(false);
  });
});

describe('renderJson', () => {
  it('escapes what a terminal obeys and means the same', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 50 })), (texts) => {
        const json = renderJson({ texts });
        expect(JSON.parse(json)).toEqual({ texts });
        expect(hasHarmfulSigns(json)).toBe(false);
      }),
    );
  });

  it('indents by two, ends in a newline, keeps key order', () => {
    expect(renderJson({ b: [], a: {}, list: [1, null, true], deep: { x: 'y' } })).toBe(
      '{\n  "b": [],\n  "a": {},\n  "list": [\n    1,\n    null,\n    true\n  ],\n  "deep": {\n    "x": "y"\n  }\n}\n',
    );
  });
});
