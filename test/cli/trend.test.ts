import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flags } from '../../src/cli/read-settings.js';
import { makeRunFolder } from '../support/classify-once.js';
import { WRITERS, writeFormat } from '../support/formats.js';
import { type Table, turned } from '../support/messy-export.js';
import { randomHistory } from '../support/random-history.js';
import { runCli } from '../support/run-cli.js';
import { runTrend, type TrendJson, type TrendJsonPeriod } from '../support/run-trend.js';
import { classifiedMembers, movesTables, type Rows } from '../support/with-moves.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
/** Of a run whose manifest alone is looked at. */
const MANIFEST_ALONE = ['--segment-files', 'none', '--no-proof', '--quiet'];
const COLUMN: Readonly<Record<string, string>> = { rfm: 'rfm_segment' };

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
  mkdirSync(join(folder.path, 'who'), { recursive: true });
  for (const name of ['shop.csv', 'wholesale.csv', 'who/events.csv', 'who/users.csv', 'who/map.csv', 'who/staff.csv'])
    copyFileSync(join(FIXTURES, name), join(folder.path, name));
});
afterAll(() => folder.remove());

/** The flags of a command line of these flags in camel case. */
function argvOf(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [flag, String(one)]);
  });
}

const trend = (file: string, flags: Flags, ...more: readonly string[]): Promise<TrendJson> =>
  runTrend(folder.path, [file, ...argvOf(flags), ...more]);

function sizesOf({ segments }: TrendJsonPeriod): Record<string, number> {
  return Object.fromEntries(segments.flatMap(({ segment, users }) => (users === 0 ? [] : [[segment ?? 'none', users]])));
}

function countSegments(members: Rows, segmentation: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const member of members) {
    const segment = String(member[COLUMN[segmentation] ?? segmentation] ?? 'none');
    counts[segment] = (counts[segment] ?? 0) + 1;
  }
  return counts;
}

/** `classifiedMembers` of a file of the folder, of the same flags only once. */
function rememberMembers(file: string): (flags: Flags) => Promise<Rows> {
  const known = new Map<string, Promise<Rows>>();
  return (flags) => {
    const key = JSON.stringify(flags);
    const members = known.get(key) ?? classifiedMembers(folder.path, file, flags);
    known.set(key, members);
    return members;
  };
}

/** Everything that must be true of any trend. */
function expectBalance({ periods }: TrendJson): void {
  for (const [index, period] of periods.entries()) {
    expect(period.segments.reduce((sum, { users }) => sum + users, 0)).toBe(period.users);
    const before = periods[index - 1];
    if (before === undefined) {
      expect(period.flows).toBeNull();
      continue;
    }
    const { flows } = period;
    if (flows === null) throw new Error('only the first period has no flows');
    expect(period.users).toBe(before.users + flows.entered - flows.left);
    for (const [place, { segment, users, flows: own }] of period.segments.entries()) {
      if (own === null) throw new Error('only the first period has no flows');
      expect(users, String(segment)).toBe((before.segments[place]?.users ?? 0) + own.entered + own.moved_in - own.moved_out - own.left);
    }
    if (flows.active === undefined) continue;
    expect(period.active).toBe((before.active ?? 0) + flows.active.new + flows.active.resurrected - flows.active.newly_inactive);
    const engaged = period.segments.filter(({ segment }) => !['dormant', 'churned', 'never_active'].includes(segment ?? ''));
    expect(period.active).toBe(engaged.reduce((sum, { users }) => sum + users, 0));
  }
}

const ALL = ['status', 'rfm', 'value_tier', 'buyer_type', 'paying', 'visitor'] as const;
const CASES: readonly (readonly [string, string, Flags, readonly string[], readonly string[]])[] = [
  ['a shop by weeks', 'shop.csv', {}, ['--periods', '3'], ALL],
  ['a shop by months', 'shop.csv', { asOf: '2026-05-31' }, ['--every', 'month', '--periods', '4'], ['status', 'rfm']],
  [
    'a shop in another zone, of some months',
    'shop.csv',
    { timezone: 'America/New_York', lookback: '60', since: '2025-09-01' },
    ['--every', '30d', '--periods', '3'],
    ['status', 'rfm'],
  ],
  [
    'a shop of some events',
    'shop.csv',
    { where: ['country=DE,US'], planColumn: 'device', freePlan: 'ios' },
    ['--periods', '3'],
    ['status', 'paying'],
  ],
  ['accounts in place of users', 'shop.csv', { entity: 'country', userColumn: 'user_id' }, ['--periods', '3'], ['status', 'rfm']],
  ['a closed season', 'wholesale.csv', { pause: ['2024-12-10..2025-01-02'] }, ['--every', 'week', '--periods', '4'], ['status', 'rfm']],
  [
    'sign-ups, identities and an excluded list',
    'who/events.csv',
    { users: 'who/users.csv', identity: 'who/map.csv', exclude: 'who/staff.csv' },
    ['--every', '5d', '--periods', '4'],
    ['status', 'visitor'],
  ],
];

