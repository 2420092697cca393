import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { STATUSES } from '../../src/segmentation/status/status.js';
import { runCompare } from '../analysis/compare/run-compare.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { saltedDrawOf } from '../support/salted-draw.js';

type Row = Readonly<Record<string, string>>;

const HEADER = 'user_id,event,timestamp,revenue,order_id';
const USERS = Array.from({ length: 200 }, (_, index) => `u${index}`);
const CAMPAIGN = '2026-05-01';
const HOLDOUT = ['--holdout', '30%', '--salt', 'may'];
/** md5("may:<id>") below 0.3 of 2^32. */
const isHeldOut = (id: string, salt = 'may'): boolean => saltedDrawOf(salt, id) < 0.3 * 2 ** 32;

/** Everybody visits every Thursday from January to March; half of them until the end of April. */
function visits(): string[] {
  return USERS.flatMap((id, index) => {
    const weeks = index % 2 === 0 ? 13 : 17;
    return Array.from({ length: weeks }, (_, week) => {
      const day = new Date(Date.UTC(2026, 0, 1 + 7 * week, 10)).toISOString();
      return `${id},visit,${day},,`;
    });
  });
}

let folder: ReturnType<typeof makeRunFolder>;
let moves: Row[];
beforeAll(async () => {
  folder = makeRunFolder();
  writeFileSync(join(folder.path, 'events.csv'), `${[HEADER, ...visits()].join('\n')}\n`);
  const run = await transitions('--out', 'moves', ...HOLDOUT);
  expect(run).toMatchObject({ exitCode: 0 });
  moves = rowsOf('moves', 'moves.csv');
});
afterAll(() => folder.remove());

const transitions = (...argv: string[]): ReturnType<typeof runCli> =>
  runCli(['transitions', 'events.csv', '--from', '2026-03-26', '--to', '2026-04-19', ...argv], { cwd: folder.path });
const rowsOf = (...path: string[]): Row[] => parse(readFileSync(join(folder.path, ...path)), { columns: true });
const idsOf = (...path: string[]): string[] => rowsOf(...path).map((row) => row['user_id'] ?? '');

