import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newcombeInterval } from '../../src/statistics/proportions.js';
import { makeRunFolder } from '../support/classify-once.js';
import { type RunResult, runCli } from '../support/run-cli.js';
import { saltedDrawOf } from '../support/salted-draw.js';

const USERS = 1200;
const DAY_MS = 86_400_000;
const isoDay = (day: number): string => new Date(Date.UTC(2026, 0, 1) + day * DAY_MS).toISOString().slice(0, 10);

interface Difference {
  readonly outcome: string;
  readonly members: { readonly users: number; readonly with: number };
  readonly others: { readonly users: number; readonly with: number };
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}
interface Candidates {
  readonly as_of: string | null;
  readonly finding_users: number;
  readonly judging_users: number;
  readonly judged: number;
  readonly reason: string | null;
  readonly segments: readonly { readonly name: string; readonly rule: string; readonly users: number; readonly difference: Difference }[];
}

let folder: ReturnType<typeof makeRunFolder>;
beforeAll(() => {
  folder = makeRunFolder();
});
afterAll(() => folder.remove());
const config = (): string => join(folder.path, 'segment.yaml');
afterEach(() => rmSync(config(), { force: true }));

const run = (...argv: string[]): Promise<RunResult> => runCli(argv, { cwd: folder.path, now: new Date('2100-01-01T00:00:00Z') });
const quotedCsv = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/**
 * Days 0 to 83; the earlier day is 55, and what people do on days 28 to 55 finds groups. All open the app on one of days 30 to 49, two of five
 * like something. Of 100 users after each other `share` of those who like and of the others come back on days 60 to 83.
 */
async function file(name: string, share: { readonly likers: number; readonly others: number }, like = 'like'): Promise<string> {
  const rows = Array.from({ length: USERS }, (_, n) => {
    const isLiker = n % 5 < 2;
    const isBack = (n * 37) % 100 < (isLiker ? share.likers : share.others);
    const [day, later] = [isoDay(30 + (n % 20)), isoDay(60 + (n % 24))];
    return [
      `u${n},${day} 10:00:00,open`,
      ...(isLiker ? [`u${n},${day} 11:00:00,${quotedCsv(like)}`] : []),
      ...(isBack ? [`u${n},${later} 10:00:00,open`, ...(n % 2 === 0 ? [`u${n},${later} 11:00:00,${quotedCsv(like)}`] : [])] : []),
    ];
  }).flat();
  rows.push(`first,${isoDay(0)} 10:00:00,open`, `last,${isoDay(83)} 10:00:00,open`);
  writeFileSync(join(folder.path, name), `user_id,time,event\n${rows.join('\n')}\n`);
  return name;
}

async function candidatesOf(...argv: string[]): Promise<Candidates> {
  const { stdout, stderr, exitCode } = await run('suggest', ...argv, '--json');
  if (exitCode !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly candidates: Candidates }).candidates;
}

/** Of one half by the hash, in plain arrays. */
function counted(isMember: (n: number) => boolean, share: { readonly likers: number; readonly others: number }): Difference['members'] {
  const members = Array.from({ length: USERS }, (_, n) => n).filter((n) => saltedDrawOf('candidates', `u${n}`) % 2 === 1 && isMember(n));
  return { users: members.length, with: members.filter((n) => (n * 37) % 100 < (n % 5 < 2 ? share.likers : share.others)).length };
}

const APART = { likers: 80, others: 40 };
const ALIKE = { likers: 60, others: 60 };

