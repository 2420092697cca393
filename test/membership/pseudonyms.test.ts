import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/engine/database.js';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { PseudonymKey, withPseudonyms } from '../../src/membership/pseudonyms.js';
import { sql } from '../../src/sql/sql.js';

let database: Database;
beforeAll(async () => {
  database = await openDuckDb({ threads: 2, memoryLimitBytes: 2 ** 29, tempDirectory: tmpdir(), allowedPaths: [], allowedDirectories: [] });
});
afterAll(() => database.close());

async function pseudonym(key: Uint8Array, id: string): Promise<unknown> {
  const [row] = await database.rows(sql`select ${new PseudonymKey(key).of(sql`${id}::varchar`)} as pseudonym`);
  return row?.['pseudonym'];
}

describe('a pseudonym', () => {
  const short = Buffer.alloc(20, 0x0b);
  const long = Buffer.alloc(131, 0xaa);
  // RFC 4231, test cases 1, 2, 6 and 7: those whose data are text.
  it.each([
    [short, 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [Buffer.from('Jefe'), 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [long, 'Test Using Larger Than Block-Size Key - Hash Key First', '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54'],
    [
      long,
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('is the published code of a key of many or few bytes (%#)', async (key, text, code) => {
    expect(await pseudonym(key, text)).toBe(code);
  });

  it('is that of the bytes of any id, at every length of a key around a block', async () => {
    for (const bytes of [32, 63, 64, 65]) {
      const key = Buffer.from(Array.from({ length: bytes }, (_, index) => (index * 37) % 256));
      for (const id of ['007', 'Zoë', '\u{1f600}', ' a\tb ', "o'brien;--", '\\x00']) {
        expect(await pseudonym(key, id)).toBe(createHmac('sha256', key).update(id, 'utf8').digest('hex'));
      }
    }
  });

  it('comes from a key that no text shows', () => {
    const key = new PseudonymKey(Buffer.from('k'.repeat(40)));
    const pad = Buffer.from('k'.repeat(40)).toString('hex');
    for (const text of [JSON.stringify(key), inspect(key, { depth: 9, showHidden: true }), String(key)]) {
      expect(text).not.toContain('kkkk');
      expect(text).not.toContain(pad.slice(0, 8));
    }
    expect(key.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(new PseudonymKey(Buffer.from('l'.repeat(40))).fingerprint).not.toBe(key.fingerprint);
  });
});

it('stands in tables while they are written, in its own order, and is gone afterwards', async () => {
  const key = new PseudonymKey(Buffer.alloc(32, 7));
  await database.run(sql`create or replace temp table members as select 'u' || n as user_id, n from range(100) as numbers(n)`);
  const ids = async (): Promise<unknown[]> => (await database.rows(sql`select user_id from members`)).map((row) => row['user_id']);
  const before = await ids();
  const during = await withPseudonyms(database, key, ['members'], ids);
  expect(during).toHaveLength(100);
  expect(during).toEqual([...during].sort());
  expect(during).toContain(createHmac('sha256', Buffer.alloc(32, 7)).update('u42').digest('hex'));
  expect(await ids()).toEqual(before);
  await expect(withPseudonyms(database, key, ['members'], () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(await ids()).toEqual(before);
});
