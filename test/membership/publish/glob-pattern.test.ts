import { describe, expect, it } from 'vitest';
import { parseGlob } from '../../../src/membership/publish/glob-pattern.js';

describe('a glob', () => {
  it.each([
    ['/d/*.csv', '/d', ['/d/a.csv', '/d/.csv'], ['/d/x/a.csv', '/d/a.csvx', '/e/a.csv']],
    ['/d/**/*.csv', '/d', ['/d/a.csv', '/d/x/a.csv', '/d/x/y/a.csv'], ['/d/a.tsv']],
    ['/d/**', '/d', ['/d/a', '/d/x/y'], ['/e/a']],
    ['/d/a?.csv', '/d', ['/d/ab.csv'], ['/d/a/.csv', '/d/a.csv']],
    ['/d/[ab]*.{csv,tsv}', '/d', ['/d/a.csv', '/d/bb.tsv'], ['/d/a.json', '/d/a.csv,tsv']],
    ['/d/x(1)+$.csv', '/d/x(1)+$.csv', ['/d/x(1)+$.csv'], ['/d/x1.csv']],
    ['/d/we\\[1\\]/*', '/d', ['/d/we[1]/a'], ['/d/we1/a']],
    ['/*', '/', ['/a'], ['/a/b']],
    ['/d/{a,b', '/d', ['/d/a'], []],
    ['/d/[', '/d/[', ['/d/['], []],
  ])('%s', (glob, base, hits, misses) => {
    const pattern = parseGlob(glob);
    if (glob !== '/d/[') expect(pattern.base).toBe(base);
    for (const path of hits) expect(pattern.expression.test(path), path).toBe(true);
    for (const path of misses) expect(pattern.expression.test(path), path).toBe(false);
  });
});
