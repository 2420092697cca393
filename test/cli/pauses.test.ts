import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const WHOLESALE = fileURLToPath(new URL('../../fixtures/wholesale.csv', import.meta.url));
const SEASON = ['--pause', '2024-12-21..2025-01-05'];

const folder = makeRunFolder();
afterAll(() => folder.remove());

let runs = 0;
function classify(...argv: string[]): Promise<ClassifyRun> {
  runs += 1;
  return classifyOnce(argv, join(folder.path, `out-${runs}`));
}

function memberOf(run: ClassifyRun, id: string): Record<string, string> {
  return run.members.find(({ user_id }) => user_id === id) ?? {};
}

function judged(run: ClassifyRun, id: string): string {
  const { status, idle_days, tenure_days } = memberOf(run, id);
  return `${status} ${idle_days} ${tenure_days}`;
}

/** A file of events, `user day` each. */
function eventsFile(...rows: string[]): string {
  runs += 1;
  const file = join(folder.path, `events-${runs}.csv`);
  writeFileSync(file, `user_id,event,timestamp\n${rows.map((row) => row.replace(' ', ',view,')).join('\n')}\n`);
  return file;
}

function settingsHash(index: number): string {
  const manifest = JSON.parse(readFileSync(join(folder.path, `out-${index}`, 'manifest.json'), 'utf8')) as { settings_hash: string };
  return manifest.settings_hash;
}

describe('a wholesaler who is closed over Christmas', () => {
  it('has no dormant customers on 3 January, but for the one who stopped before', async () => {
    const run = await classify(WHOLESALE, '--as-of', '2025-01-03', ...SEASON);
    // 3 January has the number of 20 December; the last orders of c01 to c05 lie 4, 3, 2, 1 and 0 days before, the first on 2 to 6 September.
    expect(['c01', 'c02', 'c03', 'c04', 'c05'].map((id) => judged(run, id))).toEqual([
      'loyal 4 109',
      'loyal 3 108',
      'loyal 2 107',
      'loyal 1 106',
      'loyal 0 105',
    ]);
    // 25 November to 20 December.
    expect(judged(run, 'c21')).toBe('dormant 25 109');
    // 28 December is a paused day, with the number of 20 December: 3 days after 17 December.
    expect(judged(run, 'c22')).toBe('loyal 0 108');
    expect(memberOf(run, 'c22')).toMatchObject({
      last_seen: '2024-12-28',
      active_days: '17',
      recency_days: '6',
      usual_interval_days: '7.00',
    });
    // First seen on 12 December, 101 days after the input's first day; tenure 8.
    expect(judged(run, 'c23')).toBe('new 1 8');
    expect(run.summary).toMatchObject({
      history_days: 110,
      paused_days: 14,
      pauses: [{ first: '2024-12-21', last: '2025-01-05' }],
      population_gaps: { p50: 7, p75: 7, p90: 7, users: 23 },
    });
    // Money keeps the calendar: from 16 December to 3 January.
    expect(memberOf(run, 'c01')).toMatchObject({ recency_days: '18', first_seen: '2024-09-02', last_seen: '2024-12-16' });
  });

  it('would lose nearly all of them without the pause', async () => {
    const run = await classify(WHOLESALE, '--as-of', '2025-01-03');
    expect(['c01', 'c05', 'c21', 'c22', 'c23'].map((id) => judged(run, id))).toEqual([
      'dormant 18 123',
      'at_risk 14 119',
      'churned 39 123',
      'loyal 6 122',
      'dormant 15 22',
    ]);
    expect(run.summary).toMatchObject({ history_days: 124, paused_days: 0, pauses: [] });
  });

  it.each([
    // As `segment help pauses` has it: Dora is c01.
    ['2024-12-20', 'loyal 4', 'loyal 4'],
    ['2025-01-03', 'dormant 18', 'loyal 4'],
    ['2025-01-06', 'dormant 21', 'loyal 5'],
    ['2025-01-12', 'dormant 27', 'at_risk 11'],
    ['2025-01-15', 'dormant 30', 'at_risk 14'],
    ['2025-01-16', 'churned 31', 'dormant 15'],
  ])('judges Dora on %s as the help says', async (asOf, without, withPause) => {
    const plain = await classify(WHOLESALE, '--as-of', asOf);
    const paused = await classify(WHOLESALE, '--as-of', asOf, ...SEASON);
    expect([plain, paused].map((run) => judged(run, 'c01').replace(/ \d+$/, ''))).toEqual([without, withPause]);
  });

  it('is told in the summary, and by explain with the season on the lifeline and the next change after it', async () => {
    const summary = await runCli(['classify', WHOLESALE, '--as-of', '2025-01-03', ...SEASON, '--dry-run'], { columns: 160 });
    expect(summary.stdout).toContain('Pauses:  14 days, 21 December 2024 to 3 January 2025. ');
    expect(summary.stdout.replaceAll(/\s+/g, ' ')).toContain('Still to come: 4 January to 5 January 2025.');
    expect(summary.stdout).toContain('(without the 14 paused days)');
    const { stdout } = await runCli(['explain', WHOLESALE, '--as-of', '2025-01-03', ...SEASON, '--user', 'c01'], { columns: 160 });
    expect(stdout).toContain('Paused: 14 days, 21 December 2024 to 3 January 2025. Paused ahead: 4 January to 5 January 2025.');
    expect(stdout).toMatch(/paused\. Numbers are days between/);
    // Idle 11 > 10.5: 6 January is the fifth counted day, 12 January the eleventh.
    expect(stdout).toContain('Becomes at_risk on 12 Jan without activity.');
    // Idle 15 > 14 on 16 January, 31 > 30 on 1 February.
    expect(stdout).toContain('dormant from 16 Jan');
    expect(stdout).toContain('churned from 1 Feb');
  });

  it('has the next change later when another season lies ahead', async () => {
    const ahead = ['--pause', '2025-01-08..2025-01-14'];
    const { stdout } = await runCli(['explain', WHOLESALE, '--as-of', '2025-01-03', ...SEASON, ...ahead, '--user', 'c01', '--json']);
    const [user] = (JSON.parse(stdout) as { users: { next_flip: unknown }[] }).users;
    // Seven days later than 12 January.
    expect(user?.next_flip).toEqual({ day: '2025-01-19', status: 'at_risk', reason: 'overdue' });
  });
});

