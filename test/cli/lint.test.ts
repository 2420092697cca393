import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunResult, runCli } from '../support/run-cli.js';

// Ten users. All open the app on 1 March; a1 to a5 buy on 11 March for 10 each, a1 to a4 also look on that day; the files end on 20 March.
const DAY = ['2026-03-01', '2026-03-11', '2026-03-20'] as const;
const ROWS = [
  ...Array.from({ length: 10 }, (_, user) => `a${user},${DAY[0]} 10:00:00,app_open,,`),
  ...[1, 2, 3, 4, 5].map((user) => `a${user},${DAY[1]} 10:00:00,purchase,10,pro`),
  ...[1, 2, 3, 4].map((user) => `a${user},${DAY[1]} 11:00:00,view,,pro`),
  `a0,${DAY[2]} 10:00:00,app_open,,`,
];
const GOAL = ['no-goal', 'below-ad-floor'];

interface Finding {
  readonly segment: string;
  readonly code: string;
  readonly level: string;
  readonly message: string;
  readonly column: number;
}

let cwd = '';
beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-lint-')));
  writeFileSync(join(cwd, 'events.csv'), `user_id,time,event,amount,plan\n${ROWS.join('\n')}\n`);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = (...argv: string[]): Promise<RunResult> => runCli(['lint', ...argv], { cwd });

const inOneLine = ({ stdout }: RunResult): string => stdout.replaceAll(/\s+/g, ' ');

/** What is found beside goals and floors of platforms, as `segment: code`. */
async function found(...segments: string[]): Promise<string[]> {
  const { stdout } = await run('events.csv', '--json', ...segments.flatMap((segment) => ['--segment', segment]));
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  return findings.filter(({ code }) => !GOAL.includes(code)).map(({ segment, code }) => `${segment}: ${code}`);
}

describe('thresholds, conditions on events and properties', () => {
  // 200 users buy once, user n for n hundredths of 100: 0.5 to 100, and one for 4000. Their discount is 0.01 to 0.5. All but the last came 30 days
  // before the last day, so that idle is 30. With 201 users the 99 % quantile is the 199th value (201 × 0.99 = 198.99): 99.5.
  beforeAll(() => {
    const rows = Array.from({ length: 200 }, (_, n) => `u${n},2026-03-01 10:00:00,purchase,${(n + 1) / 2},${((n % 50) + 1) / 100},pro,DE`);
    rows.push('whale,2026-03-31 10:00:00,purchase,4000,0.5,pro,DE');
    writeFileSync(join(cwd, 'money.csv'), `user_id,time,event,amount,discount,plan,country\n${rows.join('\n')}\n`);
  });
  const findings = async (...segments: string[]): Promise<readonly (Finding & { readonly hint: string })[]> => {
    const { stdout, stderr } = await run('money.csv', '--json', ...segments.flatMap((segment) => ['--segment', segment]));
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { readonly findings: readonly (Finding & { readonly hint: string })[] }).findings;
  };

  it('says where a number is far from all that is observed, and in which unit it would not be', async () => {
    // Ten times 99.5 are 995.
    const units = (
      await findings(
        'near: monetary >= 994',
        'far: monetary >= 995',
        'reached: sum(amount of purchase) >= 4000 and monetary < 900',
        'beyond: monetary > 4000 or status = new',
        'in_seconds: idle_days >= 864000',
        'percent: did(purchase where discount >= 20)',
        'fine: did(purchase where discount >= 0.2)',
        'often: did(purchase) >= 10',
        'twice: did(purchase) >= 2',
        'ever: monetary >= 0.01',
        'later: not did(purchase where amount > 100000)',
      )
    ).filter(({ code }) => code === 'threshold-unit');
    expect(units.map(({ segment, message, hint }) => [segment, message, hint])).toEqual([
      [
        'far',
        'monetary >= 995: 995 lies far above all that is observed: it is 0.5 to 4000 for the 201 users who have any, for 99 % of them at most 99.5',
        'Look at the unit: if it is in minor units such as cents, 9.95.',
      ],
      ['reached', expect.stringContaining('4000 lies far above'), 'Look at the unit: if it is in minor units such as cents, 40.'],
      ['beyond', expect.stringContaining('lies far above'), expect.any(String)],
      [
        'in_seconds',
        'idle_days >= 864000: 864000 lies far above all that is observed: it is 30 to 30 for the 200 users who have any, for 99 % of them at most 30',
        'Look at the unit, and at whether the number is meant so.',
      ],
      [
        'percent',
        'where discount >= 20: 20 lies far above all that is observed: it is 0.01 to 0.5 for the 201 users who have any, for 99 % of them at most 0.5',
        'Look at the unit: the files have fractions: 20 % are 0.2.',
      ],
      ['often', expect.stringContaining('it is 1 to 1 for the 201 users'), 'Look at the unit, and at whether the number is meant so.'],
      ['later', expect.stringContaining('100000 lies far above'), 'Look at the unit: if it is in minor units such as cents, 1000.'],
    ]);
  });

  it('says that nobody reaches a number, with what is observed', async () => {
    const found = await findings('long: idle_days > 30', 'as_long: idle_days >= 30', 'seconds: idle_days >= 2592000');
    expect(found.filter(({ code }) => code === 'threshold-unit').map(({ message, hint }) => [message, hint])).toEqual([
      ['nobody reaches idle_days > 30: it is 30 to 30 for the 200 users who have any', expect.any(String)],
      [expect.stringContaining('2592000 lies far above'), 'Look at the unit: it counts days: 2592000 seconds are 30.'],
    ]);
  });

  it('looks at each condition on events as at those of lists', async () => {
    const found = await findings(
      'all_pro: did(purchase where plan = pro and amount >= 50)',
      'others: not did(purchase where amount >= 50 and country = DE) and did(purchase)',
      'chosen: did(purchase where discount < 0.2 and amount >= 50)',
    );
    expect(found.filter(({ code }) => code === 'needless-condition').map(({ segment, message }) => [segment, message])).toEqual([
      // 50 is the 100th of 200 amounts: users 99 to 199 and the whale.
      ['all_pro', 'all_pro has the same 102 members without where plan = pro'],
      ['others', 'others has the same 99 members without where country = DE'],
      ['others', 'others has the same 99 members without did(purchase)'],
    ]);
  });

  it('finds properties that no column holds, each with its nearest, and looks at the other segments', async () => {
    const found = await findings(
      'typed: property(plam) = pro and did(purchase where contry = DE)',
      'upon: segment(typed) and property(kuntree) is set',
      'well: monetary >= 50 and did(purchase where plan = pro)',
      'value: sum("discuont" of purchase) > 1',
      'patched: did(purchas)',
    );
    const listed = found.filter(({ code }) => ['unknown-property', 'unknown-event', 'needless-condition'].includes(code));
    expect(listed.map(({ segment, code, message }) => [segment, code, message])).toEqual([
      ['typed', 'unknown-property', 'no column holds the property plam; did you mean "plan"?'],
      ['typed', 'unknown-property', 'no column holds the property contry; did you mean "country"?'],
      ['upon', 'unknown-property', 'no column holds the property kuntree'],
      ['well', 'needless-condition', 'well has the same 102 members without did(purchase where plan = pro)'],
      ['well', 'needless-condition', 'well has the same 102 members without where plan = pro'],
      ['value', 'unknown-property', 'no column holds the property discuont; did you mean "discount"?'],
      ['patched', 'unknown-event', expect.any(String)],
    ]);
  });

  it('reads control characters, quotes and markup of names back safely in every reporter', async () => {
    const evil = 'pl"am|<b>\u202e::error file=x::';
    const segment = `odd: property("${evil.replaceAll('"', '""')}") = pro`;
    for (const reporter of ['terminal', 'json', 'github']) {
      const { stdout, exitCode } = await run('money.csv', '--segment', segment, '--reporter', reporter);
      expect(exitCode).toBe(1);
      expect(stdout).not.toMatch(/\u202e/);
      expect(stdout.split('\n').filter((line) => line.startsWith('::error file=x'))).toEqual([]);
      expect(stdout).toContain('unknown-property');
    }
  });
});