describe('--holdout of transitions', () => {
  it('marks everybody in moves.csv by the salt and the id alone', () => {
    expect(moves).toHaveLength(USERS.length);
    for (const { user_id: id = '', holdout } of moves) expect(holdout, id).toBe(String(isHeldOut(id)));
  });

  it('stays out of entered, not of left, and evaluate has everybody who entered', async () => {
    // Idle for 24 days with gaps of 7: dormant after max(2 · 7, 7, 14) days, churned after max(4 · 7, 7, 30).
    const entrants = USERS.filter((_, index) => index % 2 === 0).sort();
    expect(idsOf('moves', 'evaluate', 'dormant.csv')).toEqual(entrants);
    expect(idsOf('moves', 'entered', 'dormant.csv')).toEqual(entrants.filter((id) => !isHeldOut(id)));
    expect(idsOf('moves', 'entered', 'dormant.csv').length).toBeLessThan(entrants.length);
    for (const { name } of STATUSES) {
      const evaluated = rowsOf('moves', 'evaluate', `${name}.csv`);
      const moved = moves.filter((row) => row['to_segment'] === name && ['entered', 'moved'].includes(row['change'] ?? ''));
      expect(
        evaluated.map((row) => [row['user_id'], row['holdout']]),
        name,
      ).toEqual(moved.map((row) => [row['user_id'], row['holdout']]));
      const left = moves.filter((row) => row['from_segment'] === name && ['left', 'moved'].includes(row['change'] ?? ''));
      expect(idsOf('moves', 'left', `${name}.csv`), name).toEqual(left.map((row) => row['user_id']));
    }
    expect(await verifyOutputs(join(folder.path, 'moves'))).toEqual([]);
  });

  it('is counted in summary.json and said on the terminal', async () => {
    const summary = JSON.parse(readFileSync(join(folder.path, 'moves', 'summary.json'), 'utf8')) as Record<string, unknown>;
    const entrants = moves.filter(({ change }) => change === 'moved');
    const heldOut = entrants.filter(({ holdout }) => holdout === 'true').length;
    expect(entrants).toHaveLength(100);
    expect(summary['holdout']).toMatchObject({
      planned_share: 0.3,
      salt: 'may',
      entrants: 100,
      held_out: heldOut,
      segments: { dormant: { entrants: 100, held_out: heldOut }, loyal: { entrants: 0, held_out: 0 } },
    });
    const { stdout } = await transitions(...HOLDOUT);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `Holdout by the salt "may": ${heldOut} of 100 who entered a segment stay out of entered/, ${heldOut}.00 % of them for 30.00 % planned`,
    );
  });

  it('changes nothing when it is not asked for', async () => {
    expect(await transitions('--out', 'plain')).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(folder.path, 'plain')).sort()).toEqual([
      '.gitignore',
      'entered',
      'left',
      'manifest.json',
      'moves.csv',
      'summary.json',
    ]);
    expect(rowsOf('plain', 'moves.csv')).toEqual(moves.map(({ holdout: _holdout, ...row }) => row));
    expect(idsOf('plain', 'entered', 'dormant.csv')).toEqual(idsOf('moves', 'evaluate', 'dormant.csv'));
    const hash = (name: string): unknown => JSON.parse(readFileSync(join(folder.path, name, 'manifest.json'), 'utf8'))['settings_hash'];
    expect(hash('plain')).not.toBe(hash('moves'));
  });

  it('is the same between two folders of segment classify', async () => {
    for (const day of ['2026-03-26', '2026-04-19'])
      expect(await runCli(['classify', 'events.csv', '--as-of', day, '--out', day], { cwd: folder.path })).toMatchObject({ exitCode: 0 });
    const run = (...argv: string[]): ReturnType<typeof runCli> =>
      runCli(['transitions', '2026-03-26', '2026-04-19', ...argv], { cwd: folder.path });
    expect(await run('--out', 'between', ...HOLDOUT)).toMatchObject({ exitCode: 0 });
    expect(rowsOf('between', 'moves.csv').map((row) => [row['user_id'], row['holdout']])).toEqual(
      moves.map((row) => [row['user_id'], row['holdout']]),
    );
    for (const name of ['entered', 'evaluate'])
      expect(rowsOf('between', name, 'dormant.csv'), name).toEqual(rowsOf('moves', name, 'dormant.csv'));
    const of = async (...argv: string[]): Promise<Record<string, unknown>> => JSON.parse((await run(...argv, '--json')).stdout);
    const [one, other, none] = [await of(...HOLDOUT), await of('--holdout', '30%', '--salt', 'june'), await of()];
    expect(one['holdout']).toEqual(JSON.parse(readFileSync(join(folder.path, 'moves', 'summary.json'), 'utf8'))['holdout']);
    expect(new Set([one, other, none].map((run) => run['settings_hash'])).size).toBe(3);
    expect(none).not.toHaveProperty('holdout');
  });

  it.each([
    [['--holdout', '10%'], 'missing-option'],
    [['--salt', 'x'], 'option-without'],
    [['--holdout', '0%', '--salt', 'x'], 'bad-option-value'],
    [['--holdout', '100%', '--salt', 'x'], 'bad-option-value'],
    [['--holdout', '0.1.2', '--salt', 'x'], 'bad-option-value'],
  ])('refuses %j', async (argv, code) => {
    const { stderr, exitCode } = await transitions(...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`[${code}]`);
  });
});

