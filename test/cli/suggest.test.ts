import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { classifiedMembers } from '../support/with-moves.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const DAY_MS = 86_400_000;

interface Judged {
  readonly users: number;
  readonly returned: number;
}
interface Candidate extends Judged {
  readonly value: number;
}
interface SuggestJson {
  readonly history_days: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly users: number;
  readonly values: readonly { readonly parameter: string; readonly present: number; readonly value: number }[];
  readonly churn_window: {
    readonly days: number | null;
    readonly reason?: string;
    readonly low?: number;
    readonly high?: number | null;
    readonly by_gaps?: number | null;
    readonly return_days: number;
    readonly curve: readonly {
      readonly idle_days: number;
      readonly returned: number;
      readonly at_risk_users: number;
      readonly ever: number;
    }[];
  };
  readonly usual_intervals: { readonly users: number; readonly counts: readonly { readonly users: number }[] };
  readonly borders: {
    readonly as_of: string;
    readonly idle_over_interval: readonly Judged[];
    readonly dormant: readonly {
      readonly parameter: string;
      readonly verdict: string;
      readonly present: Candidate;
      readonly best: Candidate;
    }[];
    readonly churned: {
      readonly verdict: string;
      readonly parameter: string | null;
      readonly value: number | null;
      readonly present: Judged | null;
    };
    readonly present: Readonly<Record<'within' | 'dormant' | 'churned', Judged>>;
    readonly suggested: Readonly<Record<'within' | 'dormant' | 'churned', Judged>> | null;
  } | null;
  readonly breaks: readonly {
    readonly metric: string;
    readonly users: number;
    readonly edges: readonly string[];
    readonly classes: readonly { readonly least: string; readonly most: string; readonly users: number }[];
    readonly in_use: {
      readonly edges: readonly string[];
      readonly explained: number;
      readonly collapsed: boolean;
      readonly users: readonly number[];
    } | null;
    readonly explained: number;
  }[];
  readonly events: {
    readonly any: { readonly users: number; readonly share: number } | null;
    readonly names: readonly { readonly name: string; readonly hint: string | null }[];
  } | null;
}

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
  for (const name of ['shop.csv', 'wholesale.csv']) copyFileSync(join(FIXTURES, name), join(folder.path, name));
  mkdirSync(join(folder.path, 'made'), { recursive: true });
});
afterAll(() => folder.remove());

async function suggest(file: string, ...more: readonly string[]): Promise<SuggestJson> {
  const { stdout, stderr, exitCode } = await runCli(['suggest', file, '--json', ...more], {
    cwd: folder.path,
    now: new Date('2100-01-01T00:00:00Z'),
  });
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as SuggestJson;
}

const isoDay = (day: number): string => new Date(Date.UTC(2026, 0, 1) + day * DAY_MS).toISOString().slice(0, 10);

/** A file of users' active days, counted from 1 January 2026. */
function activity(name: string, users: Readonly<Record<string, readonly number[]>>): string {
  const rows = Object.entries(users).flatMap(([user, days]) => days.map((day) => `${user},open,${isoDay(day)}T10:00:00Z`));
  writeFileSync(join(folder.path, 'made', name), `user_id,event,time\n${rows.join('\n')}\n`);
  return join('made', name);
}

const many = (prefix: string, count: number, days: readonly number[]): Record<string, readonly number[]> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, days]));

/** One user on a day long after the others would be taken for a wrong clock. */
const DAY_99 = ['--as-of', isoDay(99)];

/** 20 came back after 10 days and then no more, 40 never did, one is there on the last day, of 100. */
const TWENTY_OF_SIXTY = { ...many('back', 20, [0, 10]), ...many('gone', 40, [0]), here: [99] };