describe('sizes', () => {
  it.each(CASES)(
    '%s: of each period those of segment classify as of its last day',
    async (_, file, flags, argv, segmentations) => {
      const { asOf: _asOf, ...undated } = flags;
      const membersOf = rememberMembers(file);
      for (const segmentation of segmentations) {
        const found = await trend(file, flags, ...argv, '--segmentation', segmentation);
        expect(found.notes).toEqual([]);
        expect(found.periods.length).toBeGreaterThan(1);
        expectBalance(found);
        for (const period of found.periods) {
          const known = await membersOf({ ...undated, asOf: period.last });
          expect(sizesOf(period), `${segmentation} as of ${period.last}`).toEqual(countSegments(known, segmentation));
        }
      }
    },
    120_000,
  );

  it('with --no-refit those of segment classify with the scale of the first date', async () => {
    const membersOf = rememberMembers('shop.csv');
    const freeze = join(folder.path, 'first/manifest.json');
    for (const segmentation of ['status', 'rfm']) {
      const found = await trend('shop.csv', {}, '--no-refit', '--every', 'month', '--periods', '4', '--segmentation', segmentation);
      expect(found.scale).toBe('frozen');
      expectBalance(found);
      const [first, ...others] = found.periods;
      const argv = ['classify', 'shop.csv', '--as-of', first?.last ?? '', '--out', 'first', ...MANIFEST_ALONE];
      if (segmentation === 'status') expect((await runCli(argv, { cwd: folder.path })).exitCode).toBe(0);
      expect(JSON.parse(readFileSync(freeze, 'utf8'))).toMatchObject({ as_of: first?.last });
      const changed = [];
      for (const { last, ...period } of others) {
        const frozen = await membersOf({ asOf: last, freeze });
        expect(sizesOf({ last, ...period }), last).toEqual(countSegments(frozen, segmentation));
        expect(period.flows?.moved_by_threshold).toBe(0);
        const measured = await membersOf({ asOf: last });
        changed.push(JSON.stringify(countSegments(measured, segmentation)) !== JSON.stringify(countSegments(frozen, segmentation)));
      }
      expect(changed, 'a scale that never changes would prove nothing').toContain(true);
    }
  }, 120_000);

  it('with --freeze those of segment classify with the same manifest', async () => {
    const argv = ['classify', 'shop.csv', '--as-of', '2026-01-31', '--out', 'given', ...MANIFEST_ALONE];
    expect((await runCli(argv, { cwd: folder.path })).exitCode).toBe(0);
    const flags = { freeze: join(folder.path, 'given/manifest.json') };
    const found = await trend('shop.csv', flags, '--periods', '3', '--segmentation', 'rfm');
    expect(found.scale).toBe('given');
    expectBalance(found);
    for (const period of found.periods)
      expect(sizesOf(period)).toEqual(
        countSegments(await classifiedMembers(folder.path, 'shop.csv', { ...flags, asOf: period.last }), 'rfm'),
      );
  }, 60_000);
});

