import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/membership/publish/canonical-json.js';
import { manifestText, readManifest, settingsHash, verifyOutputs } from '../../../src/membership/publish/manifest.js';
import { DRAFT, makePlace, publishSet } from './output-sets.js';

let place: ReturnType<typeof makePlace>;
let path: string;
beforeEach(() => {
  place = makePlace();
  path = join(place.path, 'manifest.json');
});
afterEach(() => place.remove());

const TEXT = manifestText({ ...DRAFT, outputs: [] });
const without = (key: string): string => JSON.stringify({ ...(JSON.parse(TEXT) as object), [key]: undefined });
const having = (key: string, value: unknown): string => JSON.stringify({ ...(JSON.parse(TEXT) as object), [key]: value });

function attempt(text: string): unknown {
  writeFileSync(path, text);
  try {
    return readManifest(path);
  } catch (error) {
    return error;
  }
}

describe('the text', () => {
  it('has a fixed order of keys, two spaces and a line end', () => {
    const keys = [...TEXT.matchAll(/^ {2}"(\w+)"/gm)].map((match) => match[1]);
    expect(keys).toEqual([
      'format_version',
      'version',
      'as_of',
      'as_of_chosen',
      'timezone',
      'settings',
      'settings_hash',
      'population_gaps',
      'edges',
      'inputs',
      'outputs',
      'timings',
    ]);
    expect(TEXT.endsWith('}\n')).toBe(true);
  });

  it('does not depend on the order in which settings were put together', () => {
    const turned = { ...DRAFT, settings: { scoring: 'auto', lookback: 365 }, outputs: [] };
    expect(manifestText(turned)).toBe(TEXT);
  });
});