describe('compare --by holdout, weeks later', () => {
  const path = (name: string): string => join(folder.path, name);
  const later = (...argv: string[]): ReturnType<typeof runCompare> =>
    runCompare([path('later.csv'), '--only', path('moves/evaluate/dormant.csv'), '--landmark', CAMPAIGN, ...argv]);
  const entrants = USERS.filter((_, index) => index % 2 === 0);
  const treated = entrants.filter((id) => !isHeldOut(id));

  beforeAll(() => {
    // Whoever got the mail orders for 10.00 in May, but one, who uninstalls; who did not, does nothing. All had ordered once before.
    const before = entrants.map((id) => `${id},purchase,2026-04-30T12:00:00Z,99.00,early-${id}`);
    const [gone, ...buyers] = treated;
    const after = buyers.map((id) => `${id},purchase,2026-05-10T12:00:00Z,10.00,late-${id}`);
    const events = [HEADER, ...visits(), ...before, ...after, `${gone},app_uninstalled,2026-04-30T13:00:00Z,,`];
    writeFileSync(path('later.csv'), `${events.join('\n')}\n`);
  });

  it('compares those who were sent the mail with those held out, from the day of the mail on', async () => {
    const { json, metric, codes } = await later('--by', 'holdout', ...HOLDOUT);
    const [t, h] = [treated.length, entrants.length - treated.length];
    expect(json.groups).toMatchObject([
      { name: 'treated', users: t },
      { name: 'holdout', users: h },
    ]);
    expect(json.users_left_out).toBe(0);
    expect(metric('buyers')).toMatchObject({ a: { n: t }, b: { n: h, value: 0 }, verdict: 'higher' });
    expect(metric('buyers').a.value).toBeCloseTo((t - 1) / t, 9);
    expect(metric('revenue_per_user').a.value).toBeCloseTo((10 * (t - 1)) / t, 9);
    expect(metric('revenue_per_user').b.value).toBe(0);
    // What returned in the weeks after somebody came first was before the mail.
    expect(json.comparisons[0]?.metrics.map(({ metric: name }) => name)).not.toContain('returned_week_1');
    expect(json.sample_ratio?.p).toBeGreaterThan(0.001);
    expect(codes).not.toContain('sample_ratio');
    expect(codes).not.toContain('immortal_time');
  });

  it('finds nothing with the salt of another campaign, and warns of shares that were not used', async () => {
    const other = await later('--by', 'holdout', '--holdout', '30%', '--salt', 'june');
    const control = entrants.filter((id) => isHeldOut(id, 'june'));
    expect(other.json.groups).toMatchObject([{ users: entrants.length - control.length }, { users: control.length }]);
    expect(other.metric('buyers').verdict).toBe('no clear difference');
    const sizes = await runCompare([
      path('later.csv'),
      '--by',
      'holdout',
      '--holdout',
      '30%',
      '--salt',
      'may',
      '--only',
      path('moves/entered/dormant.csv'),
    ]);
    // Nobody of the file that was sent is held out: there is nothing to compare with.
    expect(sizes.exitCode).toBe(3);
    expect(sizes.stderr).toContain('[compare-one-group]');
  });

  it('compares the arms of segment split, each with a reference or all with the rest', async () => {
    const run = await later('--by', 'arm', '--arms', 'control:30,mail:70', '--salt', 'may', '--reference', 'control');
    // The first 30 % are the same as a holdout of 30 %.
    expect(run.json.comparisons).toMatchObject([
      { a: { name: 'mail', users: treated.length }, b: { name: 'control', users: entrants.length - treated.length } },
    ]);
    expect(run.metric('buyers').a.value).toBeCloseTo((treated.length - 1) / treated.length, 9);
    expect(run.metric('buyers').b.value).toBe(0);
  });

  it.each([
    [['--by', 'holdout', '--holdout', '30%'], 2, 'missing-option'],
    [['--by', 'holdout', '--salt', 'may'], 2, 'missing-option'],
    [['--by', 'arm', '--salt', 'may'], 2, 'missing-option'],
    [['--by', 'paying', '--salt', 'may'], 2, 'option-without'],
    [['--by', 'paying', '--holdout', '30%'], 2, 'option-without'],
    [['--a', 'status=new', '--arms', 'a,b'], 2, 'option-without'],
    [['--by', 'holdout', '--holdout', '30%', '--arms', 'a,b', '--salt', 'may'], 2, 'options-contradict'],
    [['--by', 'arm', '--arms', 'a,b', '--salt', 'may', '--reference', 'c'], 2, 'compare-unknown-segment'],
    [['--by', 'paying', '--landmark', '2027-01-01'], 3, 'landmark-after-as-of'],
  ])('refuses %j', async (argv, exitCode, code) => {
    const run = await runCompare([path('later.csv'), ...argv]);
    expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringContaining(`[${code}]`)]);
  });
});