describe('flows', () => {
  it.each([
    ['status', '4'],
    ['rfm', '4'],
    ['visitor', '3'],
    ['buyer_type', '3'],
  ])(
    'of %s are those of segment transitions --refit between the ends of neighbouring periods',
    async (segmentation, count) => {
      // In these weeks one user moves only because a gap of the population did.
      const found = await trend('shop.csv', { asOf: '2026-05-19' }, '--periods', count, '--segmentation', segmentation);
      let thresholds = 0;
      for (const [index, { last, flows }] of found.periods.entries()) {
        const from = found.periods[index - 1]?.last;
        if (from === undefined || flows === null) continue;
        const { moves, scale } = await movesTables(folder.path, 'shop.csv', { segmentation, refit: true }, { from, to: last });
        expect(scale).toBe('measured');
        expect(flows.from_to.map(({ change, from: source, to, users }) => ({ change, from: source, to, users }))).toEqual(moves.flows);
        expect(flows).toMatchObject({ entered: moves.changes.entered, left: moves.changes.left, moved: moves.changes.moved });
        expect(flows.moved_by_threshold).toBe(moves.causes.threshold);
        expect(flows.from_to.reduce((sum, flow) => sum + (flow.by_threshold ?? 0), 0)).toBe(moves.causes.threshold);
        thresholds += moves.causes.threshold;
      }
      if (segmentation === 'status' || segmentation === 'rfm') expect(thresholds).toBeGreaterThan(0);
    },
    60_000,
  );

  it('with --no-refit of the first two dates are those of segment transitions', async () => {
    const { periods } = await trend('shop.csv', {}, '--no-refit', '--every', 'month', '--periods', '3', '--segmentation', 'rfm');
    const [first, second] = periods;
    const dates = { from: first?.last ?? '', to: second?.last ?? '' };
    const { moves, scale } = await movesTables(folder.path, 'shop.csv', { segmentation: 'rfm' }, dates);
    expect(scale).toBe('frozen');
    expect(second?.flows?.from_to.map(({ by_threshold: _, ...flow }) => flow)).toEqual(moves.flows);
  }, 60_000);

  it('of value tiers do not pretend to know whom the borders moved', async () => {
    const { periods } = await trend('shop.csv', {}, '--periods', '2', '--segmentation', 'value_tier');
    expect(periods[1]?.flows?.moved_by_threshold).toBeNull();
    expect(periods[1]?.flows?.from_to[0]?.by_threshold).toBeNull();
  });
});

/**
 * Fewer than 20 users have gaps: P50, P75, P90 are 30, 60 and 120 days. With one active day usual_interval is 30, dormant_after 60,
 * churned_after 120. The data begin on 1 January, so that first seen from 2 March (60 days later) on can be new.
 */
const WORKED = `user_id,time,event
old,2026-01-01,view
back,2026-02-15,view
bye,2026-03-01,view
fade,2026-04-20,view
mail,2026-05-10,email_sent
bye,2026-05-15,uninstall
back,2026-05-20,view
fresh,2026-06-25,view
`;

describe('a history worked by hand', () => {
  const worked = async (...argv: readonly string[]): Promise<TrendJson> => {
    writeFileSync(join(folder.path, 'worked.csv'), WORKED);
    return trend('worked.csv', { asOf: '2026-06-30' }, '--every', '30d', ...argv);
  };

  it('has the sizes and flows of each of its users', async () => {
    const { periods } = await worked('--periods', '3');
    expectBalance({ periods } as TrendJson);
    expect(periods.map(({ first, last, users, active }) => ({ first, last, users, active }))).toEqual([
      { first: '2026-04-02', last: '2026-05-01', users: 4, active: 1 },
      { first: '2026-05-02', last: '2026-05-31', users: 5, active: 2 },
      { first: '2026-06-01', last: '2026-06-30', users: 6, active: 2 },
    ]);
    // 1 May: old is idle for 120 days, which is not more than 120; back 75, bye 61; fade was first seen 11 days ago.
    // 31 May: old is idle for 150 days, bye left, back came once more (no more than 3 days), fade is 41 days idle, mail did nothing.
    // 30 June: fade is idle for 71 days, fresh came 5 days ago; back is idle for 41 days, dormant after 2 × (94 + 60) / 3.
    expect(periods.map(sizesOf)).toEqual([
      { dormant: 3, new: 1 },
      { churned: 2, never_active: 1, occasional: 2 },
      { churned: 2, dormant: 1, never_active: 1, new: 1, occasional: 1 },
    ]);
    expect(periods.map(({ flows }) => flows?.active)).toEqual([
      undefined,
      { new: 0, resurrected: 1, newly_inactive: 0, resurrected_by_threshold: 0, newly_inactive_by_threshold: 0 },
      { new: 1, resurrected: 0, newly_inactive: 1, resurrected_by_threshold: 0, newly_inactive_by_threshold: 0 },
    ]);
    expect(periods[1]?.flows?.from_to.map(({ change, from, to, users }) => `${users} ${change} ${from} ${to}`)).toEqual([
      '2 moved dormant churned',
      '1 entered null never_active',
      '1 moved dormant occasional',
      '1 moved new occasional',
    ]);
    expect(periods[2]?.flows).toMatchObject({ entered: 1, left: 0, moved: 1 });
  });

  it('leaves out what is before the data, and marks a first period that is partial', async () => {
    const { periods, periods_left_out: leftOut, first_day: firstDay } = await worked('--periods', '12');
    // 30 June, 31 May, 1 May, 1 April, 2 March, 31 January; 1 January is the first day itself.
    expect(periods.map(({ last }) => last)).toEqual([
      '2026-01-01',
      '2026-01-31',
      '2026-03-02',
      '2026-04-01',
      '2026-05-01',
      '2026-05-31',
      '2026-06-30',
    ]);
    expect(periods.map(({ days, covered_days: covered }) => [days, covered])).toEqual([
      [30, 1],
      ...Array.from({ length: 6 }, () => [30, 30]),
    ]);
    expect(leftOut).toEqual([{ reason: 'before_data', periods: 5 }]);
    expect(firstDay).toBe('2026-01-01');
  });

  it('leaves out periods before anybody who is asked for', async () => {
    writeFileSync(join(folder.path, 'ids.csv'), 'user_id\nfresh\nmail\n');
    const found = await worked('--periods', '4', '--only', 'ids.csv');
    expect(found.periods.map(({ last, users }) => [last, users])).toEqual([
      ['2026-05-31', 1],
      ['2026-06-30', 2],
    ]);
    expect(found.periods_left_out).toEqual([{ reason: 'nobody', periods: 2 }]);
  });

  it('leaves out periods that a pause keeps from having any day', async () => {
    const found = await worked('--periods', '7', '--pause', '2025-12-01..2026-02-10');
    // 1 and 31 January have no counted day before them.
    expect(found.periods.map(({ last }) => last)).toEqual(['2026-03-02', '2026-04-01', '2026-05-01', '2026-05-31', '2026-06-30']);
    expect(found.periods_left_out).toEqual([{ reason: 'before_data', periods: 2 }]);
  });

  it('of one day is one period', async () => {
    writeFileSync(join(folder.path, 'day.csv'), 'user_id,time,event\na,2026-06-30,view\n');
    const { periods, periods_left_out: leftOut } = await trend('day.csv', {}, '--periods', '1000');
    expect(periods).toMatchObject([{ first: '2026-06-24', last: '2026-06-30', covered_days: 1, users: 1, flows: null }]);
    expect(leftOut).toEqual([{ reason: 'before_data', periods: 999 }]);
  });
});

