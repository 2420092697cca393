import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClassifyRun, classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const folder = makeRunFolder();
afterAll(() => folder.remove());

type Row = readonly [user: string, at: string, plan: string];

interface Sizes {
  readonly [segment: string]: { readonly users: number; readonly share: number; readonly revenue: string };
}

let runs = 0;
/** Classifies rows with a column `plan` by it. */
async function classify(rows: readonly Row[], flags: readonly string[] = []): Promise<ClassifyRun & { readonly out: string }> {
  runs += 1;
  const path = join(folder.path, `${runs}.csv`);
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map(([user, at, plan]) => `${quoted(user)},${at},view,${quoted(plan)}`);
  writeFileSync(path, `${['user_id,occurred_at,event,plan', ...lines].join('\n')}\n`);
  const out = join(folder.path, `out-${runs}`);
  const run = await classifyOnce([path, '--by', 'property:plan', '--as-of', '2024-06-30', ...flags], out);
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return Object.assign(run, { out });
}

function planOf(run: ClassifyRun): Record<string, string> {
  return Object.fromEntries(run.members.map((member) => [member['user_id'] ?? '', member['property:plan'] ?? '']));
}

function sizesOf({ stdout }: ClassifyRun, name = 'property:plan'): Sizes {
  const { segmentations } = JSON.parse(stdout) as { segmentations: Record<string, Sizes> };
  const sizes = segmentations[name];
  if (sizes === undefined) throw new Error(`no ${name}`);
  return sizes;
}

function usersOf(sizes: Sizes): [string, number][] {
  return Object.entries(sizes).map(([segment, { users }]) => [segment, users]);
}

const NOON = '2024-06-01 12:00:00';