describe('the churn window', () => {
  it('is worked out by hand: 10 days', async () => {
    // Of 60 spells at risk (20 users with one closed and one open spell, each ½; 40 with an open one; the user of the last day is at risk of
    // nothing), 20 × ½ = 10 end at day 10: 1 − S = 1/6. After day 10 nobody comes back: the first day below 10 % is the 10th.
    const { churn_window: window } = await suggest(activity('sixty.csv', TWENTY_OF_SIXTY), ...DAY_99);
    expect(window).toMatchObject({ days: 10, return_days: 33, by_gaps: 10 });
    expect(window.curve[0]).toMatchObject({ idle_days: 0, returned: 0.166667, at_risk_users: 60, ever: 0.166667 });
    expect(window.curve[10]).toMatchObject({ idle_days: 10, returned: 0, at_risk_users: 50 });
    // Its interval: at day 0 the log-log one of 5/6 with Greenwood's 10 ÷ (60 × 50) goes down to 9.3 %; at day 10 the score interval of 0 of 50 ends at 7.1 %.
    expect(window).toMatchObject({ low: 0, high: 10 });
  });

  it('moves with --return-below: at day 0 a sixth comes back, below 20 % from the start', async () => {
    const { churn_window: window } = await suggest(activity('sixty.csv', TWENTY_OF_SIXTY), ...DAY_99, '--return-below', '20');
    expect(window).toMatchObject({ days: null, reason: 'never_returning' });
  });

  it('counts no user more than another: a regular of 30 gaps beside 40 who left', async () => {
    const regular = Array.from({ length: 31 }, (_, index) => index * 3);
    const { churn_window: window } = await suggest(activity('regular.csv', { ...many('gone', 40, [0]), regular, here: [99] }), ...DAY_99);
    // 30 gaps of 3 days weigh 30/31 of a user, of 41 at risk: 2.4 %, where gap by gap it were 30 of 71.
    expect(window.curve[0]?.returned).toBeCloseTo(30 / 31 / 41, 6);
  });

  it.each([
    ['27 days of history', { ...many('a', 30, [0, 5]), here: [26] }, 'short_history'],
    ['19 users', { ...many('a', 18, [0, 5]), here: [99] }, 'few_users'],
    [
      'people who all come back',
      many(
        'a',
        30,
        Array.from({ length: 20 }, (_, index) => index * 5),
      ),
      'still_returning',
    ],
  ])('is not told from %s', async (_, users, reason) => {
    expect(
      (await suggest(activity('untold.csv', users), '--as-of', isoDay(Math.max(...Object.values(users).flat())))).churn_window,
    ).toMatchObject({ days: null, reason });
  });

  it('is none longer than a third of the history', async () => {
    const { churn_window: window, history_days: days } = await suggest('shop.csv');
    expect(window.curve.at(-1)?.idle_days).toBeLessThanOrEqual(Math.floor(days / 3));
  });
});

describe('borders of an earlier day', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['shop.csv', []],
    ['shop.csv', ['--set', 'dormant.multiple=3', '--set', 'churned.min=60', '--set', 'churned.max=90']],
    ['wholesale.csv', ['--pause', '2024-12-10..2025-01-02']],
  ];
  it.each(cases)('are those of classify on that day: %s %j', async (file, flags) => {
    const { borders } = await suggest(file, ...flags);
    if (borders === null) throw new Error('a year is long enough');
    const set = flags.flatMap((flag, index) => (flags[index - 1] === '--set' ? [flag] : []));
    const pause = flags.flatMap((flag, index) => (flags[index - 1] === '--pause' ? [flag] : []));
    const members = await classifiedMembers(folder.path, file, { asOf: borders.as_of, set, pause });
    const judged = members.filter((one) => one.idle_days !== null && one.paying !== 'open');
    const place = (one: (typeof members)[number]): keyof typeof borders.present => {
      const idle = Number(one.idle_days);
      if (idle > Number(one.churned_after_days)) return 'churned';
      return idle > Number(one.dormant_after_days) ? 'dormant' : 'within';
    };
    const left = judged.filter((one) => one.status !== 'churned' || one.status_reason === 'inactivity');
    for (const name of ['within', 'dormant', 'churned'] as const)
      expect(borders.present[name].users, name).toBe(left.filter((one) => place(one) === name).length);
    // The candidates' counts come from other sums: at the values as they stand they must say the same.
    const beyond = borders.present.dormant.users + borders.present.churned.users;
    const returned = borders.present.dormant.returned + borders.present.churned.returned;
    for (const { parameter, present } of borders.dormant) expect([present.users, present.returned], parameter).toEqual([beyond, returned]);
    if (borders.churned.present !== null) expect(borders.churned.present.users).toBe(borders.present.churned.users);
    const ratios = borders.idle_over_interval.reduce((sum, { users }) => sum + users, 0);
    expect(ratios).toBe(left.length);
  });

  it('are widened where who is called churned comes back', async () => {
    // 60 come every day for ten days, then after 60: at the landmark of day 79 they are idle for 50 days of a usual interval of 1.
    const early = Array.from({ length: 10 }, (_, index) => index);
    const returning = Array.from({ length: 60 }, (_, index) => [`back${index}`, [...early, 90 + (index % 5), 119]] as const);
    const file = activity('late.csv', {
      ...Object.fromEntries(returning),
      ...many('gone', 30, early),
      here: Array.from({ length: 120 }, (_, day) => day),
    });
    const { borders, values } = await suggest(file);
    // Longest own gap is 1, so the border is churned.min: no multiple up to 20 lies beyond 70 idle days.
    expect(borders?.churned).toMatchObject({ verdict: 'none_wide_enough', value: null });
    expect(borders?.churned.present).toMatchObject({ users: 90, returned: 60 });
    expect(values.filter(({ parameter }) => parameter.startsWith('churned'))).toEqual([]);
  });

  it('as suggested are those that classify makes of the suggested values', async () => {
    const { borders, values } = await suggest('shop.csv', '--set', 'dormant.multiple=12', '--set', 'dormant.min=60');
    if (borders?.suggested === undefined || borders.suggested === null) throw new Error('60 days are too many for a shop of 9 day gaps');
    const set = ['dormant.multiple=12', 'dormant.min=60', ...values.map(({ parameter, value }) => `${parameter}=${value}`)];
    const again = await suggest('shop.csv', ...set.flatMap((one) => ['--set', one]));
    expect(again.borders?.present).toEqual(borders.suggested);
  });
});