/** ann buys from 1 April on; before, RFM scores active days. */
const FIRST_ORDERS = `user_id,time,event,amount
ann,2026-02-01,view,
bob,2026-02-20,view,
ann,2026-04-01,purchase,10
bob,2026-04-20,purchase,20
`;

describe('RFM before the first order', () => {
  beforeAll(() => writeFileSync(join(folder.path, 'orders.csv'), FIRST_ORDERS));

  it('is another scale: nobody can tell who moved by it alone', async () => {
    const flags = { asOf: '2026-04-30' };
    const found = await trend('orders.csv', flags, '--every', 'month', '--periods', '3', '--segmentation', 'rfm');
    expect(found.periods.map(({ last, flows }) => [last, flows?.moved_by_threshold])).toEqual([
      ['2026-02-28', undefined],
      ['2026-03-30', 0],
      ['2026-04-30', null],
    ]);
    expect(found.notes).toHaveLength(1);
    expect(found.notes[0]).toContain('2026-04-30');
    for (const period of found.periods)
      expect(sizesOf(period)).toEqual(countSegments(await classifiedMembers(folder.path, 'orders.csv', { asOf: period.last }), 'rfm'));
  });

  it('is left out where the model or a manifest needs orders', async () => {
    const argv = ['--every', 'month', '--periods', '3', '--segmentation', 'rfm'];
    const byMoney = await trend('orders.csv', { asOf: '2026-04-30', rfm: 'map125' }, ...argv);
    expect(byMoney.periods.map(({ last }) => last)).toEqual(['2026-04-30']);
    expect(byMoney.periods_left_out).toEqual([{ reason: 'without_orders', periods: 2 }]);
    const classify = ['classify', 'orders.csv', '--as-of', '2026-04-30', '--out', 'orders', ...MANIFEST_ALONE];
    expect((await runCli(classify, { cwd: folder.path })).exitCode).toBe(0);
    const frozen = await trend('orders.csv', { asOf: '2026-04-30', freeze: join(folder.path, 'orders/manifest.json') }, ...argv);
    expect(frozen.periods.map(({ last }) => last)).toEqual(['2026-04-30']);
  });

  it('says where classify of a date would count other amounts', async () => {
    writeFileSync(join(folder.path, 'amounts.csv'), 'user_id,time,event,amount\na,2026-05-01,view,5\nb,2026-06-30,purchase,7\n');
    const { notes } = await trend('amounts.csv', {}, '--every', 'month', '--periods', '3', '--segmentation', 'buyer_type');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('Up to 2026-05-30');
  });

  it('says so by all events, whoever may be among them', async () => {
    const rows = [
      'user_id,time,event,amount,plan',
      'a,2026-05-01,view,5,pro',
      'b,2026-06-15,purchase,7,free',
      'a,2026-06-30,view,5,pro',
      '',
    ];
    writeFileSync(join(folder.path, 'plans.csv'), rows.join('\n'));
    const argv = ['--every', 'month', '--periods', '3', '--segmentation', 'buyer_type'];
    const { notes, periods } = await trend('plans.csv', { where: ['plan=pro'] }, ...argv);
    // The purchase of 15 June decides for the 30th, though the filter leaves it out: amounts of views count no more.
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('Up to 2026-05-30');
    expect(periods.map(sizesOf)).toEqual([{ never: 1 }, { never: 1 }]);
  });
});