describe('--by property:<column>', () => {
  it('takes the latest value that is not empty, of equally late ones the greatest bytewise', async () => {
    const run = await classify([
      ['later', NOON, 'pro'],
      ['later', '2024-06-02', 'free'],
      ['empty later', NOON, 'pro'],
      ['empty later', '2024-06-02', ''],
      ['tie', NOON, 'B'],
      ['tie', NOON, 'a'],
      ['tie', NOON, 'é'],
      ['never', NOON, ''],
      ['after the as-of day', NOON, 'pro'],
      ['after the as-of day', '2024-07-01', 'free'],
    ]);
    // é is C3 A9 in UTF-8, above all of ASCII; a above B.
    expect(planOf(run)).toEqual({ later: 'free', 'empty later': 'pro', tie: 'é', never: 'unknown', 'after the as-of day': 'pro' });
  });

  it('folds rare values into other: the most frequent stay, of equally frequent ones the first bytewise', async () => {
    const run = await classify(
      [...'aab']
        .map((plan, index): Row => [`1-${index}`, NOON, plan])
        .concat([...'ZyyZx'].map((plan, index): Row => [`2-${index}`, NOON, plan])),
      ['--max-values', '2'],
    );
    // a, Z and y have two users each, and Z < a < y.
    expect(usersOf(sizesOf(run))).toEqual([
      ['Z', 2],
      ['a', 2],
      ['other', 4],
      ['unknown', 0],
    ]);
  });

  it('keeps values that are called other or unknown apart from its own segments', async () => {
    const run = await classify(
      [
        ['1', NOON, 'other'],
        ['2', NOON, 'other'],
        ['3', NOON, 'unknown'],
        ['4', NOON, 'unknown'],
        ['5', NOON, 'other (value)'],
        ['6', NOON, 'other (value)'],
        ['7', NOON, 'rare'],
        ['8', NOON, ''],
        ['9', NOON, 'Other'],
        ['10', NOON, 'Other'],
      ],
      ['--max-values', '4'],
    );
    expect(planOf(run)).toEqual({
      '1': 'other (value)',
      '2': 'other (value)',
      '3': 'unknown (value)',
      '4': 'unknown (value)',
      '5': 'other (value) (value)',
      '6': 'other (value) (value)',
      '7': 'other',
      '8': 'unknown',
      '9': 'Other',
      '10': 'Other',
    });
  });

  it('puts every user into one segment, as the summary and the files count them', async () => {
    const values = [
      'pro',
      'team',
      'a/b',
      '..',
      'con',
      '',
      "=cmd|' /C calc'!A0",
      '__proto__',
      'constructor',
      '7',
      '\u001b[31mred',
      'line\nbreak',
      'x'.repeat(20_000),
      '\u{1f600}',
      ' pad ',
    ];
    const rows = values.flatMap((plan, index) => Array.from({ length: index + 1 }, (_, user): Row => [`${index}-${user}`, NOON, plan]));
    const run = await classify(rows, ['--files', 'all']);
    const plans = planOf(run);
    for (const [index, plan] of values.entries()) expect(plans[`${index}-0`]).toBe(plan === '' ? 'unknown' : plan);
    const sizes = sizesOf(run);
    // 1 + 2 + … + 15
    expect(Object.values(sizes).reduce((sum, { users }) => sum + users, 0)).toBe(120);
    expect(Object.keys(sizes).length).toBe(values.length + 1);
    for (const [index, plan] of values.entries())
      expect(Object.entries(sizes).find(([name]) => name === (plan || 'unknown'))?.[1].users).toBe(index + 1);
    const [place] = readdirSync(run.out).filter((name) => name.startsWith('property-plan-'));
    const files = readdirSync(join(run.out, place ?? ''));
    expect(files.length).toBe(values.length + 1);
    for (const name of files) expect(name).toMatch(/^[a-z0-9][a-z0-9._-]*\.csv$/);
    const ids = files.flatMap((name) =>
      parse(readFileSync(join(run.out, place ?? '', name)), { columns: true }).map((row) => (row as { user_id: string }).user_id),
    );
    expect(ids.toSorted()).toEqual(Object.keys(plans).toSorted());
  });

  it('shows values as text that no terminal obeys', async () => {
    const path = join(folder.path, 'hostile.csv');
    writeFileSync(path, `user_id,occurred_at,event,plan\n1,${NOON},view,"\u001b[2J\u202eevil\nline"\n2,${NOON},view,${'w'.repeat(500)}\n`);
    for (const width of [40, 80, 160]) {
      const { stdout, exitCode } = await runCli(['classify', path, '--by', 'property:plan', '--dry-run'], {
        isTty: true,
        columns: width,
        env: { NO_COLOR: '1' },
      });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('By property:plan');
      expect(stdout).toContain('\\x1b[2J');
      expect(stdout).not.toContain('\u001b[2J');
      expect(stdout).not.toContain('\u202e');
      expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(width);
    }
  });

  it('folds ten thousand values, and holds the rest apart from them', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index): Row => [`u${index}`, NOON, `v${String(index).padStart(5, '0')}`]);
    const run = await classify([...rows, ['x', NOON, 'v00003']]);
    const sizes = usersOf(sizesOf(run));
    expect(sizes.slice(0, 3)).toEqual([
      ['v00003', 2],
      ['v00000', 1],
      ['v00001', 1],
    ]);
    // 20 values are segments: v00003 and the 19 first of the others.
    expect(sizes.length).toBe(22);
    expect(sizes.find(([name]) => name === 'other')?.[1]).toBe(9_980);
  });

  it('reads fields of JSON, several columns at once, and stands between the fixed and the kept columns', async () => {
    const path = join(folder.path, 'nested.jsonl');
    const event = (user: string, plan: string, country: string): string =>
      JSON.stringify({ user_id: user, timestamp: '2024-06-01T12:00:00Z', event: 'view', properties: { plan, country } });
    writeFileSync(path, `${[event('1', 'pro', 'DE'), event('2', 'free', 'DE')].join('\n')}\n`);
    const out = join(folder.path, 'out-nested');
    const run = await classifyOnce(
      [path, '--by', 'property:properties.plan, property:properties.country', '--keep', 'properties.plan'],
      out,
    );
    expect(usersOf(sizesOf(run, 'property:properties.plan'))).toEqual([
      ['free', 1],
      ['pro', 1],
      ['other', 0],
      ['unknown', 0],
    ]);
    const [header = ''] = readFileSync(join(out, 'members.csv'), 'utf8').split('\n');
    expect(header.endsWith(',churned_after_days,property:properties.plan,property:properties.country,properties.plan')).toBe(true);
    expect(
      run.members.map((member) => [member['property:properties.plan'], member['property:properties.country'], member['properties.plan']]),
    ).toEqual([
      ['pro', 'DE', 'pro'],
      ['free', 'DE', 'free'],
    ]);
  });

  it('refuses a column that is not there, names that are one column, and what is no way to segment', async () => {
    const path = join(folder.path, 'refused.csv');
    writeFileSync(path, `user_id,occurred_at,event,plan,Plan\n1,${NOON},view,a,b\n`);
    const run = async (...flags: string[]): Promise<string> => (await runCli(['classify', path, '--dry-run', ...flags])).stderr;
    expect(await run('--by', 'property:plam')).toMatch(/--by.*plam[\s\S]*\[column-unknown\]/);
    expect(await run('--by', 'property:plan,property:Plan')).toContain('[by-alike]');
    expect(await run('--by', 'engagement', '--keep', 'Engagement')).toContain('[keep-taken]');
    expect(await run('--by', 'plan')).toMatch(/engagement, first_match, or property:[\s\S]*\[bad-option-value\]/);
    expect(await run('--by', 'property:')).toContain('[bad-option-value]');
  });
});

