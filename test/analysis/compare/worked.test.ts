import { describe, expect, it } from 'vitest';
import { type ComparedRow, runCompare, withFile } from './run-compare.js';

const two = (number: number): string => String(number).padStart(2, '0');

/**
 * Twelve of team a: opens at 10:00, 10:20 and 11:00 of 1 January, an order of k.00 on the 5th (k = 1 … 12); the first six open again on
 * the 9th. Twelve of team b: one open on 1 January; the first three open again on the 9th.
 */
function history(): string[] {
  const rows: string[] = [];
  for (let k = 1; k <= 12; k += 1) {
    const [a, b] = [`a${two(k)}`, `b${two(k)}`];
    for (const time of ['10:00', '10:20', '11:00']) rows.push(`${a},open,2026-01-01T${time}:00Z,,,a`);
    rows.push(`${a},purchase,2026-01-05T10:00:00Z,${k}.00,o${k},a`);
    if (k <= 6) rows.push(`${a},open,2026-01-09T10:00:00Z,,,a`);
    rows.push(`${b},open,2026-01-01T10:00:00Z,,,b`);
    if (k <= 3) rows.push(`${b},open,2026-01-09T10:00:00Z,,,b`);
  }
  return rows;
}

const HEADER = 'user_id,event,timestamp,revenue,order_id,team';
const AS_OF = ['--as-of', '2026-03-31'];

