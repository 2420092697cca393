import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { armEnds, splitQuery } from '../../../src/analysis/split/split-query.js';
import type { Arm } from '../../../src/analysis/split/split-result.js';
import { splitUsers } from '../../../src/analysis/split/split-users.js';
import type { Database } from '../../../src/engine/database.js';
import { list, type Sql, sql } from '../../../src/sql/sql.js';
import { openBareEngine } from '../../support/evaluate-sql.js';
import { armOf, saltedDrawOf } from '../../support/salted-draw.js';

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

const HALVES: readonly Arm[] = [
  { name: 'control', parts: 500_000 },
  { name: 'a', parts: 250_000 },
  { name: 'b', parts: 250_000 },
];
const usersOf = (ids: readonly string[]): Sql => sql`select unnest(${list(ids)}::varchar[]) as user_id`;
const split = (ids: readonly string[], arms: readonly Arm[], salt: string): Promise<{ user_id: string; arm: string }[]> =>
  database.rows(splitQuery(usersOf(ids), arms, salt));

describe('the ends of arms', () => {
  it('are the shares of all draws', () => {
    // A half and three quarters of 2^32.
    expect(armEnds(HALVES)).toEqual([2n ** 31n, 3n * 2n ** 30n, 2n ** 32n]);
    // 2^32 / 3 = 1431655765.33: the draws 0 … 1431655765 are below a third, so 1431655766 is the first that is not.
    expect(armEnds(['x', 'y', 'z'].map((name) => ({ name, parts: 1 })))).toEqual([1_431_655_766n, 2_863_311_531n, 2n ** 32n]);
  });
});

describe('who is in which arm', () => {
  it('is what anybody works out from the salt and the id', async () => {
    // md5("spring:u0023924") begins with 380b150d = 940250381, 0.219 of 2^32: below a half. dc5ee694 = 0.861: above three quarters.
    expect(await split(['Zoë', 'u0023924'], HALVES, 'spring')).toEqual([
      { user_id: 'Zoë', arm: 'b' },
      { user_id: 'u0023924', arm: 'control' },
    ]);
  });

  it('agrees with another program on any salt, id and arms', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      fc.constantFrom("'; drop table x", '\u0000', '007', 'NULL', '%s', '日本'),
    );
    const arms = fc
      .array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 8 })
      .map((parts) => parts.map((part, index) => ({ name: `a${index}`, parts: part })));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 20 }), text, arms, async (ids, salt, chosen) => {
        const found = await split(ids, chosen, salt);
        expect(new Map(found.map(({ user_id, arm }) => [user_id, arm]))).toEqual(
          new Map(ids.map((id) => [id, armOf(saltedDrawOf(salt, id), chosen)])),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('hangs on nobody else and on no order, and a larger first arm keeps its users', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `user ${index}`);
    const all = await split(ids, HALVES, 's');
    const some = await split(ids.filter((_, index) => index % 7 === 0).reverse(), HALVES, 's');
    expect(some.filter(({ user_id, arm }) => all.find((one) => one.user_id === user_id)?.arm !== arm)).toEqual([]);
    const first = (parts: number): Promise<string[]> =>
      split(
        ids,
        [
          { name: 'x', parts },
          { name: 'y', parts: 1_000_000 - parts },
        ],
        's',
      ).then((rows) => rows.flatMap(({ user_id, arm }) => (arm === 'x' ? [user_id] : [])));
    const [small, large] = [await first(100_000), await first(200_000)];
    expect(small.filter((id) => !large.includes(id))).toEqual([]);
    expect(large.length).toBeGreaterThan(small.length);
  });

  it('is another with another salt: knowing one split says nothing of the other', async () => {
    const ids = sql`select concat('u', number) as user_id from range(20000) as numbers(number)`;
    const halves = ['x', 'y'].map((name) => ({ name, parts: 1 }));
    const inHalf = (salt: string): Promise<{ arm: string }[]> => database.rows(splitQuery(ids, halves, salt));
    const [one, other] = [await inHalf('june'), await inHalf('july')];
    const both = one.filter(({ arm }, index) => arm === 'x' && other[index]?.arm === 'x').length;
    // A quarter of 20,000 with a standard deviation of 61: five of them.
    expect(Math.abs(both - 5000)).toBeLessThan(306);
  });
});

describe('the sample-ratio check', () => {
  const sizes = (count: number, salt: string, arms: readonly Arm[]): ReturnType<typeof splitUsers> =>
    splitUsers(database, { users: usersOf(Array.from({ length: count }, (_, index) => `u${index}`)), arms, salt });
  const halves = ['x', 'y'].map((name) => ({ name, parts: 1 }));

  it('compares the sizes with the planned ones', async () => {
    // Chosen for its bad luck: 9 of 40. Chi-square = 2 · 11² / 20 = 12.1 with one degree of freedom, p = 0.0005.
    const odd = await sizes(40, 'salt-1501', halves);
    expect(odd.arms).toEqual([
      { name: 'x', users: 9, share: 0.225, plannedShare: 0.5 },
      { name: 'y', users: 31, share: 0.775, plannedShare: 0.5 },
    ]);
    expect(odd.sampleRatioP).toBeCloseTo(0.000504, 6);
    expect(odd.warnings).toEqual([{ code: 'sample_ratio', message: expect.stringContaining('(p 0.0005); take another --salt') }]);
    expect((await sizes(40, 'salt-1502', halves)).warnings).toEqual([]);
  });

  it('says nothing of a few users, or of nobody', async () => {
    expect(await sizes(9, 's', halves)).toMatchObject({ users: 9, sampleRatioP: null, warnings: [] });
    const nobody = await splitUsers(database, { users: sql`select null::varchar as user_id where false`, arms: halves, salt: 's' });
    expect(nobody).toEqual({
      users: 0,
      arms: halves.map(({ name }) => ({ name, users: 0, share: null, plannedShare: 0.5 })),
      sampleRatioP: null,
      warnings: [],
    });
  });
});