describe('--plan-column', () => {
  const rows: readonly Row[] = [
    ['pro', NOON, 'Pro'],
    ['free', NOON, ' FREE '],
    ['none', NOON, ''],
    ['trial', NOON, 'Trialing'],
    ['downgraded', NOON, 'pro'],
    ['downgraded', '2024-06-02', 'free'],
    ['blank', NOON, '  '],
    ['odd', NOON, 'basic'],
  ];

  it('is paid by any value that is in no list, and says which they were', async () => {
    const run = await classify(rows, ['--plan-column', 'plan']);
    expect(Object.fromEntries(run.members.map((member) => [member['user_id'], member['paying']]))).toEqual({
      pro: 'paid',
      free: 'free',
      none: 'free',
      trial: 'trial',
      downgraded: 'free',
      blank: 'free',
      odd: 'paid',
    });
    expect(run.summary.warnings.find(({ code }) => code === 'plan_values')?.message).toBe(
      'paid by the column "plan": "Pro" (1), "basic" (1); trial: "Trialing" (1); free: "  " (1), " FREE " (1), "free" (1); --free-plan and --trial-plan name the values that are not paid',
    );
  });

  it('takes other lists', async () => {
    const run = await classify(rows, ['--plan-column', 'plan', '--free-plan', 'basic, free', '--trial-plan', 'PRO']);
    expect(Object.fromEntries(run.members.map((member) => [member['user_id'], member['paying']]))).toMatchObject({
      pro: 'trial',
      free: 'free',
      trial: 'paid',
      odd: 'free',
    });
  });
});

describe('--window', () => {
  it('is how far back visitor looks', async () => {
    const rows: readonly Row[] = [
      ['today', '2024-06-30', ''],
      ['seventh day', '2024-06-24', ''],
      ['eighth day', '2024-06-23', ''],
      ['old', '2024-01-01', ''],
      ['old', '2024-06-30', ''],
    ];
    const visitorOf = async (flags: readonly string[]): Promise<Record<string, string | undefined>> =>
      Object.fromEntries((await classify(rows, flags)).members.map((member) => [member['user_id'] ?? '', member['visitor']]));
    expect(await visitorOf([])).toEqual({ today: 'new', 'seventh day': 'new', 'eighth day': 'new', old: 'returning' });
    expect(await visitorOf(['--window', '7'])).toEqual({ today: 'new', 'seventh day': 'new', 'eighth day': '', old: 'returning' });
  });
});