describe('a history worked by hand', () => {
  const compared = withFile('history.csv', [HEADER, ...history()], (path) => runCompare([path, '--by', 'property:team', ...AS_OF]));

  it('names the groups, with their tenure', async () => {
    const { json } = await compared;
    // 1 January to 31 March: 30 + 28 + 31 days.
    expect(json.groups).toMatchObject([
      { name: 'a', users: 12, median_tenure_days: 89 },
      { name: 'b', users: 12, median_tenure_days: 89 },
    ]);
    expect(json.comparisons).toHaveLength(1);
    expect(json).toMatchObject({ users: 24, users_left_out: 0 });
  });

  it.each([
    // Active on 1 and 5 January, six of them on the 9th too: (6·2 + 6·3) ÷ 12; of b (9·1 + 3·2) ÷ 12.
    ['active_days', 2.5, 1.25],
    // 3 opens, the order, and half an open; of b 1 and a quarter.
    ['events', 4.5, 1.25],
    // 10:00 and 10:20 are one session, 11:00 is 40 minutes later; then the 5th and the 9th.
    ['sessions', 3.5, 1.25],
    ['minutes', 20, 0],
    ['returned_week_1', 0.5, 0.25],
    ['returned_week_4', 0, 0],
    ['active_30d', 0, 0],
    ['buyers', 1, 0],
    ['orders_per_user', 1, 0],
    // (1 + … + 12) ÷ 12
    ['revenue_per_user', 6.5, 0],
    ['average_order_value', 6.5, null],
    ['days_to_first_order', 4, null],
    ['event:open', 1, 1],
    ['event:purchase', 1, 0],
  ])('%s is %d and %d', async (name, a, b) => {
    const { metric } = await compared;
    const row = metric(name);
    expect([row.a.value, row.b.value]).toEqual([a, b]);
    expect(row.difference).toBe(b === null ? null : a - b);
  });

  it('takes Fisher’s test where a cell is expected below 5', async () => {
    const { metric } = await compared;
    // 9 of 24 returned: 4.5 are expected in each group. Two-sided probability of 6 and 3 or rarer: hypergeometric, by hand.
    expect(metric('returned_week_1')).toMatchObject({ method: 'fisher', verdict: 'no clear difference', lift: 1 });
    expect(metric('returned_week_1').p).toBeCloseTo(0.40032305828509895, 9);
  });

  it('takes Welch’s test where nothing is skewed', async () => {
    const { metric } = await compared;
    const revenue = metric('revenue_per_user');
    // The variance of 1 … 12 is 13, of b 0: t = 6.5 ÷ √(13/12) with 11 degrees of freedom; t₀.₉₇₅ = 2.200985.
    expect(revenue).toMatchObject({ method: 'welch', verdict: 'higher', lift: null });
    expect(revenue.interval?.low).toBeCloseTo(6.5 - 2.2009851600829 * Math.sqrt(13 / 12), 8);
    expect(revenue.interval?.high).toBeCloseTo(6.5 + 2.2009851600829 * Math.sqrt(13 / 12), 8);
    // √((13 + 0) ÷ 2) is the pooled deviation.
    expect(revenue.effect).toMatchObject({ kind: "cohen's d" });
    expect(revenue.effect?.size).toBeCloseTo(6.5 / Math.sqrt(6.5), 9);
  });

  it('resamples where a mean is skewed for so few users', async () => {
    const { metric } = await compared;
    // Of b 9 have 1 day and 3 have 2: skewness 0.5 ÷ √0.1875 = 1.15, which asks for 473 users.
    expect(metric('active_days')).toMatchObject({ method: 'poisson bootstrap', verdict: 'higher' });
  });

  it('counts how the values were dealt out where none varies', async () => {
    const { metric } = await compared;
    // 1 of the C(24, 12) ways to give 20 minutes to twelve of the users, and its mirror image.
    expect(metric('minutes')).toMatchObject({ method: 'fisher', verdict: 'higher', interval: { low: 20, high: 20 } });
    expect(metric('minutes').p).toBeCloseTo(2 / 2704156, 12);
    expect(metric('event:open')).toMatchObject({ p: 1, verdict: 'no clear difference' });
  });

  it('says that a group has too few users for a metric', async () => {
    const { metric } = await compared;
    expect(metric('average_order_value')).toMatchObject({ verdict: 'too few users', p: null, b: { n: 0, value: null } });
  });

  it('adjusts all p-values together', async () => {
    const { json } = await compared;
    const rows = json.comparisons.flatMap(({ metrics }) => metrics.filter(({ p }) => p !== null));
    expect(json.tests).toBe(rows.length);
    const sorted = rows.map(({ p }) => p ?? 1).sort((left, right) => left - right);
    const byHand = sorted.map((_, place) =>
      Math.min(...sorted.slice(place).map((p, after) => (p * sorted.length) / (place + after + 1)), 1),
    );
    for (const { p, adjusted_p } of rows) expect(adjusted_p).toBeCloseTo(byHand[sorted.lastIndexOf(p ?? 1)] ?? 1, 8);
  });
});

describe('the value of orders', () => {
  /** Of each team 20 buyers with one order of 10.00, but for some of a. */
  const orders = (...odd: readonly string[]): string[] =>
    ['a', 'b'].flatMap((team) =>
      Array.from({ length: 20 }, (_, k) => {
        const amount = (team === 'a' ? odd[k] : undefined) ?? `${9 + (k % 3)}.00`;
        return `${team}${two(k)},purchase,2026-01-05T10:00:00Z,${amount},${team}${k},${team}`;
      }),
    );
  const orderValue = async (rows: readonly string[]): Promise<ComparedRow> => {
    const { metric } = await withFile('orders.csv', [HEADER, ...rows], (path) => runCompare([path, '--by', 'property:team', ...AS_OF]));
    return metric('average_order_value');
  };

  it('is compared by the delta method where what users add to it is hardly skewed', async () => {
    // 9, 10, 11 over and over: 7, 7 and 6 users of each team; skewness near 0.
    expect(await orderValue(orders())).toMatchObject({ method: 'delta method', a: { value: 9.95 }, b: { value: 9.95 }, difference: 0 });
  });

  it('is resampled where one order makes it', async () => {
    // 19 orders near 10 and one of 5,000: skewness of 20 values with one far out is about 18 ÷ √19 = 4.1, which asks for 6,000 users.
    const row = await orderValue(orders('5000.00'));
    expect(row).toMatchObject({ method: 'poisson bootstrap', verdict: 'no clear difference' });
    // 9.95 · 20 − 9 + 5000 over 20 orders.
    expect(row.a.value).toBeCloseTo((199 - 9 + 5000) / 20, 9);
    // One buyer of forty: whether it is in a resample of a team decides, and it is not in more than a third of them.
    expect(row.p).toBeGreaterThan(0.2);
  });
});

