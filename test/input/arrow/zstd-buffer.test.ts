import { expect, it } from 'vitest';
import { unpackZstd } from '../../../src/input/arrow/zstd-buffer.js';

const SHORT = `${'ab'.repeat(20)}${'XYZ'.repeat(5)}`;
const LONG = Array.from({ length: 30_000 }, (_, index) => `u${index % 9};`).join('');

it.each([
  ['one segment', 'KLUv/QBobQAAKGFiWFlaAgA6buxxWA==', SHORT],
  ['a stream of several blocks', 'KLUv/QBYHQEA2HUwO3UxO3UyO3UzO3U0O3U1O3U2O3U3O3U4OwEAy315Psc=', LONG],
  ['with a checksum', 'KLUv/QRYHQEA2HUwO3UxO3UyO3UzO3U0O3U1O3U2O3U3O3U4OwEAy315PscunTqn', LONG],
])('as the tool zstd packs: %s', (_, packed, text) => {
  const bytes = Buffer.from(packed, 'base64');
  expect(Buffer.from(unpackZstd(bytes, text.length)).toString('latin1') === text).toBe(true);
  for (const length of [0, text.length - 1, text.length + 1]) expect(() => unpackZstd(bytes, length), `${length}`).toThrow(/more|less/);
  for (let cut = 0; cut < bytes.length - 4; cut++) expect(() => unpackZstd(bytes.subarray(0, cut), text.length), `at ${cut}`).toThrow();
});
