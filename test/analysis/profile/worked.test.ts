import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ProfiledJson, profileJson, shareOf, withFiles } from './run-profile.js';

const two = (number: number): string => String(number).padStart(2, '0');
const HEADER = 'user_id,event,timestamp,revenue,order_id,team';

/**
 * Twelve of team a: open at 09:00 of Monday 5 January, buy for k.00 at 19:30 of the 6th (k = 1 … 12), and the first six use a coupon at 19:00 of the
 * 7th. Twelve of team b: open at 09:00 of the 5th, the first three use a coupon at 19:00 of the 7th. And a01 opens a hundred times between 03:00
 * and 04:00 of Sunday the 11th.
 */
function history(): string[] {
  const rows: string[] = [];
  for (let k = 1; k <= 12; k += 1) {
    const [a, b] = [`a${two(k)}`, `b${two(k)}`];
    rows.push(`${a},open,2026-01-05T09:00:00Z,,,a`, `${a},purchase,2026-01-06T19:30:00Z,${k}.00,o${k},a`);
    if (k <= 6) rows.push(`${a},coupon,2026-01-07T19:00:00Z,,,a`);
    rows.push(`${b},open,2026-01-05T09:00:00Z,,,b`);
    if (k <= 3) rows.push(`${b},coupon,2026-01-07T19:00:00Z,,,b`);
  }
  for (let n = 0; n < 100; n += 1) rows.push(`a01,open,2026-01-11T03:${two(n % 60)}:${two(Math.floor(n / 60))}Z,,,a`);
  return rows;
}

const GIVEN = ['team=a', '--keep', 'team', '--as-of', '2026-01-31'];

function inFile(rows: readonly string[], argv: readonly string[], header = HEADER): Promise<ProfiledJson> {
  return withFiles({ 'events.csv': [header, ...rows] }, (folder) => profileJson([...argv, join(folder, 'events.csv')]));
}