describe('closed seasons', () => {
  const PAUSED = ['--pause', '2026-01-06..2026-01-12'];
  /** Twelve of each team come on 1 January; a is back on the 16th and orders, b on the 20th. */
  const rows = Array.from({ length: 12 }, (_, k) => [
    `a${two(k)},open,2026-01-01T10:00:00Z,,,a`,
    `a${two(k)},purchase,2026-01-16T10:00:00Z,5.00,o${k},a`,
    `b${two(k)},open,2026-01-01T10:00:00Z,,,b`,
    `b${two(k)},open,2026-01-20T10:00:00Z,,,b`,
  ]).flat();
  const compared = (...argv: string[]): ReturnType<typeof runCompare> =>
    withFile('paused.csv', [HEADER, ...rows], (path) => runCompare([path, '--as-of', '2026-01-25', ...argv]));

  it('shorten every length: windows, weeks, tenure, days to the first order and days of observation', async () => {
    const [paused, plain] = [await compared('--by', 'property:team', ...PAUSED), await compared('--by', 'property:team')];
    // 24 days, 7 of them paused.
    expect(plain.json.groups).toMatchObject([{ median_tenure_days: 24 }, { median_tenure_days: 24 }]);
    expect(paused.json.groups).toMatchObject([{ median_tenure_days: 17 }, { median_tenure_days: 17 }]);
    // Day 15 is the 8th that counts, 19 the 12th: both in week 1; by the calendar both are in week 2.
    expect(paused.metric('returned_week_1')).toMatchObject({ a: { value: 1 }, b: { value: 1 } });
    expect(plain.metric('returned_week_1')).toMatchObject({ a: { value: 0 }, b: { value: 0 } });
    expect([paused.metric('days_to_first_order').a.value, plain.metric('days_to_first_order').a.value]).toEqual([8, 15]);
  });

  it('move the last days: who came before the season is in them longer', async () => {
    const late = ['--pause', '2026-01-21..2026-01-25'];
    const [paused, plain] = [await compared('--by', 'property:team', ...late), await compared('--by', 'property:team')];
    // The 25th stands where the 20th stands: the last 7 days begin with the 14th, by the calendar with the 19th.
    expect(paused.metric('active_7d')).toMatchObject({ a: { value: 1 }, b: { value: 1 } });
    expect(plain.metric('active_7d')).toMatchObject({ a: { value: 0 }, b: { value: 1 } });
  });

  it('move a landmark: day 14 comes later', async () => {
    // The 14th day that counts after the 1st is the 22nd: the order of the 16th is known by then. By the calendar it is the 15th.
    const by = ['--by', 'buyer_type', '--landmark', '14d'];
    const [paused, plain] = [await compared(...by, ...PAUSED), await compared(...by)];
    expect(paused.json.groups).toMatchObject([
      { name: 'never', users: 12 },
      { name: 'once', users: 12 },
    ]);
    expect(plain.exitCode).toBe(3);
    expect(plain.stderr).toContain('[compare-one-group]');
  });
});