describe('activity on paused days', () => {
  it('is one active day with the day before the pause, and makes no gap of 0', async () => {
    // 3 to 5 June are paused and count as 2 June: ann came on 1, 2 (four times) and 6 June, gaps of 1 and 1; bob on 5 and 6 June.
    const file = eventsFile(
      'ann 2024-06-01',
      'ann 2024-06-02',
      'ann 2024-06-03',
      'ann 2024-06-05',
      'ann 2024-06-06',
      'bob 2024-06-05',
      'bob 2024-06-06',
    );
    const run = await classify(file, '--pause', '2024-06-03..2024-06-05');
    expect(memberOf(run, 'ann')).toMatchObject({
      active_days: '3',
      idle_days: '0',
      tenure_days: '2',
      events: '5',
      first_seen: '2024-06-01',
    });
    // Two gaps of 1 and P50 = 30 (nobody's pace is known): (2 × 1 + 2 × 30) / 4.
    expect(memberOf(run, 'ann')['usual_interval_days']).toBe('15.50');
    expect(memberOf(run, 'bob')).toMatchObject({ active_days: '2', tenure_days: '1', usual_interval_days: '20.33' });
    // Activity is scored by the calendar: five days, the newest today.
    expect(memberOf(run, 'ann')).toMatchObject({ recency_days: '0', frequency: '5' });
  });

  it('that is all there is stands on the day before', async () => {
    const run = await classify(eventsFile('ann 2024-06-03', 'ann 2024-06-04', 'bob 2024-06-07'), '--pause', '2024-06-03..2024-06-05');
    // 3 and 4 June are 2 June; 6 and 7 June are counted.
    expect(memberOf(run, 'ann')).toMatchObject({ active_days: '1', idle_days: '2', tenure_days: '2', last_seen: '2024-06-04' });
    expect(run.summary).toMatchObject({ history_days: 3, paused_days: 3, period: { first: '2024-06-03', last: '2024-06-07' } });
  });
});

