import { describe, expect, it } from 'vitest';
import { RecordScanner } from '../../../src/input/text/record-scanner.js';
import { TextPass } from '../../../src/input/text/text-pass.js';

const MB = 1024 * 1024;

function pass(content: string | Uint8Array, chunkBytes = MB, lineLimit = 16 * MB): TextPass {
  const bytes = Buffer.from(content as Uint8Array);
  const result = new TextPass(lineLimit);
  for (let at = 0; at < bytes.length; at += chunkBytes) result.push(bytes.subarray(at, at + chunkBytes));
  result.end();
  return result;
}

describe('UTF-8', () => {
  it('accepts characters of every length, cut anywhere', () => {
    const text = Buffer.from('a\u{e9}\u{20ac}\u{1f600}z\u{0}\u{7ff}\u{ffff}\u{10ffff}');
    for (let bytes = 1; bytes <= text.length; bytes++) expect(pass(text, bytes).invalidAt).toBeUndefined();
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80, 0x62], 1],
    ['a lead byte without its continuation', [0x61, 0xc3, 0x28], 1],
    ['latin-1 at the end', [0x61, 0x62, 0xe9], 2],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 1],
    ['an overlong slash', [0xc0, 0xaf], 0],
    ['beyond U+10FFFF', [0x61, 0xf5, 0x80, 0x80, 0x80], 1],
    ['a cut character followed by text', [0xe2, 0x82, 0x61, 0x61], 0],
  ])('finds %s at its byte, cut anywhere', (_, bytes, at) => {
    for (const before of [0, 1, 63, 64, 65, 1000]) {
      const text = Buffer.concat([Buffer.from('€'.repeat(before)), Buffer.from(bytes), Buffer.from('x'.repeat(before))]);
      for (const size of [1, 2, 3, 5, 100, 5000]) expect(pass(text, size).invalidAt).toBe(3 * before + at);
    }
  });
});

describe('line ends', () => {
  it.each([
    ['a\nb\n', { hasCr: false, hasCrLf: false, hasBareLf: true, hasBareCr: false }],
    ['a\r\nb\r\n', { hasCr: true, hasCrLf: true, hasBareLf: false, hasBareCr: false }],
    ['a,b', { hasCr: false, hasCrLf: false, hasBareLf: false, hasBareCr: false }],
  ])('%j', (text, expected) => {
    for (let bytes = 1; bytes <= text.length; bytes++) expect(pass(text, bytes)).toMatchObject(expected);
  });

  it.each(['a\nb\r\n', 'a\r\nb\n', 'a\rb', 'a\r\nb\r', 'a\r\r\n', 'a\nb\r', '\n\r', '\r', 'a\r\n\rb\r\n'])(
    '%j is no plain CRLF or LF',
    (text) => {
      for (let bytes = 1; bytes <= text.length; bytes++) {
        const { hasCr, hasBareLf, hasBareCr } = pass(text, bytes);
        expect(hasCr && (hasBareLf || hasBareCr)).toBe(true);
      }
    },
  );
});

it('counts the lines that are not blank, as records are counted, cut anywhere', () => {
  for (const text of ['', '\n', 'a', 'a\n', '\n\na\n\nb', 'a\r\n\r\n\r\nb\r\n', 'a\r\nb\r\n\r\n', ' \n \n', 'a,b\n\n\n\0\n']) {
    const scanner = new RecordScanner({ delimiter: ',', isCounting: true });
    scanner.push(Buffer.from(text), true);
    for (let bytes = 1; bytes <= text.length + 1; bytes++) expect([text, pass(text, bytes).lines]).toEqual([text, scanner.count]);
  }
});

it('notes quotes', () => {
  expect(pass('a\nb', 1).hasQuote).toBe(false);
  expect(pass('a\n"b', 1).hasQuote).toBe(true);
});

it('notes NUL, and where a line begins that is longer than the limit', () => {
  expect(pass('a\nb').hasNul).toBe(false);
  expect(pass('a\n\0b', 2).hasNul).toBe(true);
  const text = `ab\n${'x'.repeat(50)}\ncd\n`;
  expect(pass(text, 4, 40).longLineAt).toBe(3);
  expect(pass(text, 4, 60).longLineAt).toBeUndefined();
  expect(pass('x'.repeat(50), 4, 40).longLineAt).toBe(0);
});