describe('a landmark that is a day', () => {
  it('compares by what was known before it, and looks at the days from it on', async () => {
    // Somebody who comes on the day itself was not known before it.
    const late = 'late,open,2026-01-06T10:00:00Z,,,a';
    const { metric, json, codes } = await withFile('history.csv', [HEADER, ...history(), late], (path) =>
      runCompare([path, '--by', 'buyer_type', '--landmark', '2026-01-06', ...AS_OF]),
    );
    // All of team a ordered on 5 January, nobody since.
    expect(json.groups).toMatchObject([
      { name: 'never', users: 12 },
      { name: 'once', users: 12 },
    ]);
    expect(json).toMatchObject({ users: 25, users_left_out: 1, landmark_days: null, landmark_date: '2026-01-06' });
    expect(codes).toContain('not_observable');
    expect(json.warnings.find(({ code }) => code === 'not_observable')?.message).toBe(
      'left out of the comparison: 1 user not seen before the landmark, 2026-01-06',
    );
    // On the 9th 6 of a and 3 of b.
    expect(metric('active_days')).toMatchObject({ a: { value: 0.25 }, b: { value: 0.5 } });
    expect(metric('buyers')).toMatchObject({ a: { value: 0 }, b: { value: 0 } });
    // The first week back is over, or part of it, before that day.
    expect(json.comparisons[0]?.metrics.map((row) => row.metric)).not.toContain('returned_week_1');
  });
});

describe('what makes the groups', () => {
  it('is not tested: paid against free', async () => {
    const { metric, json } = await withFile('history.csv', [HEADER, ...history()], (path) =>
      runCompare([path, '--by', 'paying', ...AS_OF]),
    );
    expect(json.groups.map(({ name }) => name)).toEqual(['paid', 'free']);
    for (const name of ['share_of_users', 'buyers', 'orders_per_user', 'revenue_per_user', 'average_order_value', 'event:purchase'])
      expect(metric(name)).toMatchObject({ verdict: 'differs by definition', p: null, adjusted_p: null, interval: null });
    for (const name of ['active_days', 'sessions', 'returned_week_1']) expect(metric(name).p).not.toBeNull();
    // The values stand there all the same.
    expect(metric('revenue_per_user')).toMatchObject({ a: { value: 6.5 }, b: { value: 0 }, difference: 6.5 });
  });

  it('is not tested: one status against the rest', async () => {
    const { metric, json } = await runCompare(['fixtures/shop.csv', '--a', 'status=churned', '--b', 'rest']);
    expect(json.comparisons).toMatchObject([{ a: { name: 'churned' }, b: { name: 'rest' } }]);
    for (const name of ['active_7d', 'active_30d', 'active_days', 'churned', 'orders_per_user', 'usual_interval', 'event:uninstall'])
      expect(metric(name).verdict).toBe('differs by definition');
    expect(metric('sessions').verdict).toBe('lower');
  });
});

describe('what the generator of fixtures/shop.csv has planted', () => {
  // fixtures/README.md: loyal users come every week, churned ones were seen once or twice, at risk came twice a week.
  it.each([
    ['status=loyal', { sessions: 'higher', minutes: 'higher', returned_week_4: 'higher' }],
    ['status=churned', { sessions: 'lower', returned_week_1: 'lower', returned_week_4: 'lower' }],
    ['buyer_type=repeat', { active_days: 'higher', sessions: 'higher', returned_week_4: 'higher', churned: 'lower' }],
  ])('is found in %s', async (segment, verdicts) => {
    const { metric } = await runCompare(['fixtures/shop.csv', '--a', segment, '--top', '0']);
    for (const [name, verdict] of Object.entries(verdicts)) expect({ name, verdict: metric(name).verdict }).toEqual({ name, verdict });
  });

  it('is not found in the device, which says nothing', async () => {
    const { json } = await runCompare(['fixtures/shop.csv', '--by', 'property:device', '--top', '0']);
    const named = json.comparisons.filter(({ a }) => a.name !== 'unknown');
    const clear = named.flatMap(({ metrics }) => metrics.filter(({ verdict }) => verdict === 'higher' || verdict === 'lower'));
    expect(named.length).toBeGreaterThan(2);
    expect(clear.map(({ metric }) => metric)).toEqual([]);
  });
});