describe('random histories', () => {
  it('balance, and each size is that of segment classify', async () => {
    let compared = 0;
    for (const { csv, settings } of fc.sample(fc.oneof(randomHistory('any'), randomHistory('paced')), { seed: 20260630, numRuns: 5 })) {
      writeFileSync(join(folder.path, 'random.csv'), csv);
      const flags: Flags = {
        timezone: settings.timezone,
        maxRejects: '100%',
        ...(settings.everyRowIsAnOrder ? { orderColumn: 'none' } : {}),
      };
      const membersOf = rememberMembers('random.csv');
      for (const segmentation of ['status', 'rfm']) {
        const found = await trend('random.csv', flags, '--every', '13d', '--periods', '5', '--segmentation', segmentation);
        expectBalance(found);
        if (found.notes.length > 0) continue;
        for (const period of [found.periods[0], found.periods.at(-2)]) {
          if (period === undefined) continue;
          const members = await membersOf({ ...flags, asOf: period.last });
          expect(sizesOf(period), period.last).toEqual(countSegments(members, segmentation));
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(8);
  }, 120_000);
});

describe('refused', () => {
  it.each([
    [['--periods', '0'], '--periods'],
    [['--periods', '1001'], '--periods'],
    [['--periods', '-3'], '--periods'],
    [['--every', '0d'], '--every'],
    [['--every', 'fortnight'], '--every'],
    [['--every', '4000d'], '--every'],
    [['--segmentation', 'statuses'], '--segmentation'],
    [['--reporter', 'html'], '--reporter'],
  ])('%j', async (argv, named) => {
    const { exitCode, stderr, stdout } = await runCli(['trend', 'shop.csv', ...argv], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(named);
    expect(stdout).toBe('');
  });

  it('an as-of date before everything', async () => {
    const { exitCode, stderr } = await runCli(['trend', 'shop.csv', '--as-of', '2020-01-01'], { cwd: folder.path });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[nobody-before-as-of]');
  });
});

describe('the same rows', () => {
  it('give the same trend in every format, in any order and with any number of threads', async () => {
    const rows: Record<string, string>[] = parse(readFileSync(join(folder.path, 'shop.csv')), { columns: true });
    const some = rows.filter((_, index) => index % 3 === 0).map((row) => Object.values(row));
    const table: Table = { columns: Object.keys(rows[0] ?? {}), rows: some.toReversed() };
    await writeFormat('csv', { ...table, rows: some }, join(folder.path, 'some.csv'), folder.path);
    const argv = ['--periods', '4', '--segmentation', 'rfm'];
    const expected = await trend('some.csv', {}, ...argv, '--threads', '1');
    for (const format of Object.keys(WRITERS)) {
      await writeFormat(format, turned(table, 2), join(folder.path, `turned.${format}`), folder.path);
      expect(await trend(`turned.${format}`, {}, ...argv, '--threads', '3'), format).toEqual(expected);
    }
  }, 60_000);
});

describe('the settings hash', () => {
  it('changes with what changes a number, and with nothing else', async () => {
    writeFileSync(join(folder.path, 'worked.csv'), WORKED);
    const base = (await trend('worked.csv', {}, '--periods', '2')).settings_hash;
    expect((await trend('worked.csv', {}, '--periods', '2', '--threads', '1', '--reporter', 'csv')).settings_hash).toBe(base);
    for (const argv of [
      ['--periods', '3'],
      ['--periods', '2', '--every', 'day'],
      ['--periods', '2', '--no-refit'],
      ['--periods', '2', '--segmentation', 'rfm'],
      ['--periods', '2', '--set', 'new.days=10'],
    ])
      expect((await trend('worked.csv', {}, ...argv)).settings_hash, argv.join(' ')).not.toBe(base);
  }, 60_000);
});