describe('windows of dates', () => {
  it.each<[string, string[], string[]]>([
    ['that begin before the files', ['one: did(purchase, between 2026-01-01 and 2026-03-12)'], ['one: beyond-history']],
    ['on the first day', ['one: did(purchase, between 2026-03-01 and 2026-03-12)'], []],
    ['that end after them', ['one: did(purchase, between 2026-03-05 and 2026-03-21)'], ['one: beyond-history']],
    ['on the last day', ['one: did(purchase, between 2026-03-05 and 2026-03-20)'], []],
  ])('%s', async (_, segments, expected) => {
    expect(await found(...segments)).toEqual(expected);
  });

  it('lie in the future without files too, by the clock or the as-of date', async () => {
    const at = async (first: string, ...more: string[]): Promise<boolean> => {
      const argv = ['lint', '--segment', `one: did(purchase, since ${first})`, '--json', ...more];
      const { stdout } = await runCli(argv, { cwd, now: new Date('2026-03-20T12:00:00Z') });
      return stdout.includes('empty-window');
    };
    // An event of tomorrow may be one of a clock that is ahead.
    expect([await at('2026-03-21'), await at('2026-03-22')]).toEqual([false, true]);
    expect([await at('2026-02-01', '--as-of', '2026-02-01'), await at('2026-02-02', '--as-of', '2026-02-01')]).toEqual([false, true]);
  });
});