describe('natural breaks', () => {
  it('hold every scored user once, and explain no less than the edges in use', async () => {
    for (const file of ['shop.csv', 'wholesale.csv']) {
      const { breaks } = await suggest(file);
      for (const { metric, users, classes, edges, explained, in_use: use } of breaks) {
        expect(
          classes.reduce((sum, one) => sum + one.users, 0),
          metric,
        ).toBe(users);
        expect(use?.users.reduce((sum, one) => sum + one, 0)).toBe(users);
        expect(edges).toEqual(classes.slice(0, -1).map(({ most }) => most));
        expect(explained).toBeGreaterThanOrEqual(use?.explained ?? 0);
        expect(new Set(edges).size).toBe(edges.length);
      }
    }
  });

  it('do not coincide where quantiles do: 60 users ordered once, 18 twice … one 40 times', async () => {
    const often: readonly (readonly [number, number])[] = [
      [1, 60],
      [2, 18],
      [3, 10],
      [4, 5],
      [5, 3],
      [7, 2],
      [12, 1],
      [40, 1],
    ];
    const rows = often.flatMap(([orders, users]) =>
      Array.from({ length: users }, (_, user) => Array.from({ length: orders }, (_, order) => `u${orders}_${user},${isoDay(order * 2)}`)),
    );
    writeFileSync(join(folder.path, 'made', 'orders.csv'), `customer_id,order_date\n${rows.flat().join('\n')}\n`);
    const { breaks } = await suggest('made/orders.csv', '--scoring', 'quantile');
    const frequency = breaks.find(({ metric }) => metric === 'frequency');
    // The type-7 quantiles of statistics.md: 1, 1, 1.4, 3, so that two scores are nobody's.
    expect(frequency?.in_use).toMatchObject({ edges: ['1', '1', '1.4', '3'], collapsed: true, users: [60, 0, 0, 28, 12] });
    // Squares of log(1 + orders): 0.44 within 3 to 5 and 0.16 within 7 to 12; with 3 to 4, 5 to 7 and 12 to 40 they were 0.17 + 0.10 + 0.66.
    expect(frequency?.classes.map(({ least, most, users }) => [least, most, users])).toEqual([
      ['1', '1', 60],
      ['2', '2', 18],
      ['3', '5', 18],
      ['7', '12', 3],
      ['40', '40', 1],
    ]);
  });
});

describe('names of events', () => {
  // 30 come every fifth day and stay; 30 come so until day 50 and send their card back on a day of its own; a letter goes to all on days on which nobody comes.
  const rows: string[] = [];
  const note = (user: number, day: number, event: string): void => void rows.push(`u${user},${event},${isoDay(day)}T10:00:00Z`);
  for (let user = 0; user < 60; user += 1) {
    for (let day = 0; day < 150; day += 5) if (user < 30 || day <= 50) for (const event of ['open', 'look']) note(user, day, event);
    for (const day of [12, 33, 48]) note(user, day, 'letter');
    if (user >= 30) note(user, 52, 'card_back');
  }
  const file = (): string => {
    writeFileSync(join(folder.path, 'made', 'names.csv'), `user_id,event,time\n${rows.join('\n')}\n`);
    return join('made', 'names.csv');
  };

  it('look like what users do around them', async () => {
    const { events } = await suggest(file(), '--passive-event', 'letter');
    const of = (name: string): unknown => events?.names.find((one) => one.name === name);
    // Of all 60, the 30 who stayed were active in the last 49 days; of the 30 who sent their card back, nobody.
    expect(events?.any).toMatchObject({ users: 60, share: 0.5 });
    expect(of('card_back')).toMatchObject({ users: 30, alone: 1, back: { users: 30, share: 0 }, roles: ['activity'], hint: 'churn_event' });
    expect(of('open')).toMatchObject({ users: 60, reach: 1, alone: 0, hint: null });
    expect(of('letter')).toMatchObject({ roles: ['passive'], hint: null });
  });

  it('are hinted at until they are named', async () => {
    const hints = async (...flags: readonly string[]): Promise<unknown> =>
      (await suggest(file(), ...flags)).events?.names.flatMap(({ name, hint }) => (hint === null ? [] : [`${name}: ${hint}`]));
    expect(await hints()).toEqual(['letter: passive_event', 'card_back: churn_event']);
    expect(await hints('--passive-event', 'letter', '--churn-event', 'card_back')).toEqual([]);
  });

  it('are none where the files name no events', async () => {
    expect((await suggest('wholesale.csv', '--event-column', 'none')).events).toBeNull();
  });
});