describe('pauses that are given', () => {
  const file = eventsFile('ann 2024-06-01', 'ann 2024-06-09', 'bob 2024-06-10');

  it.each([
    [['--pause', '2024-06-03..2024-06-05', '--pause', '2024-06-05..2024-06-07']],
    [['--pause', '2024-06-06,2024-06-07,2024-06-03..2024-06-05']],
    [['--pause', ' 2024-06-03..2024-06-07 ']],
  ])('%j are one of five days, with the same settings hash', async (flags) => {
    const run = await classify(file, ...flags);
    expect(run.summary).toMatchObject({ paused_days: 5, pauses: [{ first: '2024-06-03', last: '2024-06-07' }], history_days: 5 });
    const same = settingsHash(runs);
    await classify(file, '--pause', '2024-06-03..2024-06-07');
    expect(settingsHash(runs)).toBe(same);
    await classify(file, '--pause', '2024-06-03..2024-06-08');
    expect(settingsHash(runs)).not.toBe(same);
  });

  it('stand in the manifest as they are written', async () => {
    await classify(file, '--pause', '2024-06-03..2024-06-05', '--pause', '2024-06-08');
    const manifest = JSON.parse(readFileSync(join(folder.path, `out-${runs}`, 'manifest.json'), 'utf8')) as {
      settings: { pause: unknown };
    };
    expect(manifest.settings.pause).toEqual(['2024-06-03..2024-06-05', '2024-06-08']);
  });

  it('come from the environment and the config file, too, and none undoes them', async () => {
    const config = join(folder.path, 'pauses.yaml');
    writeFileSync(config, 'pause:\n  - 2024-06-03..2024-06-05\n  - 2024-06-08\n');
    const paused = async (flags: readonly string[], env: Record<string, string> = {}): Promise<unknown> => {
      const { stdout, stderr } = await runCli(['classify', file, '--dry-run', '--json', ...flags], { env });
      return stdout === '' ? stderr : (JSON.parse(stdout) as { paused_days: number }).paused_days;
    };
    expect(await paused(['--config', config])).toBe(4);
    expect(await paused([], { SEGMENT_PAUSE: '2024-06-03..2024-06-05, 2024-06-08' })).toBe(4);
    expect(await paused(['--config', config, '--pause', '2024-06-02'])).toBe(1);
    expect(await paused(['--config', config, '--pause', 'none'])).toBe(0);
  });

  it('that leave no day are refused', async () => {
    const run = await classify(file, '--pause', '2024-06-01..2024-06-10');
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain('Every day from the first event on 2024-06-01 to the as-of day 2024-06-10 is paused');
    expect(run.stderr).toContain('[all-days-paused]');
    // One day is enough.
    expect((await classify(file, '--pause', '2024-06-02..2024-06-10')).summary).toMatchObject({ history_days: 1, paused_days: 9 });
    expect((await classify(file, '--pause', '0001-01-01..2024-06-09')).summary).toMatchObject({ history_days: 2, paused_days: 9 });
  });

  it('that lie outside of the data are warned about, those that lie partly inside are not', async () => {
    const outside = await classify(file, '--pause', '2023-06-03..2023-06-05,2024-06-11');
    expect(outside.codes).toContain('pauses_outside');
    expect(outside.summary).toMatchObject({ paused_days: 0, history_days: 10 });
    expect((await classify(file, '--pause', '2024-06-10..2024-06-11')).codes).not.toContain('pauses_outside');
    expect((await classify(file)).codes).not.toContain('pauses_outside');
  });

  it.each([
    ['2025-01-05..2024-12-21', 'did you mean 2024-12-21..2025-01-05?'],
    ['2024-12-21 - 2025-01-05', 'did you mean 2024-12-21..2025-01-05?'],
    ['2024-06-03, 2024-06-31', 'a day as YYYY-MM-DD, or FIRST..LAST such as'],
    ['2024-06-03,', 'a day as YYYY-MM-DD, or FIRST..LAST such as'],
    ["2024-06-03'; drop table users; --", 'a day as YYYY-MM-DD, or FIRST..LAST such as'],
    ['', 'a day as YYYY-MM-DD'],
    [Array.from({ length: 251 }, (_, index) => `${1900 + index}-12-25`).join(','), 'at most 250 pauses'],
  ])('as %.40s are refused with the nearest right form', async (text, hint) => {
    const run = await classify(file, '--pause', text);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('[bad-option-value]');
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain(hint);
  });

  it('that touch are not counted apart', async () => {
    const days = Array.from({ length: 300 }, (_, index) => new Date(Date.UTC(2023, 0, 1 + index)).toISOString().slice(0, 10));
    expect((await classify(file, '--pause', days.join(','))).exitCode).toBe(0);
  });
});
