import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentFileName } from '../../../src/membership/publish/file-name.js';
import { RFM_MODELS } from '../../../src/segmentation/rfm/models/index.js';
import { rfmSegments } from '../../../src/segmentation/rfm/rfm-model.js';
import { STATUSES } from '../../../src/segmentation/status/status.js';

const NAUGHTY = '../shared/corpora/blns/blns.json';
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

function expectSafe(segment: string): void {
  const name = segmentFileName(segment, 'csv');
  expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}\.csv$/);
  expect(name).not.toMatch(WINDOWS_DEVICE);
  expect(resolve('folder', name)).toBe(join(resolve('folder'), name));
  expect(segmentFileName(segment, '')).not.toMatch(/[.]$/);
}

describe('the file name of a segment', () => {
  it('is the name of a built-in segment', () => {
    for (const { name } of [...STATUSES, ...RFM_MODELS.flatMap(rfmSegments)]) expect(segmentFileName(name, 'csv')).toBe(`${name}.csv`);
    for (const name of ['never', 'once', 'repeat', 'top', 'paid', 'v1.2', 'a-b'])
      expect(segmentFileName(name, 'parquet')).toBe(`${name}.parquet`);
  });

  // The eight digits begin the SHA-256 of the name: printf 'Big Spenders' | sha256sum
  it.each([
    ['Big Spenders', 'big-spenders-b408a1db'],
    ['../../etc/passwd', 'etc-passwd-3754d6cb'],
  ])('of %j is a slug with a hash', (segment, name) => {
    expect(segmentFileName(segment, 'csv')).toBe(`${name}.csv`);
  });

  it.each([
    'CON',
    'con',
    'nul.txt',
    'com1',
    'LPT9.a.b',
    '.',
    '..',
    '',
    ' ',
    '.hidden',
    'trailing.',
    'a/b',
    'a\\b',
    'C:evil',
    'a\0b',
    '-rf',
    '日本',
    '\ud800',
    'x'.repeat(300),
    '__proto__',
  ])('of %j is safe everywhere', expectSafe);

  it('differs where names differ in case, in Unicode form, or look like another slug', () => {
    const names = ['VIP', 'vip', 'Vip', 'é', 'e\u0301', '日本', '中国', 'a b', 'a-b', 'a/b', segmentFileName('VIP', '')];
    const files = names.map((name) => segmentFileName(name, 'csv').toLowerCase());
    expect(new Set(files).size).toBe(names.length);
  });

  it('is safe and its own for any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), expectSafe));
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 6 }), { minLength: 2 }), (names) => {
        expect(new Set(names.map((name) => segmentFileName(name, 'csv'))).size).toBe(names.length);
      }),
      { numRuns: 30 },
    );
  });

  it.skipIf(!existsSync(NAUGHTY))(`is safe for the naughty strings (${NAUGHTY})`, () => {
    const strings = JSON.parse(readFileSync(NAUGHTY, 'utf8')) as string[];
    expect(strings.length).toBeGreaterThan(400);
    for (const text of strings) expectSafe(text);
    const distinct = [...new Set(strings)];
    expect(new Set(distinct.map((text) => segmentFileName(text, 'csv'))).size).toBe(distinct.length);
  });
});
