import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOfIso, isoOfDay } from '../../src/time/day.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { type RunResult, runCli } from '../support/run-cli.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

interface Outcomes {
  readonly segment: string | null;
  readonly users: number;
  readonly returned: number;
  readonly churned: number;
  readonly revenue: string;
}

interface RateJson {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

interface BacktestJson {
  readonly auc: number | null;
  readonly observed_auc: number | null;
  readonly settings_hash: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly segments: readonly (Outcomes & {
    readonly place: number | null;
    readonly cases: number;
    readonly return_rate: RateJson;
    readonly churn_rate: RateJson;
    readonly revenue_per_user: RateJson | null;
  })[];
  readonly dates: readonly {
    readonly as_of: string;
    readonly until: string;
    readonly users: number;
    readonly auc: number | null;
    readonly segments: readonly Outcomes[];
  }[];
  readonly dates_left_out: readonly { readonly reason: string; readonly dates: number }[];
  readonly notes: readonly string[];
}

/** Long after any event. */
const NOW = new Date('2100-01-01T00:00:00Z');
const run = (argv: readonly string[]): Promise<RunResult> => runCli(['backtest', ...argv], { now: NOW, cwd: folder.path });

async function backtest(argv: readonly string[]): Promise<BacktestJson> {
  const { stdout, stderr, exitCode } = await run([...argv, '--json']);
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as BacktestJson;
}

interface EventRow {
  readonly user: string;
  readonly day: number;
  readonly event: string;
  readonly cents: number;
}

let demo = '';
let events: EventRow[] = [];
beforeAll(async () => {
  demo = join(folder.path, 'demo.csv');
  expect((await runCli(['demo', '--users', '150', '--out', demo, '--quiet'])).exitCode).toBe(0);
  const rows: Record<string, string>[] = parse(readFileSync(demo), { columns: true });
  events = rows.map(({ user_id = '', timestamp = '', event = '', revenue = '' }) => ({
    user: user_id,
    day: dayOfIso(timestamp.slice(0, 10)) ?? Number.NaN,
    event,
    // Refunds are what the demo writes below zero.
    cents: Math.round(100 * Number(revenue)),
  }));
});

const PASSIVE = /^(email|push|notification|sms|campaign|message)_/;
const CHURN = 'account_deleted account_closed uninstall app_uninstalled subscription_cancelled'.split(' ');
const isActivity = ({ event }: EventRow): boolean => !PASSIVE.test(event) && !CHURN.includes(event) && event !== 'refund';

interface Followed {
  readonly segment: string;
  readonly returned: number;
  readonly churned: number;
  readonly cents: number;
}

/** What followed on the members of a date, by going through all events: independent of the program but for the segments. */
async function followed(date: string, until: string, column: string, flags: readonly string[] = []): Promise<Map<string, Followed>> {
  const { members } = await classifyOnce([demo, '--as-of', date, '--no-proof', ...flags], join(folder.path, `as-of-${date}`), { now: NOW });
  const [from, to] = [dayOfIso(date) ?? Number.NaN, dayOfIso(until) ?? Number.NaN];
  const window = events.filter(({ day }) => day > from && day <= to);
  return new Map(
    members.map((member) => {
      const own = window.filter(({ user }) => user === member['user_id']);
      return [
        member['user_id'] ?? '',
        {
          segment: member[column] ?? '',
          returned: own.some(isActivity) ? 1 : 0,
          churned: own.some(({ event }) => CHURN.includes(event)) ? 1 : 0,
          cents: own.reduce((sum, { cents }) => sum + cents, 0),
        },
      ];
    }),
  );
}

function sizesOf(users: ReadonlyMap<string, Followed>): Outcomes[] {
  const names = [...new Set([...users.values()].map(({ segment }) => segment))].sort();
  return names.map((segment) => {
    const own = [...users.values()].filter((user) => user.segment === segment);
    const sum = (of: (user: Followed) => number): number => own.reduce((total, user) => total + of(user), 0);
    return {
      segment,
      users: own.length,
      returned: sum(({ returned }) => returned),
      churned: sum(({ churned }) => churned),
      revenue: (sum(({ cents }) => cents) / 100).toFixed(2),
    };
  });
}

describe('segment backtest', () => {
  it.each([
    ['status', 'status'],
    ['rfm', 'rfm_segment'],
  ])('%s of a date is that of classify --as-of, and outcomes are what the events say', async (way, column) => {
    const found = await backtest([demo, '--segmentation', way, '--every', '90d']);
    expect(found.dates.map(({ as_of, until }) => [as_of, until])).toEqual([
      ['2025-10-03', '2026-01-01'],
      ['2026-01-01', '2026-04-01'],
      ['2026-04-01', '2026-06-30'],
    ]);
    for (const date of found.dates) {
      const users = await followed(date.as_of, date.until, column);
      expect(date.segments).toEqual(sizesOf(users));
      expect(date.users).toBe(users.size);
    }
  });

  it.each([
    ['a window', 'keen: did(view_item, last 60d) >= 2'],
    ['all of the past, which ends with the date', 'keen: did(session_start) >= 3 and not did(purchase)'],
    [
      'what another event and the first day say',
      'keen: did(add_to_cart then purchase within 2 days) or did(search, within 30 days of first seen) >= 3',
    ],
    ['features, without any event', 'keen: monetary >= 50 and not status = churned'],
    ['another own segment', 'keen: segment(near) and active_days >= 3'],
  ])('an own segment by %s is that of classify --as-of', async (_, rule) => {
    const flags = ['--segment', rule, '--segment', 'near: did(anything, last 45d)'];
    const found = await backtest([demo, '--segmentation', 'rules:keen', '--every', '90d', ...flags]);
    expect(found.dates).toHaveLength(3);
    for (const date of found.dates) {
      const users = await followed(date.as_of, date.until, 'keen', flags);
      const expected = sizesOf(users).map((sizes) => ({ ...sizes, segment: sizes.segment === 'true' ? 'keen' : null }));
      // `false` sorts before `true`, and users in none come last.
      expect(date.segments).toEqual(expected.toReversed());
      expect(date.auc).toBeNull();
    }
    expect(new Set(found.segments.map(({ segment }) => segment))).toEqual(new Set(['keen', null]));
    expect(found.segments.map(({ place }) => place)).toEqual([null, null]);
  });

  it('own segments that nothing looks at are refused', async () => {
    const { stderr, exitCode } = await run([demo, '--segment', 'keen: did(purchase)']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--segment: --segmentation status looks at no own segment. [segments-unused]');
    expect(stderr).toContain('--segmentation rules:keen');
  });

  it('an own segment that there is not is refused with those there are', async () => {
    const { stderr, exitCode } = await run([demo, '--segmentation', 'rules:ken', '--segment', 'keen: did(purchase)']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--segmentation rules:ken: there is no such way of segmenting. Did you mean "rules:keen"?');
  });

  it('pools the dates user by user', async () => {
    const found = await backtest([demo, '--every', '90d']);
    const dates: Map<string, Followed>[] = [];
    for (const { as_of, until } of found.dates) dates.push(await followed(as_of, until, 'status'));
    const names = [...new Set(dates.flatMap((users) => [...users.values()].map(({ segment }) => segment)))];
    expect(found.segments.map(({ segment }) => segment).sort()).toEqual(names.sort());
    for (const segment of found.segments) {
      const perUser = new Map<string, Followed[]>();
      for (const users of dates) {
        for (const [user, outcome] of users) {
          if (outcome.segment === segment.segment) perUser.set(user, [...(perUser.get(user) ?? []), outcome]);
        }
      }
      const pairs = [...perUser.values()].map((all) => ({
        x: all.length,
        returned: all.reduce((sum, { returned }) => sum + returned, 0),
        cents: all.reduce((sum, { cents }) => sum + cents, 0),
      }));
      const cases = pairs.reduce((sum, { x }) => sum + x, 0);
      const returned = pairs.reduce((sum, pair) => sum + pair.returned, 0);
      expect([segment.users, segment.cases, segment.returned]).toEqual([pairs.length, cases, returned]);
      expect(segment.return_rate.value).toBeCloseTo(returned / cases, 6);
      const cents = pairs.reduce((sum, pair) => sum + pair.cents, 0);
      const mean = cents / cases;
      expect(segment.revenue_per_user?.value).toBeCloseTo(mean / 100, 5);
      if (pairs.length < 3) continue;
      // Σ(y − r·x)² · n ÷ (n − 1) ÷ (Σx)²; half the width of the interval is t times its root, and t is between 1.96 and 4.31.
      const squares = pairs.reduce((sum, pair) => sum + (pair.cents - mean * pair.x) ** 2, 0);
      const error = Math.sqrt((squares * pairs.length) / (pairs.length - 1)) / cases / 100;
      const half = ((segment.revenue_per_user?.high ?? 0) - (segment.revenue_per_user?.low ?? 0)) / 2;
      if (error === 0) expect(half).toBe(0);
      else {
        expect(half / error).toBeGreaterThan(1.9599);
        expect(half / error).toBeLessThan(4.31);
      }
    }
  });

  it('orders by who came back, and weighs the order by pairs of one date', async () => {
    const found = await backtest([demo, '--every', '90d']);
    const rates = found.segments.map(({ return_rate }) => return_rate.value);
    expect(rates).toEqual([...rates].sort((a, b) => b - a));
    const order = 'new active loyal occasional reactivated at_risk dormant churned never_active'.split(' ');
    expect(found.segments.map(({ segment, place }) => [segment, place])).toEqual(
      found.segments.map(({ segment }) => [segment, order.indexOf(segment ?? '') + 1]),
    );
    let wins = 0;
    let pairs = 0;
    for (const { as_of, until } of found.dates) {
      const users = [...(await followed(as_of, until, 'status')).values()];
      for (const came of users.filter(({ returned }) => returned === 1)) {
        for (const stayed of users.filter(({ returned }) => returned === 0)) {
          const difference = order.indexOf(stayed.segment) - order.indexOf(came.segment);
          wins += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
          pairs += 1;
        }
      }
    }
    expect(found.auc).toBeCloseTo(wins / pairs, 6);
    expect(found.observed_auc ?? 0).toBeGreaterThan(0.5);
  });

  it('counts whole rows, and gives the same bytes at any thread count', async () => {
    const one = await run([demo, '--segmentation', 'rfm', '--json', '--threads', '1']);
    const two = await run([demo, '--segmentation', 'rfm', '--json', '--threads', '3']);
    expect(two.stdout).toBe(one.stdout);
    const { rows } = JSON.parse(one.stdout) as BacktestJson;
    const { total = 0, ...parts } = rows;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  it('takes a property as it was known at the date', async () => {
    const path = join(folder.path, 'plans.csv');
    // As of 1 June (day 152 of the history): a and b were free, c pro; b became pro in the window, and came back by that.
    writeFileSync(
      path,
      `user_id,timestamp,event,plan
a,2026-01-01,view,free
b,2026-01-01,view,free
c,2026-05-01,view,pro
b,2026-06-02,view,pro
c,2026-07-01,view,pro
`,
    );
    const { segments, auc, dates } = await backtest([path, '--segmentation', 'property:plan', '--every', '60d', '--horizon', '30d']);
    expect(dates.map(({ as_of }) => as_of)).toEqual(['2026-04-02', '2026-06-01']);
    expect(segments.map(({ segment, users, cases, returned, place }) => [segment, users, cases, returned, place])).toEqual([
      ['pro', 1, 1, 1, null],
      // Both at two dates; b came back after the second.
      ['free', 2, 4, 1, null],
    ]);
    expect(auc).toBe(null);
  });

  it('says that properties of a users file know what came later', async () => {
    const users = join(folder.path, 'users.csv');
    writeFileSync(users, `user_id,tier\n${[...new Set(events.map(({ user }) => user))].map((user) => `${user},a`).join('\n')}\n`);
    const found = await backtest([demo, '--users', users, '--segmentation', 'property:tier']);
    expect(found.notes).toEqual(['The users file says what holds today: its values may know what came after the dates.']);
  });

  it('takes the newest dates of very many, and those from the first order on', async () => {
    const found = await backtest([demo, '--every', 'day', '--horizon', '30d']);
    expect(found.dates).toHaveLength(60);
    // 365 − 90 − 30 + 1 dates.
    expect(found.dates_left_out).toEqual([{ reason: 'too_many', dates: 186 }]);
    const late = join(folder.path, 'late.csv');
    const line = (daysAgo: number, event: string): string => `u${daysAgo % 3},${isoOfDay(20_634 - daysAgo)},${event},5\n`;
    const views = Array.from({ length: 200 }, (_, daysAgo) => line(daysAgo, 'view')).join('');
    writeFileSync(late, `user_id,timestamp,event,amount\n${views}${line(50, 'purchase')}`);
    const orders = await backtest([late, '--segmentation', 'rfm']);
    expect(orders.dates.map(({ as_of }) => as_of)).toEqual(['2026-05-31']);
    expect(orders.dates_left_out).toEqual([{ reason: 'without_orders', dates: 2 }]);
    const statuses = await backtest([late]);
    expect(statuses.dates).toHaveLength(3);
    expect(statuses.notes).toEqual([expect.stringContaining('Up to 2026-05-01 there was no event that is called like a purchase')]);
  });

  it('has another settings hash for other questions only', async () => {
    const hash = async (...flags: readonly string[]): Promise<string> => (await backtest([demo, ...flags])).settings_hash;
    const plain = await hash();
    expect(await hash('--threads', '2')).toBe(plain);
    expect(await hash('--every', '60d')).not.toBe(plain);
    expect(await hash('--horizon', '10d')).not.toBe(plain);
    expect(await hash('--segmentation', 'rfm')).not.toBe(plain);
  });

  it('stays whole with amounts whose squares the engine cannot hold', async () => {
    const path = join(folder.path, 'rich.csv');
    const rows = Array.from({ length: 40 }, (_, user) => [
      `u${user},2026-01-01,purchase,9999999999999999.99`,
      `u${user},2026-06-10,purchase,${user % 2 === 0 ? '9999999999999999.99' : '-0.01'}`,
    ]).flat();
    writeFileSync(path, `user_id,timestamp,event,amount\n${rows.join('\n')}\nu0,2026-06-30,view,\n`);
    const { segments } = await backtest([path]);
    // Churned at the last of three dates; dormant before, idle for exactly the 120 days that churned takes.
    expect(segments.map(({ revenue }) => revenue)).toEqual(['199999999999999999.60', '0.00']);
  });

  it.each([
    [['--every', '0d'], 2, 'bad-option-value'],
    [['--horizon', '0'], 2, 'bad-option-value'],
    [['--horizon', 'soon'], 2, 'bad-option-value'],
    [['--segmentation', 'statsu'], 2, 'compare-unknown-way'],
    [['--segmentation', 'property:nothing'], 3, 'column-unknown'],
    [['--horizon', '277'], 3, 'backtest-short-history'],
    [['--as-of', '2025-09-01'], 3, 'backtest-short-history'],
  ])('refuses %j', async (flags, exitCode, code) => {
    const found = await run([demo, ...flags]);
    expect([found.exitCode, found.stdout]).toEqual([exitCode, '']);
    expect(found.stderr).toContain(`[${code}]`);
  });

  it('says how long the history must be', async () => {
    const { stderr } = await run([demo, '--horizon', '277d']);
    expect(stderr).toContain('The history of 365 days is too short to look back: it takes 367, 90 up to the first date and 277 after it.');
    expect(stderr).toContain('--horizon 275d');
    expect((await run([demo, '--horizon', '275d', '--quiet'])).exitCode).toBe(0);
  });

  it('refuses when nobody who counts was there', async () => {
    const only = join(folder.path, 'only.csv');
    writeFileSync(only, 'user_id\nlater\n');
    const path = join(folder.path, 'later.csv');
    writeFileSync(path, 'user_id,timestamp,event\na,2026-01-01,view\nlater,2026-06-29,view\na,2026-06-30,view\n');
    const { exitCode, stderr } = await run([path, '--only', only]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[backtest-nobody]');
  });
});