describe('candidate segments', () => {
  it('are groups that come back otherwise, judged in the half that did not find them', async () => {
    const found = await candidatesOf(await file('apart.csv', APART));
    expect(found).toMatchObject({ as_of: isoDay(55), reason: null });
    expect(found.finding_users + found.judging_users).toBe(USERS);
    const [first] = found.segments;
    expect(first).toMatchObject({ name: 'did_like', rule: 'did(like, last 28 days)' });
    const [members, others] = [counted((n) => n % 5 < 2, APART), counted((n) => n % 5 >= 2, APART)];
    expect(first?.difference).toMatchObject({ outcome: 'returned', members, others });
    // As sure as two outcomes of all judged rules are together: Bonferroni.
    const interval = newcombeInterval(
      { hits: members.with, n: members.users },
      { hits: others.with, n: others.users },
      1 - 0.05 / (2 * found.judged),
    );
    expect(first?.difference.low).toBeCloseTo(interval.low, 5);
    expect(first?.difference.high).toBeCloseTo(interval.high, 5);
    expect(first?.difference.low).toBeGreaterThan(0.2);
    // Who does not like says the same the other way round.
    expect(found.segments.map(({ rule }) => rule)).not.toContain('did(anything, last 28 days) and not did(like, last 28 days)');
  });

  it('are none where nothing stands out, the history is short or users are few', async () => {
    expect(await candidatesOf(await file('alike.csv', ALIKE))).toMatchObject({ segments: [], reason: 'nothing_stands_out' });
    // 56 days are two times 28; on the day before there are 55.
    expect(await candidatesOf('alike.csv', '--as-of', isoDay(54))).toMatchObject({ segments: [], reason: 'short_history', as_of: null });
    expect(await candidatesOf('alike.csv', '--as-of', isoDay(55))).toMatchObject({ segments: [], reason: 'few_users', as_of: isoDay(27) });
  });

  it('tries the values of properties that --by names', async () => {
    const text = readFileSync(join(folder.path, await file('apart.csv', APART)), 'utf8')
      .trimEnd()
      .split('\n');
    const rows = text.map((row, place) => {
      if (place === 0) return `${row},plan`;
      const n = Number(row.slice(1, row.indexOf(',')));
      return `${row.replace(quotedCsv('like'), 'open')},${n % 5 < 2 ? 'pro' : 'free "x"'}`;
    });
    writeFileSync(join(folder.path, 'plans.csv'), `${rows.join('\n')}\n`);
    const found = await candidatesOf('plans.csv', '--by', 'property:plan');
    expect(found.segments[0]).toMatchObject({
      name: 'plan_free_x',
      rule: 'did(anything, last 28 days) and property(plan) = "free ""x"""',
    });
    expect((await candidatesOf('plans.csv')).segments).toEqual([]);
  });

  it('are written as segments, whose sizes classify finds again, once and under free names', async () => {
    await file('apart.csv', APART);
    writeFileSync(config(), '# ours\nsegments:\n  did_like:\n    goal: g\n    where: did(open) >= 2\n');
    const { segments } = await candidatesOf('apart.csv');
    const { stdout, exitCode } = await run('suggest', 'apart.csv', '--write');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('+   did_like_2:');
    const written = readFileSync(config(), 'utf8');
    expect(written.startsWith('# ours\nsegments:\n  did_like:\n    goal: g\n    where: did(open) >= 2\n  did_like_2:\n')).toBe(true);
    const summary = JSON.parse((await run('classify', 'apart.csv', '--dry-run', '--json')).stdout) as {
      readonly segmentations: { readonly rules: Readonly<Record<string, { readonly users: number }>> };
    };
    expect(summary.segmentations.rules['did_like_2']?.users).toBe(segments[0]?.users);
    // Even users of both kinds who came back liked again: of 100, 16 of 40 who like, 12 of 60 others, where even and odd are as many.
    const back = Array.from({ length: USERS }, (_, n) => n).filter((n) => n % 2 === 0 && (n * 37) % 100 < (n % 5 < 2 ? 80 : 40));
    expect(segments[0]?.users).toBe(back.length);
    expect((await run('suggest', 'apart.csv', '--write')).stdout).toContain('segment.yaml stays as it is');
    expect(readFileSync(config(), 'utf8')).toBe(written);
  });
});

