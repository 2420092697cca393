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
