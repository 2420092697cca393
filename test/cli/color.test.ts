import { describe, expect, it } from 'vitest';
import { resolveColor } from '../../src/cli/color.js';
import { isUnicode } from '../../src/cli/is-unicode.js';

const stream = (isTty: boolean, colorDepth: number) => ({
  isTty,
  colorDepth,
  write() {},
  flush: async () => {},
  columns: 80,
  terminal: undefined,
});

describe('resolveColor', () => {
  it.each([
    ['a pipe', stream(false, 1), true, {}, 0],
    ['a terminal of 16 colours', stream(true, 4), true, {}, 1],
    ['a terminal of 256 colours', stream(true, 8), true, {}, 2],
    ['a terminal of all colours', stream(true, 24), true, {}, 3],
    ['a terminal without colour', stream(true, 1), true, {}, 0],
    ['a dumb terminal', stream(true, 8), true, { TERM: 'dumb' }, 0],
    ['--no-color', stream(true, 8), false, { FORCE_COLOR: '1' }, 0],
    ['NO_COLOR', stream(true, 8), true, { NO_COLOR: '1' }, 0],
    ['an empty NO_COLOR', stream(true, 8), true, { NO_COLOR: '' }, 2],
    ['NO_COLOR and FORCE_COLOR', stream(true, 8), true, { NO_COLOR: '1', FORCE_COLOR: '1' }, 0],
    ['FORCE_COLOR on a pipe', stream(false, 1), true, { FORCE_COLOR: '' }, 1],
    ['FORCE_COLOR=3 on a dumb pipe', stream(false, 1), true, { FORCE_COLOR: '3', TERM: 'dumb' }, 3],
    ['FORCE_COLOR=0 on a terminal', stream(true, 24), true, { FORCE_COLOR: '0' }, 0],
  ] as const)('%s', (_name, where, color, env, level) => {
    expect(resolveColor(where, { color }, env)).toBe(level);
  });
});

describe('isUnicode', () => {
  it.each([
    [{}, true],
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
  ] as const)('%j', (env, expected) => {
    expect(isUnicode(env)).toBe(expected);
  });
});