describe('a history worked by hand', () => {
  const card = inFile(history(), GIVEN);

  it('has a size and a value', async () => {
    const { segment, users, members, share, share_interval, revenue } = await card;
    expect({ segment, users, members, share, revenue }).toEqual({
      segment: ['team=a'],
      users: 24,
      members: 12,
      share: 0.5,
      // 1 + … + 12; team b bought nothing.
      revenue: { members: '78.00', all: '78.00' },
    });
    // Wilson of 12 of 24: ½ ± 1.959964 · √(¼ ÷ 24 + 1.959964² ÷ (4 · 24²)) ÷ (1 + 1.959964² ÷ 24).
    expect(share_interval.low).toBeCloseTo(0.314273, 5);
    expect(share_interval.high).toBeCloseTo(0.685727, 5);
  });

  it('compares what members are worth by the methods of segment compare', async () => {
    const { worth } = await card;
    const found = Object.fromEntries(worth.map(({ metric, members, rest, verdict }) => [metric, [members.value, rest.value, verdict]]));
    expect(found).toEqual({
      buyers: [1, 0, 'higher'],
      orders_per_buyer: [1, null, 'too few users'],
      average_order_value: [6.5, null, 'too few users'],
      revenue_per_user: [6.5, 0, 'higher'],
    });
  });

  it.each([
    // Last active on the 11th (a01), the 7th (five) and the 6th (six): 20, 24 × 5, 25 × 6. Of b three on the 7th, nine on the 5th.
    ['idle_days', { users: 12, without: 0, low: '24', median: '24.5', high: '25' }, { median: '26' }],
    // Type 7 of 1 … 12: 1 + 11 · ¼ = 3.75 and so on.
    ['monetary', { users: 12, without: 0, low: '3.75', median: '6.5', high: '9.25' }, { users: 0, without: 12, median: null }],
    ['frequency', { users: 12, without: 0, low: '1', median: '1', high: '1' }, { users: 0, without: 12, low: null }],
    // a01 on four days, five on three, six on two.
    ['active_days', { users: 12, without: 0, low: '2', median: '2.5', high: '3' }, { low: '1', median: '1', high: '1.25' }],
    ['usual_interval', { users: 12, without: 0 }, { users: 3, without: 9 }],
  ])('%s of a typical member', async (name, members, rest) => {
    const { typical } = await card;
    expect(typical.find((value) => value.name === name)).toMatchObject({ members, rest });
  });

  it('tells what members did more than the rest, each user once', async () => {
    const json = await card;
    expect(json.events).toEqual({ names: 3, compared: 3 });
    const coupon = shareOf(json, 'event', 'coupon');
    expect(coupon).toMatchObject({ members: { n: 12, value: 0.5 }, rest: { n: 12, value: 0.25 }, difference: 0.25, ratio: 2 });
    // Wilson of 6 of 12: 0.253781 to 0.746219; of 3 of 12: 0.088944 to 0.532304. Newcombe: ¼ − √(0.246219² + 0.282304²), ¼ + √(0.246219² + 0.161056²).
    expect(coupon.interval?.low).toBeCloseTo(-0.124593, 5);
    expect(coupon.interval?.high).toBeCloseTo(0.544216, 5);
    expect(coupon.verdict).toBe('no clear difference');
    expect(shareOf(json, 'event', 'purchase')).toMatchObject({ difference: 1, ratio: null, verdict: 'higher' });
    // A hundred opens of one user are one user who opened.
    expect(shareOf(json, 'event', 'open')).toMatchObject({ members: { value: 1 }, rest: { value: 1 }, verdict: 'no clear difference' });
    expect(shareOf(json, 'column', 'a')).toMatchObject({ column: 'team', difference: 1, verdict: 'differs by definition', p: null });
  });

  it('adjusts every p-value together, and puts what surely differs most first', async () => {
    const { shares, worth, tests } = await card;
    const tested = shares.filter(({ p }) => p !== null);
    expect(tests).toBe(tested.length + worth.filter(({ verdict }) => verdict === 'higher').length);
    expect(shares.find(({ kind }) => kind === 'event')).toMatchObject({ value: 'purchase' });
    const clear = shares.filter(({ verdict }) => verdict === 'higher' || verdict === 'lower');
    const atLeast = clear.map(({ interval }) => Math.max(interval?.low ?? 0, -(interval?.high ?? 0)));
    expect(atLeast).toEqual(atLeast.toSorted((left, right) => right - left));
    expect(shares.slice(0, clear.length)).toEqual(clear);
  });

  it('weighs every member alike, however much they did', async () => {
    const { hours, weekdays, favourites } = await card;
    const hour = (of: number): number | undefined => hours.shares.find((share) => share.hour === of)?.members;
    // a01: 1 of 103 events at 9, 2 at 19, 100 at 3. Five: 1 of 3 and 2 of 3. Six: a half each.
    expect(hour(3)).toBeCloseTo(100 / 103 / 12, 8);
    expect(hour(9)).toBeCloseTo((1 / 103 + 5 / 3 + 6 / 2) / 12, 8);
    expect(hour(19)).toBeCloseTo((2 / 103 + 10 / 3 + 6 / 2) / 12, 8);
    expect(hours.shares).toHaveLength(24);
    expect(hours.shares.reduce((sum, { members }) => sum + members, 0)).toBeCloseTo(1, 7);
    expect(hours.shares.reduce((sum, { rest }) => sum + (rest ?? 0), 0)).toBeCloseTo(1, 7);
    // Of team b nine opened on a Monday only, three came on Wednesday too.
    expect(weekdays.shares.map(({ weekday, rest }) => [weekday, rest])).toMatchObject([
      ['Monday', 0.875],
      ['Tuesday', 0],
      ['Wednesday', 0.125],
      ['Thursday', 0],
      ['Friday', 0],
      ['Saturday', 0],
      ['Sunday', 0],
    ]);
    expect(favourites.map(({ event }) => event)).toEqual(['open', 'purchase', 'coupon']);
    expect(favourites[0]?.members).toBeCloseTo((101 / 103 + 5 / 3 + 6 / 2) / 12, 8);
    // Twelve are too few to say when to reach them.
    expect(hours).toMatchObject({ members: 12, rest: 12, best: null, why: 'too few' });
  });

  it('looks at the lookback only', async () => {
    // The 7th to the 31st: the coupons and the night of a01.
    const { events, hours, users } = await inFile(history(), [...GIVEN, '--lookback', '25']);
    expect({ events, users, members: hours.members, rest: hours.rest }).toEqual({
      events: { names: 2, compared: 2 },
      users: 24,
      members: 6,
      rest: 3,
    });
  });
});