describe('the hash of the settings', () => {
  it('is the SHA-256 of the JSON with sorted keys', () => {
    // printf '{"a":[1,{"x":null,"y":"é"}],"b":true}' | sha256sum
    const hash = '363b42a7ee7a86e3f8938dc2b56eceeed776c6cc6d484a7f4138473256e29b75';
    expect(settingsHash({ b: true, a: [1, { y: 'é', x: null }] })).toBe(hash);
    expect(settingsHash({ a: [1, { x: null, y: 'é' }], b: true, c: undefined })).toBe(hash);
  });

  it('tells text from numbers, and lists from their order', () => {
    const hashes = [{ a: 1 }, { a: '1' }, { a: [1, 2] }, { a: [2, 1] }, { a: null }, {}].map(settingsHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('takes any key as it is', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":2,"a":{"constructor":3}}') as { [key: string]: number })).toBe(
      '{"__proto__":2,"a":{"constructor":3},"b":1}',
    );
  });
});

describe('reading for --freeze', () => {
  it('gives gaps and edges', () => {
    expect(attempt(TEXT)).toEqual({ populationGaps: DRAFT.population_gaps, edges: DRAFT.edges });
    expect(attempt(`\uFEFF${TEXT}`)).toEqual({ populationGaps: DRAFT.population_gaps, edges: DRAFT.edges });
  });

  it('takes edges without money, as a run on activity has them', () => {
    expect(attempt(having('edges', { ...DRAFT.edges, monetary: null }))).toMatchObject({ edges: { monetary: null } });
  });

  it.each([
    ['an empty file', '', 'manifest-not-json', 'empty'],
    ['a cut file', TEXT.slice(0, 300), 'manifest-not-json', 'not JSON: '],
    ['CSV', 'user_id,status\na,new\n', 'manifest-not-json', 'begins with "user_id,status'],
    ['a list', '[]', 'manifest-not-ours', 'a list'],
    ['a number', '3', 'manifest-not-ours', '3'],
    ['another JSON', '{"name":"x"}', 'manifest-not-ours', 'format_version'],
    ['another format_version', '{"format_version":1}', 'manifest-not-ours', 'settings_hash'],
    ['a newer one', having('format_version', 2), 'manifest-newer', '2'],
    [
      'no gaps',
      without('population_gaps'),
      'manifest-incomplete',
      'population_gaps must be an object of p50, p75, p90 (days, rising) and users, and is missing',
    ],
    ['gaps as a list', having('population_gaps', [1, 2, 3]), 'manifest-incomplete', 'a list'],
    [
      'a gap as text',
      having('population_gaps', { p50: '7', p75: 14, p90: 30, users: 1 }),
      'manifest-incomplete',
      'population_gaps.p50 must be a whole number, and is the text "7"',
    ],
    ['a gap of 0', having('population_gaps', { p50: 0, p75: 14, p90: 30, users: 1 }), 'manifest-incomplete', 'population_gaps.p50'],
    ['falling gaps', having('population_gaps', { p50: 20, p75: 14, p90: 30, users: 1 }), 'manifest-incomplete', '20, 14, 30'],
    [
      'no edges',
      without('edges'),
      'manifest-incomplete',
      'edges must be an object of recency_days, frequency and monetary, and is missing',
    ],
    ['edges of a run that scored nobody', having('edges', null), 'manifest-incomplete', 'scored nobody'],
    [
      'nine edges',
      having('edges', { ...DRAFT.edges, frequency: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] }),
      'manifest-incomplete',
      'edges.frequency',
    ],
    ['no edges', having('edges', { ...DRAFT.edges, frequency: [] }), 'manifest-incomplete', 'edges.frequency'],
    [
      'edges as numbers',
      having('edges', { ...DRAFT.edges, monetary: [1, 2, 3, 4] }),
      'manifest-incomplete',
      'edges.monetary must be rising decimal numbers as text, one fewer than scores, and is [1,2,3,4]',
    ],
    ['falling edges', having('edges', { ...DRAFT.edges, recency_days: ['9', '8', '7', '6'] }), 'manifest-incomplete', 'edges.recency_days'],
    ['an edge that is no decimal', having('edges', { ...DRAFT.edges, recency_days: ['1', '2', '3', '1e9'] }), 'manifest-incomplete', '1e9'],
  ])('says what is wrong with %s', (_, text, code, words) => {
    expect(attempt(text)).toMatchObject({ code, message: expect.stringContaining(words) as string });
    expect(attempt(text)).toMatchObject({ message: expect.stringContaining(path) as string });
  });

  it('says what is wrong with the path', () => {
    expect(() => readManifest(path)).toThrow('does not exist');
    expect(() => readManifest(place.path)).toThrow('is a folder');
  });

  it.runIf(existsSync('/dev/zero'))('does not read what never ends, or is far too large', () => {
    expect(() => readManifest('/dev/zero')).toThrow('it is no regular file');
    writeFileSync(path, '');
    truncateSync(path, 2e9);
    expect(() => readManifest(path)).toThrow('it has more than 100 MB');
  });

  it('never fails in another way on a text with one byte changed', () => {
    for (let at = 0; at < TEXT.length; at += 3) {
      const found = attempt(`${TEXT.slice(0, at)}\u0001${TEXT.slice(at + 1)}`);
      if (found instanceof Error) expect((found as { code?: string }).code).toMatch(/^manifest-/);
    }
  });
});

describe('checking the outputs', () => {
  it('names what is missing and what has changed', async () => {
    const out = join(place.path, 'segments');
    await publishSet(out, { 'members.csv': 'user_id\na\n', 'status/new.csv': 'user_id\na\n', 'status/loyal.csv': 'user_id\n' });
    expect(await verifyOutputs(out)).toEqual([]);
    writeFileSync(join(out, 'members.csv'), 'user_id\nb\n');
    rmSync(join(out, 'status/loyal.csv'));
    expect(await verifyOutputs(out)).toEqual([
      { name: 'members.csv', problem: 'changed' },
      { name: 'status/loyal.csv', problem: 'missing' },
    ]);
  });

  it('knows a folder without a manifest of ours', async () => {
    mkdirSync(join(place.path, 'empty'));
    expect(await verifyOutputs(join(place.path, 'empty'))).toBeUndefined();
  });
});
