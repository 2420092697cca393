import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadZoneOffsets } from '../../src/time/zone-offsets.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { failureOf } from '../support/text-files.js';

const folder = makeRunFolder();
afterAll(folder.remove);
let runs = 0;

/** What a file ends in that is read but gives nothing: code and the words a person needs. */
describe('nobody is left', () => {
  it.each<[string, string, string[], RegExp]>([
    [
      'when every row lies later',
      'u1,2024-01-01\nu2,2024-01-02',
      ['--as-of', '2023-12-31'],
      /is left up to 2023-12-31: of 2 rows, 2 lie later\. .*\nhint: name a later day with --as-of/,
    ],
    [
      'when no row has a user',
      ',2024-01-01\n,2024-01-02',
      [],
      /is left: of 2 rows, 2 have no user id\. .*\nhint: name the column of the user id/,
    ],
    ['when no row can be read', 'u1,2024-01-01 x\nu2,', ['--max-rejects', '100%'], /no time can be read/],
    [
      'when the readable row has no user',
      ',2024-01-01\nu2,x',
      ['--max-rejects', '100%'],
      /is left: of 2 rows, 1 could not be read, 1 has no user id\. .*\nhint: name the column of the user id/,
    ],
    [
      'when all times are implausible',
      'u1,1970-01-01',
      ['--max-rejects', '100%'],
      /is left: of 1 row, 1 could not be read\. .*\nhint: --rejects FILE/,
    ],
  ])('%s', async (_, rows, flags, words) => {
    runs += 1;
    mkdirSync(join(folder.path, String(runs)));
    const path = join(folder.path, String(runs), 'events.csv');
    writeFileSync(path, `user_id,timestamp\n${rows}\n`);
    const result = await classifyOnce([path, ...flags], join(folder.path, `out${runs}`));
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toMatch(words);
    expect(result.stderr).toMatch(/\[(?:nobody-before-as-of|time-unreadable)\]/);
  });
});

it('a zone that does not exist is refused with the nearest name', async () => {
  expect(await failureOf(async () => loadZoneOffsets('Europe/Berlni'))).toMatchObject({
    code: 'unknown-timezone',
    message: expect.stringContaining('Europe/Berlin'),
  });
});