describe('with files', () => {
  it.each<[string, string[], string[]]>([
    ['nobody bought twice', ['two: did(purchase) >= 2'], ['two: empty-segment']],
    ['all ten opened', ['all_of_them: did(app_open)'], ['all_of_them: everybody']],
    ['five of ten bought', ['half: did(purchase)'], []],
    // Four looked, and all of them bought: 4 of 5 in either are in both, fewer than 90 %, so that one is in the other.
    ['lookers are buyers', ['buys: did(purchase)', 'looks: did(view)'], ['looks: subset']],
    ['and the rule says so', ['buys: did(purchase)', 'looks: did(view) and segment(buys)'], ['looks: needless-condition']],
    ['the same five', ['buys: did(purchase)', 'pays: sum(amount of purchase) >= 10'], ['pays: same-members']],
    ['nobody in common', ['buys: did(purchase)', 'not_buys: not did(purchase)'], []],
    // Everybody opened, so the first says nothing; without the second all ten would be in.
    ['a condition for everybody', ['one: did(app_open) and did(purchase)'], ['one: needless-condition']],
    ['a condition for nobody in any', ['one: did(purchase) >= 2 or did(view)'], ['one: needless-condition']],
    ['a condition that is turned around', ['one: did(view) and not did(purchase) >= 2'], ['one: needless-condition']],
    ['both decide', ['one: did(purchase) and not did(view)'], []],
    // a5 bought and did not look; a0 came on the last day.
    ['both of any decide', ['one: did(app_open, last 2 days) or did(purchase)'], []],
    ['one condition cannot be left out', ['one: not did(purchase)'], []],
    // 1 to 20 March are 20 days.
    ['the whole history', ['one: did(purchase, last 20 days)'], []],
    ['a day more', ['one: did(purchase, last 21 days)'], ['one: beyond-history']],
    ['ago within', ['one: did(app_open, between 19 and 15 days ago) and did(purchase)'], ['one: needless-condition']],
    ['ago before it', ['one: did(app_open, between 30 and 20 days ago)'], ['one: empty-segment', 'one: empty-window']],
    ['in the future', ['one: not did(purchase, since 2026-03-21) and did(view)'], ['one: empty-window', 'one: needless-condition']],
    ['on the last day', ['one: did(app_open, since 2026-03-20)'], []],
    ['three weeks need three', ['one: regularly(purchase, 4 of last 4 weeks)'], ['one: empty-segment', 'one: empty-window']],
    ['stopped before it began', ['one: stopped(purchase, last 20 days, before that 5 days)'], ['one: empty-segment', 'one: empty-window']],
    ['a misspelled event', ['one: did(purchase) and not did(vew)'], ['one: needless-condition', 'one: unknown-event']],
    ['one of several names', ['one: did(buy or purchase or acquire)'], []],
    ['none of several names', ['one: did(buy or acquire)'], ['one: empty-segment', 'one: unknown-event', 'one: unknown-event']],
    ['an event as the program compares names', ['one: did("App Open", last 2 days)'], []],
  ])('%s', async (_, segments, expected) => {
    expect((await found(...segments)).sort()).toEqual([...expected].sort());
  });

  it('tells the nearest event, and where it stands', async () => {
    const { stdout } = await run('events.csv', '--json', '--segment', 'one: did(purchas)');
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
    expect(findings.find(({ code }) => code === 'unknown-event')).toMatchObject({
      level: 'error',
      message: 'no row holds the event purchas; did you mean "purchase"?',
      column: 10,
    });
  });

  it('takes --same-share for the border', async () => {
    const segments = ['--segment', 'buys: did(purchase)', '--segment', 'looks: did(view)', '--json', '--same-share'];
    // 4 of 5 are in both: 80 %.
    expect((await run('events.csv', ...segments, '80%')).stdout).toContain('"same-members"');
    expect((await run('events.csv', ...segments, '80.0001%')).stdout).not.toContain('"same-members"');
  });

  it('looks at min_size, ends in 1, and says what is ignored', async () => {
    writeFileSync(
      join(cwd, 'sizes.yaml'),
      'segments:\n  few: { goal: g, min_size: 6, where: did(purchase) }\n  enough: { goal: g, min_size: 5, where: did(purchase) or did(view) }\n',
    );
    const sizes = await run('events.csv', '--config', 'sizes.yaml');
    const [stdout, exitCode] = [inOneLine(sizes), sizes.exitCode];
    expect(stdout).toContain('5 are in few, fewer than its min_size of 6 [below-min-size]');
    expect(stdout).not.toContain('in enough, fewer');
    expect(exitCode).toBe(1);
    writeFileSync(
      join(cwd, 'ignored.yaml'),
      'segments:\n  few:\n    goal: g\n    min_size: 6\n    ignore: { below-min-size: "it grows", empty-segment: "not yet" }\n    where: did(purchase)\n',
    );
    const ignored = await run('events.csv', '--config', 'ignored.yaml');
    expect(inOneLine(ignored)).toContain('Ignored in few: below-min-size, "it grows".');
    expect(inOneLine(ignored)).toContain('there is no empty-segment to ignore in few [needless-ignore]');
    expect(ignored.exitCode).toBe(0);
    // Without files nobody knows whether they would set something aside.
    expect((await run('--config', 'ignored.yaml')).stdout).not.toContain('needless-ignore');
    expect((await run('events.csv', '--config', 'ignored.yaml', '--fail-on', 'warning')).exitCode).toBe(1);
  });
});

it('refuses to look at nothing', async () => {
  const { stderr, exitCode } = await run();
  expect(stderr).toContain('[lint-without-segments]');
  expect(exitCode).toBe(2);
});