describe('the second pass', () => {
  it('takes sessions by their column, and by gaps where a row has none', async () => {
    const rows = Array.from({ length: 10 }, (_, place) => [
      `x${place},open,2026-01-01T10:00:00Z,s1,x`,
      `x${place},open,2026-01-01T11:00:00Z,s2,x`,
      // Two hours after the first event of the same session.
      `x${place},open,2026-01-01T12:00:00Z,s1,x`,
      `x${place},open,2026-01-01T15:00:00Z,,x`,
      `y${place},open,2026-01-01T10:00:00Z,s3,y`,
    ]).flat();
    const { metric } = await withFile('sessions.csv', ['user_id,event,timestamp,session_id,team', ...rows], (path) =>
      runCompare([path, '--by', 'property:team', '--metric', 'sessions,minutes']),
    );
    expect(metric('sessions')).toMatchObject({ a: { value: 3 }, b: { value: 1 } });
    expect(metric('minutes')).toMatchObject({ a: { value: 120 }, b: { value: 0 } });
  });

  it('splits at the gap that a parameter names', async () => {
    const { metric } = await withFile('history.csv', [HEADER, ...history()], (path) =>
      runCompare([path, '--by', 'property:team', '--metric', 'sessions,minutes', '--set', 'engagement.session_gap_minutes=40', ...AS_OF]),
    );
    // 10:00, 10:20 and 11:00 are one session of an hour; the 5th is one, the 9th is one of half of them.
    expect(metric('sessions')).toMatchObject({ a: { value: 2.5 }, b: { value: 1.25 } });
    expect(metric('minutes')).toMatchObject({ a: { value: 60 }, b: { value: 0 } });
  });

  it('counts a repeated event id once, and nothing after the as-of day', async () => {
    const named = history().map((row, place) => `${row},e${place}`);
    const late = 'a01,open,2026-04-02T10:00:00Z,,,a,late';
    const [once, twice] = await Promise.all([
      withFile('once.csv', [`${HEADER},event_id`, ...named], (path) => runCompare([path, '--by', 'property:team', ...AS_OF])),
      withFile('twice.csv', [`${HEADER},event_id`, ...named, ...named, late], (path) =>
        runCompare([path, '--by', 'property:team', ...AS_OF]),
      ),
    ]);
    expect(twice.json.rows).toMatchObject({ duplicate: named.length, after_as_of: 1, used: named.length });
    expect(twice.json.comparisons).toEqual(once.json.comparisons);
  });

  it('leaves out what --where and --since leave out', async () => {
    const plain = history().map((row) => `${row},shop`);
    const before = 'b01,open,2025-12-01T10:00:00Z,,,b,shop';
    const other = ['a01', 'b02'].map((user) => `${user},scroll,2026-01-01T10:30:00Z,,,b,blog`);
    const by = ['--by', 'property:team', ...AS_OF];
    const [all, some] = await Promise.all([
      withFile('plain.csv', [`${HEADER},site`, ...plain], (path) => runCompare([path, ...by])),
      withFile('mixed.csv', [`${HEADER},site`, before, ...plain, ...other], (path) =>
        runCompare([path, ...by, '--where', 'site=shop', '--since', '2026-01-01']),
      ),
    ]);
    expect(some.json.rows).toMatchObject({ filtered: 2, before_since: 1, used: plain.length });
    expect(some.json.comparisons).toEqual(all.json.comparisons);
  });

  it('counts from the sign-up of a users file on', async () => {
    const rows = Array.from({ length: 12 }, (_, place) => [
      `x${place},open,2026-02-10T10:00:00Z,x`,
      `y${place},open,2026-02-10T10:00:00Z,y`,
    ]).flat();
    const people = Array.from({ length: 12 }, (_, place) => [`x${place},2026-01-11,pro`, `y${place},,free`]).flat();
    const { json, metric } = await withFile('people.csv', ['user_id,signup_date,tier', ...people, 'z1,,pro'], (users) =>
      withFile('events.csv', ['user_id,event,timestamp,team', ...rows], (path) =>
        runCompare([path, '--users', users, '--by', 'property:tier', '--landmark', '14d', '--as-of', '2026-03-01']),
      ),
    );
    // Sign-up on 11 January: 49 days before 1 March; without one, first seen is 10 February: 19 days.
    expect(json.groups).toMatchObject([
      { name: 'free', users: 12, median_tenure_days: 19 },
      { name: 'pro', users: 12, median_tenure_days: 49 },
    ]);
    // 10 February is past day 14 of those who signed up, and day 0 of the others.
    expect(metric('sessions')).toMatchObject({ a: { value: 0 }, b: { value: 1 } });
    // z1 has neither an event nor a sign-up: nobody knows since when to look.
    expect(json.users_left_out).toBe(1);
  });

  it('gives the same digits at any number of threads', async () => {
    const run = (threads: string) => runCompare(['fixtures/shop.csv', '--by', 'buyer_type', '--threads', threads]);
    const [one, four] = [await run('1'), await run('4')];
    expect(four.stdout).toBe(one.stdout);
    expect(one.json.comparisons.map(({ a, b }) => `${a.name}/${b.name}`)).toEqual(['never/rest', 'once/rest', 'repeat/rest']);
  });
});