describe('--write', () => {
  const config = (): string => join(folder.path, 'segment.yaml');
  const run = (...argv: readonly string[]): ReturnType<typeof runCli> =>
    runCli(argv, { cwd: folder.path, now: new Date('2100-01-01T00:00:00Z') });
  afterEach(() => rmSync(config(), { force: true }));

  const LATE = 'timezone: UTC\n\n# We wait long.\nset:\n  dormant.min: 60 # two months\n';

  it('puts the values into the config file, and classify uses them', async () => {
    writeFileSync(config(), LATE);
    const before = await suggest('shop.csv');
    expect(before.values).not.toEqual([]);
    const { exitCode, stdout } = await run('suggest', 'shop.csv', '--write', '--force');
    expect(exitCode).toBe(0);
    for (const { parameter, value } of before.values) {
      expect(stdout).toContain(`+   ${parameter}: ${value}`);
      expect(readFileSync(config(), 'utf8')).toContain(`  ${parameter}: ${value}`);
    }
    expect(readFileSync(config(), 'utf8')).toContain('# We wait long.');
    // What was suggested is how the borders stand now, and classify says the same numbers.
    expect((await suggest('shop.csv')).borders?.present).toEqual(before.borders?.suggested);
    const { stdout: shown } = await run('config', '--json');
    for (const { value } of before.values) expect(shown).toContain(String(value));
    const set = before.values.flatMap(({ parameter, value }) => ['--set', `${parameter}=${value}`]);
    const [byFile, byFlags] = [
      await run('classify', 'shop.csv', '--dry-run', '--json'),
      await run('classify', 'shop.csv', '--dry-run', '--json', '--no-config', ...set),
    ];
    expect(JSON.parse(byFile.stdout)).toEqual(JSON.parse(byFlags.stdout));
  });

  it('replaces no value that somebody set, unless by force', async () => {
    writeFileSync(config(), 'set:\n  dormant.min: 60\n');
    const { values } = await suggest('shop.csv');
    expect(values.map(({ parameter }) => parameter)).toEqual(['dormant.min']);
    const { exitCode, stderr, stdout } = await run('suggest', 'shop.csv', '--write');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('segment.yaml sets dormant.min to 60 on line 2');
    expect(stderr).toContain('[suggest-value-set]');
    expect(readFileSync(config(), 'utf8')).toBe('set:\n  dormant.min: 60\n');
  });

  it('makes the file where there is none, and none where there is nothing to say', async () => {
    expect((await run('suggest', 'shop.csv', '--write')).stdout).toContain('segment.yaml stays as it is');
    expect(existsSync(config())).toBe(false);
    const { stdout, stderr } = await run('suggest', 'shop.csv', '--set', 'dormant.min=60', '--write', '--json');
    expect(stderr).toContain('segment.yaml was made:');
    expect(JSON.parse(stdout)).toHaveProperty('values');
    expect(readFileSync(config(), 'utf8')).toMatch(/^set:\n {2}dormant\.min: \d+\n$/);
  });

  it('says that a file cannot be written, and leaves nothing beside it', async () => {
    mkdirSync(join(folder.path, 'gone'), { recursive: true });
    const named = join(folder.path, 'gone', 'own.yaml');
    writeFileSync(named, 'timezone: UTC\n');
    mkdirSync(`${named}.${process.pid}.tmp`, { recursive: true });
    const { exitCode, stderr } = await run('suggest', 'shop.csv', '--set', 'dormant.min=60', '--write', '--config', 'gone/own.yaml');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('[suggest-unwritable]');
    expect(readFileSync(named, 'utf8')).toBe('timezone: UTC\n');
  });
});

it('the same rows in another order say the same', async () => {
  const users = { ...TWENTY_OF_SIXTY, ...many('some', 30, [3, 9, 40, 44]) };
  const first = await suggest(activity('one.csv', users));
  const second = await suggest(activity('two.csv', Object.fromEntries(Object.entries(users).reverse())));
  expect(second).toEqual(first);
});