describe('the best hour', () => {
  /** Thirty members, so many of whom come at 20:10 and the others at 08:10, and ten others. */
  const visits = (late: number): string[] => [
    ...Array.from({ length: 30 }, (_, k) => `a${two(k)},open,2026-01-05T${k < late ? '20' : '08'}:10:00Z,,,a`),
    ...Array.from({ length: 10 }, (_, k) => `b${two(k)},open,2026-01-06T12:10:00Z,,,b`),
  ];

  it('is sure where no other hour comes near', async () => {
    // 28 against 2: differences of 1 and −1 with mean 26 ÷ 30, t = 9.4 with 29 degrees of freedom.
    const { hours, weekdays } = await inFile(visits(28), GIVEN);
    expect(hours).toMatchObject({ members: 30, best: { top: 20, as_good: [20] }, why: null });
    expect(weekdays.best).toEqual({ top: 'Monday', as_good: ['Monday'] });
  });

  it('has company where another may be as good', async () => {
    // 20 against 10: mean 1 ÷ 3, t = 1.9; one-sided 0.05 ÷ 23 asks for 3.1. Against an hour without anybody: t = 7.6.
    const { hours } = await inFile(visits(20), GIVEN);
    expect(hours.best).toEqual({ top: 20, as_good: [20, 8] });
  });

  it('is told in the zone, also over midnight', async () => {
    const { hours } = await inFile(visits(28), [...GIVEN, '--timezone', 'Asia/Tokyo']);
    expect(hours.best?.top).toBe(5);
  });

  it('cannot be told from days without times, weekdays can', async () => {
    const days = visits(28).map((row) => row.replace(/T[0-9:]+Z/, ''));
    for (const zone of ['UTC', 'America/Sao_Paulo']) {
      const { hours, weekdays, untimed } = await inFile(days, [...GIVEN, '--timezone', zone]);
      expect({ untimed, shares: hours.shares, best: hours.best, why: hours.why }).toEqual({
        untimed: 1,
        shares: [],
        best: null,
        why: 'no times',
      });
      expect(weekdays.best?.top).toBe('Monday');
    }
  });

  it('stays untold where activity is spread over the day', async () => {
    const rows = Array.from({ length: 48 }, (_, k) => `a${two(k)},open,2026-01-05T${two(k % 24)}:10:00Z,,,a`);
    const { hours } = await inFile([...rows, 'b00,open,2026-01-05T09:00:00Z,,,b'], GIVEN);
    expect(hours).toMatchObject({ members: 48, best: null, why: 'none stands out' });
  });
});

describe('what members have', () => {
  it('counts people without any event, and leaves out columns of too many values', async () => {
    // u39 stands there twice, in two cities: of a column that nobody asked for that is none.
    const people = Array.from({ length: 40 }, (_, k) => `u${two(k)},${k < 20 ? 'web' : 'shop'},u${two(k)}@example.com,2026-01-01,Bonn`);
    const events = Array.from({ length: 15 }, (_, k) => `u${two(k)},open,2026-01-05T09:00:00Z,x`);
    await withFiles(
      {
        'people.csv': ['user_id,channel,mail,signup_date,city', ...people, 'u39,shop,u39@example.com,2026-01-01,Rome'],
        'events.csv': ['user_id,event,timestamp,version', ...events],
      },
      async (folder) => {
        const argv = [join(folder, 'events.csv'), '--users', join(folder, 'people.csv'), '--as-of', '2026-01-31'];
        const json = await profileJson(['active_days>=1', ...argv]);
        expect(json.columns_not_looked_at).toEqual(['version']);
        expect(shareOf(json, 'column', 'Bonn')).toMatchObject({ members: { value: 1 }, rest: { n: 25, value: 0.96 } });
        // 15 who came, all of the web, against 5 of the web among 25 who never did.
        expect(json).toMatchObject({ users: 40, members: 15, columns_left_out: [{ column: 'mail', values: 40 }], unequal_tenure: false });
        expect(shareOf(json, 'column', 'web')).toMatchObject({
          members: { value: 1 },
          rest: { n: 25, value: 0.2 },
          difference: 0.8,
          ratio: 5,
        });
        expect(shareOf(json, 'column', 'shop')).toMatchObject({ verdict: 'lower' });
        expect(json.shares.filter(({ column }) => column === 'mail')).toEqual([]);
        // Zero events are zero, not nobody.
        expect(shareOf(json, 'event', 'open').rest).toMatchObject({ n: 25, value: 0 });
        // Asked for, both cities are a contradiction, as everywhere.
        await expect(profileJson(['active_days>=1', ...argv, '--keep', 'city'])).rejects.toThrow('users-conflict');
      },
    );
  });

  it('counts users without a value as such', async () => {
    const rows = Array.from({ length: 24 }, (_, k) => `u${two(k)},open,2026-01-05T09:00:00Z,,,${k % 2 === 0 ? 'x' : ''}`);
    const json = await inFile([...rows, 'u00,open,2026-01-06T09:00:00Z,,,'], ['active_days>=2', '--keep', 'team', '--as-of', '2026-01-31']);
    expect(shareOf(json, 'column', null)).toMatchObject({
      members: { n: 1, value: 0 },
      rest: { n: 23, value: expect.closeTo(12 / 23, 9) },
    });
    // u00 still is of x: the latest value that is not empty.
    expect(shareOf(json, 'column', 'x')).toMatchObject({ members: { value: 1 }, verdict: 'too few users' });
  });
});