describe('names of events that are to be hostile', () => {
  const EVIL = '"li\'ke": {<b>|*x*}\u202e # !&';
  const LONG = 'z'.repeat(3000);

  it.each(['terminal', 'json', 'markdown'])('stand in the report of %s', async (reporter) => {
    await file('evil.csv', APART, EVIL);
    const { stdout, exitCode } = await run('suggest', 'evil.csv', '--reporter', reporter);
    expect(exitCode).toBe(0);
    if (reporter === 'json') {
      const { candidates, events } = JSON.parse(stdout) as {
        readonly candidates: Candidates;
        readonly events: { readonly names: readonly unknown[] };
      };
      expect(candidates.segments[0]?.rule).toBe(`did(${quotedCsv(EVIL)}, last 28 days)`);
      expect(events.names).toContainEqual(expect.objectContaining({ name: EVIL }));
      return;
    }
    expect(stdout).not.toContain('\u202e');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left, of data or of ours
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    if (reporter === 'markdown') expect(stdout).not.toContain('<b>');
    expect(stdout.replaceAll('\\', '')).toContain('did_li_ke_b_x');
  });

  it('are read back from the config file as they are; those that no rule can hold are in none', async () => {
    const name = await file('evil.csv', APART, EVIL);
    const { stdout } = await run('suggest', name, '--write');
    expect(stdout).not.toContain('\u202e');
    const { stdout: listed } = await run('list', name, 'did_li_ke_b_x', '--json');
    const { segments } = await candidatesOf(name, '--no-config');
    expect(listed.trimEnd().split('\n').length).toBe(segments[0]?.users);
    rmSync(config());
    for (const unfit of ['li\nke', 'li\u0007ke']) {
      const found = await candidatesOf(await file('unfit.csv', APART, unfit));
      expect(found.segments.map(({ rule }) => rule).join()).not.toContain('li');
    }
    const long = await candidatesOf(await file('long.csv', APART, LONG));
    expect(long.segments[0]?.name).toBe(`did_${'z'.repeat(24)}`);
    expect(existsSync(config())).toBe(false);
    const wide = await run('suggest', 'long.csv');
    expect(wide.exitCode).toBe(0);
  });

  it('are put into lists of the config file where they look like a way to leave, beside the known ones', async () => {
    // 40 who leave are never back; of 60 others who were there before the last 33 days all are.
    const leave = "le\"ft: [#x], 'y'";
    const rows = [
      ...Array.from({ length: 40 }, (_, n) => `g${n},${isoDay(10)} 10:00:00,open\ng${n},${isoDay(11)} 10:00:00,${quotedCsv(leave)}`),
      ...Array.from({ length: 60 }, (_, n) => `s${n},${isoDay(10)} 10:00:00,open\ns${n},${isoDay(90 + (n % 10))} 10:00:00,open`),
    ];
    writeFileSync(join(folder.path, 'leaving.csv'), `user_id,time,event\n${rows.join('\n')}\n`);
    expect((await run('suggest', 'leaving.csv', '--write')).exitCode).toBe(0);
    const text = readFileSync(config(), 'utf8');
    expect(text).toContain('churn_event: [uninstall, app_uninstalled');
    const { stdout } = await run('classify', 'leaving.csv', '--dry-run', '--json');
    const { segmentations } = JSON.parse(stdout) as {
      readonly segmentations: { readonly status: Readonly<Record<string, { readonly users: number }>> };
    };
    expect(segmentations.status['churned']?.users).toBeGreaterThanOrEqual(40);
    // Once it counts as leaving there is nothing more to say.
    expect((await run('suggest', 'leaving.csv', '--write')).stdout).toContain('stays as it is');
    writeFileSync(config(), 'churn_event: mine\n');
    const refused = await run('suggest', 'leaving.csv', '--write');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('segment.yaml sets churn_event to mine on line 1');
    expect(readFileSync(config(), 'utf8')).toBe('churn_event: mine\n');
    expect((await run('suggest', 'leaving.csv', '--write', '--force')).exitCode).toBe(0);
    expect(readFileSync(config(), 'utf8')).toMatch(/^churn_event: \[mine, /);
  });
});
