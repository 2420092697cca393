import { describe, expect, it } from 'vitest';
import { unpackLz4 } from '../../../src/input/arrow/lz4-frame.js';

const MAGIC = [0x04, 0x22, 0x4d, 0x18];
const bytes = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const sized = (block: readonly number[]): number[] => [block.length, 0, 0, 0, ...block];
/** A frame of version 1 without checksums, around blocks. */
const frame = (...blocks: readonly number[][]): Uint8Array => Uint8Array.from([...MAGIC, 0x60, 0x40, 0x82, ...blocks.flat(), 0, 0, 0, 0]);
const unpacked = (packed: Uint8Array, length: number): string => Buffer.from(unpackLz4(packed, length)).toString('latin1');

describe('by hand', () => {
  it('literals, then a match that overlaps itself', () => {
    // Token 0x24: two literals, then 2 back, 4 + 4 long; the last five bytes of a block are literals: token 0x50.
    const block = [0x24, ...bytes('ab'), 2, 0, 0x50, ...bytes('XYZab')];
    expect(unpacked(frame(sized(block)), 15)).toBe('ababababab' + 'XYZab');
  });

  it('lengths of 15 and more go on in further bytes: 15 + 255 + 30 literals', () => {
    const text = `${'x'.repeat(299)}y`;
    expect(unpacked(frame([300 - 256 + 3, 1, 0, 0, 0xf0, 255, 30, ...bytes(text)]), 300)).toBe(text);
  });

  it('a block that is not compressed, and one that refers to the block before', () => {
    const plain = [5, 0, 0, 0x80, ...bytes('hello')];
    // No literals, 5 back, 4 long; then literals only.
    expect(unpacked(frame(plain, sized([0x00, 5, 0, 0x10, ...bytes('!')])), 10)).toBe('hellohell!');
  });

  it('several frames, and none', () => {
    const one = frame(sized([0x20, ...bytes('ab')]));
    expect(unpacked(Buffer.concat([one, one]), 4)).toBe('abab');
    expect(unpacked(new Uint8Array(), 0)).toBe('');
  });
});

describe('as the tool lz4 packs', () => {
  it.each([
    ['one block', 'BCJNGGBAghMAAAAvYWICAAE/WFlaGQAaUGFiWFlaAAAAAA==', 'abababababababababababXYZ'.repeat(3)],
    [
      'checksums of blocks and of the content',
      'BCJNGHRAvRYAAAAfYQEA/xkfYgEAAA87Af8VUGFhYWFh0t/nFwAAAAA3taqg',
      'a'.repeat(300) + 'b'.repeat(20) + 'a'.repeat(300),
    ],
    [
      'blocks of 64 KB, the second by what the first holds',
      `BCJNGEBAwCYBAAD/DHUwO3UxO3UyO3UzO3U0O3U1O3U2O3U3O3U4OxsA${'/'.repeat(341)}81QO3UxO3VpAAAADxsA${'/'.repeat(127)}XUDE7dTI7AAAAAA==`,
      Array.from({ length: 30_000 }, (_, index) => `u${index % 9};`).join(''),
    ],
  ])('%s', (_, packed, text) => {
    expect(unpacked(Buffer.from(packed, 'base64'), text.length) === text).toBe(true);
  });
});

describe('what does not fit is refused', () => {
  const good = frame(sized([0x24, ...bytes('ab'), 2, 0, 0x50, ...bytes('XYZab')]));

  it('more or fewer bytes than were told', () => {
    for (const length of [0, 1, 14, 16, 1000]) expect(() => unpackLz4(good, length), `${length}`).toThrow(/more|less/);
  });

  it('a frame that is cut anywhere, but after its last byte that counts', () => {
    for (let length = 1; length < good.length; length++) {
      expect(() => unpackLz4(good.subarray(0, length), 15), `at ${length}`).toThrow();
    }
  });

  it('what lies before the beginning, no distance at all, and what is no frame', () => {
    expect(() => unpackLz4(frame(sized([0x24, ...bytes('ab'), 3, 0])), 10)).toThrow(/not there/);
    expect(() => unpackLz4(frame(sized([0x24, ...bytes('ab'), 0, 0])), 10)).toThrow(/not there/);
    expect(() => unpackLz4(Buffer.from('nothing of the kind'), 10)).toThrow(/no LZ4 frame/);
  });
});