describe('the groups', () => {
  it('are each compared with a named reference', async () => {
    const { json } = await runCompare(['fixtures/shop.csv', '--by', 'buyer_type', '--reference', 'once', '--top', '0']);
    expect(json.comparisons.map(({ a, b }) => `${a.name}/${b.name}`)).toEqual(['never/once', 'repeat/once']);
  });

  it('leave out users who are in both', async () => {
    const { json, codes } = await runCompare(['fixtures/shop.csv', '--a', 'status=churned', '--b', 'paying=paid', '--top', '0']);
    const [comparison] = json.comparisons;
    expect(codes).toContain('overlap');
    expect(comparison).toMatchObject({ a: { name: 'status=churned' }, b: { name: 'paying=paid' } });
    const [churned, paid] = await Promise.all([
      runCompare(['fixtures/shop.csv', '--a', 'status=churned', '--top', '0']),
      runCompare(['fixtures/shop.csv', '--a', 'paying=paid', '--top', '0']),
    ]);
    const both = (churned.json.comparisons[0]?.a.users ?? 0) - (comparison?.a.users ?? 0);
    expect(both).toBeGreaterThan(0);
    expect(comparison?.b.users).toBe((paid.json.comparisons[0]?.a.users ?? 0) - both);
  });

  it('never compare a group with a whole that holds it', async () => {
    const { json } = await runCompare(['fixtures/shop.csv', '--by', 'status', '--top', '0', '--metric', 'events']);
    expect(json.comparisons.length).toBeGreaterThan(5);
    for (const { a, b } of json.comparisons) expect(a.users + b.users).toBe(json.users);
  });

  it('may be those of engagement, which sessions make', async () => {
    // An hour is more microseconds than 32 bits hold.
    const { json, metric } = await runCompare([
      'fixtures/shop.csv',
      ...['--by', 'engagement', '--top', '0', '--set', 'engagement.session_gap_minutes=60'],
    ]);
    // Nobody of the fixture comes on 12 of 28 days.
    expect(json.groups.map(({ name }) => name)).toEqual(['regular', 'casual']);
    for (const name of ['sessions', 'minutes', 'active_days']) expect(metric(name).verdict).toBe('differs by definition');
  });

  it('of a property may be one value against the rest', async () => {
    const { json } = await runCompare(['fixtures/shop.csv', '--by', 'property:device=ios', '--top', '0']);
    expect(json.comparisons).toMatchObject([{ a: { name: 'ios' }, b: { name: 'rest' } }]);
  });
});
