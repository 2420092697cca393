import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';

const SHOP = readFileSync(fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url)), 'utf8');
const [HEADER = '', ...LINES] = SHOP.trimEnd().split('\n');
const TIME = HEADER.split(',').indexOf('timestamp');
const SINCE = '2026-03-01';

let cwd = '';
beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-since-')));
  write('shop.csv', SHOP);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(join(cwd, name)), { recursive: true });
  writeFileSync(join(cwd, name), content);
}

interface Summary {
  readonly as_of: string;
  readonly since?: string;
  readonly files_not_opened?: number;
  readonly history_days: number;
  readonly period: { readonly first: string };
  readonly rows: Readonly<Record<string, number>>;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

async function classify(
  ...argv: readonly string[]
): Promise<{ readonly members: string; readonly summary: Summary; readonly hash: string }> {
  const run = await runCli(['classify', ...argv, '--out', 'out'], { cwd });
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  const text = (name: string) => readFileSync(join(cwd, 'out', name), 'utf8');
  const summary = JSON.parse(text('summary.json')) as Summary;
  const { total = 0, ...parts } = summary.rows;
  expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(total);
  return { members: text('members.csv'), summary, hash: (JSON.parse(text('manifest.json')) as { settings_hash: string }).settings_hash };
}

const dayOf = (line: string) => (line.split(',')[TIME] ?? '').slice(0, 10);
const json = (line: string) => JSON.stringify(Object.fromEntries(line.split(',').map((cell, at) => [HEADER.split(',')[at], cell])));

describe('the members are those of a file without the earlier rows', () => {
  const later = LINES.filter((line) => dayOf(line) >= SINCE);

  it.each([
    ['shop.csv', SHOP],
    ['shop.jsonl', `${LINES.map(json).join('\n')}\n`],
  ])('%s', async (name, content) => {
    write(name, content);
    write('later.csv', `${[HEADER, ...later].join('\n')}\n`);
    const cut = await classify('later.csv');
    const since = await classify(name, '--since', SINCE);
    expect(since.members).toBe(cut.members);
    expect(since.summary.rows).toEqual({ ...cut.summary.rows, total: LINES.length, before_since: LINES.length - later.length });
    expect(since.summary).toMatchObject({ since: SINCE, files_not_opened: 0, history_days: cut.summary.history_days });
    expect(since.hash).not.toBe(cut.hash);
  });

  it('the printed script leaves them out as well', async () => {
    const { members } = await classify('shop.csv', '--since', SINCE);
    const { stdout } = await runCli(['sql', 'shop.csv', '--since', SINCE], { cwd });
    const rows = (await runScript(stdout, cwd)).map((row) => `${String(row['user_id'])},${String(row['status'])}`).sort();
    expect(rows).toEqual(
      members
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(0, 2).join(','))
        .sort(),
    );
    expect(rows.length).toBeGreaterThan(100);
  });

  it('folders of earlier days are not even opened, and the rest is the same', async () => {
    const days = new Map<string, string[]>();
    for (const line of LINES) days.set(dayOf(line), [...(days.get(dayOf(line)) ?? []), line]);
    for (const [day, lines] of days) write(`parts/dt=${day}/part.csv`, `${[HEADER, ...lines].join('\n')}\n`);
    // Three days before the first that counts; with the zone of the folders unknown, the two after it are read and filtered.
    write('parts/dt=2026-02-26/damaged.csv', '<html>no events</html>');
    const flat = await classify('shop.csv', '--since', SINCE);
    const parts = await classify('parts', '--since', SINCE);
    expect(parts.members).toBe(flat.members);
    const skipped = [...days.keys()].filter((day) => day < '2026-02-27').length;
    expect(parts.summary.files_not_opened).toBe(skipped + 1);
    expect(skipped).toBeGreaterThan(100);
    expect(parts.summary.rows['before_since']).toBe(LINES.filter((line) => dayOf(line) >= '2026-02-27' && dayOf(line) < SINCE).length);
    const { stdout } = await runCli(['classify', 'parts', '--since', SINCE, '--dry-run'], { cwd, columns: 160 });
    expect(stdout).toContain(`before since. ${skipped + 1} files of earlier days were not opened.`);
    expect(await runCli(['classify', 'parts', '--dry-run'], { cwd })).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[html-page]'),
    });
  });
});

describe('what counts', () => {
  it('days are those of the report zone', async () => {
    // 22:30 UTC on 31 May is 00:30 on 1 June in Berlin.
    write('zones.csv', 'user_id,time,event\na,2026-05-31T21:59:59Z,x\nb,2026-05-31T22:30:00Z,x\nc,2026-06-02T00:00:00Z,x\n');
    const berlin = await classify('zones.csv', '--since', '2026-06-01', '--timezone', 'Europe/Berlin');
    expect(berlin.members.split('\n').map((line) => line.split(',')[0])).toEqual(['user_id', 'b', 'c', '']);
    const utc = await classify('zones.csv', '--since', '2026-06-01');
    expect(utc.members.split('\n').map((line) => line.split(',')[0])).toEqual(['user_id', 'c', '']);
  });

  it('sessions and active days of engagement begin there too', async () => {
    // Three days before it, one after: one active day is at most two, so casual; with the earlier ones a would be regular.
    const days = ['01', '02', '03', '20'].map((day) => `a,2024-06-${day}T10:00:00,view\n`);
    write('window.csv', `user_id,time,event\n${days.join('')}b,2024-06-20T10:00:00,view\n`);
    const argv = ['window.csv', '--by', 'engagement', '--since', '2024-06-10'];
    const { members } = await classify(...argv);
    const lines = members
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(lines.map((cells) => [cells[0], cells.at(-1)])).toEqual([
      ['user_id', 'engagement'],
      ['a', 'casual'],
      ['b', 'casual'],
    ]);
    const { stdout } = await runCli(['sql', ...argv], { cwd });
    expect((await runScript(stdout, cwd)).map(({ engagement }) => engagement)).toEqual(['casual', 'casual']);
  });

  it('each row is one thing: rejected, without a user, before, after, duplicate or used', async () => {
    const rows = [
      'e1,a,2026-05-30,x', // before
      'e1,a,2026-06-02,x', // used: what repeats its id does not count
      'e2,a,2026-06-03,x', // used
      'e2,a,2026-06-03,x', // duplicate
      'e3,a,2026-05-01,x', // before
      'e3,a,2026-05-01,x', // before, too: no duplicate
      ',b,2026-05-31,x', // before
      ',,2026-05-31,x', // without a user
      ',b,never,x', // rejected
      ',b,2026-06-05,x', // after
      ',b,2026-06-01,x', // used: the day itself counts
    ];
    write('all.csv', `event_id,user_id,time,event\n${rows.join('\n')}\n`);
    const { summary } = await classify('all.csv', '--since', '2026-06-01', '--as-of', '2026-06-04');
    expect(summary.rows).toEqual({ total: 11, used: 3, rejected: 1, duplicate: 1, after_as_of: 1, before_since: 4, without_user: 1 });
    // 1 to 4 June.
    expect(summary).toMatchObject({ history_days: 4, period: { first: '2026-06-01' } });
    expect(summary.warnings.map(({ code }) => code)).toContain('before_since');
  });

  it('a short history switches the same rules off, and a warning says who may look new', async () => {
    const { summary } = await classify('shop.csv', '--since', '2026-06-20');
    // 20 to 30 June: 11 days.
    expect(summary.history_days).toBe(11);
    expect(summary).toMatchObject({ rules_off: [{ status: 'new' }, { status: 'loyal' }, { status: 'churned' }] });
    expect(summary.warnings.filter(({ code }) => code === 'before_since')).toEqual([
      { code: 'before_since', message: expect.stringMatching(/^history begins at 2026-06-20.*may count as new$/) },
    ]);
  });

  it('nothing before it: no warning, and every other number as without it', async () => {
    const plain = await classify('shop.csv');
    const since = await classify('shop.csv', '--since', '2020-01-01');
    expect(since.members).toBe(plain.members);
    expect(since.summary.warnings).toEqual(plain.summary.warnings);
    expect(plain.summary).not.toHaveProperty('since');
    expect(plain.summary.rows).not.toHaveProperty('before_since');
  });

  it('a config file says it, too', async () => {
    write('config/segment.yaml', `inputs: ../shop.csv\nsince: ${SINCE}\n`);
    const { stdout } = await runCli(['classify', '--config', 'config/segment.yaml', '--dry-run', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ since: SINCE });
  });
});

describe('refused', () => {
  it.each<[string, readonly string[], string, number]>([
    ['a day that is none', ['shop.csv', '--since', '2026-02-30'], 'bad-option-value', 2],
    ['a day after --as-of', ['shop.csv', '--since', '2026-03-02', '--as-of', SINCE], 'since-after-as-of', 2],
    ['no row so late', ['shop.csv', '--since', '2026-08-01'], 'nobody-before-as-of', 3],
    ['no folder so late', ['late', '--since', '2026-08-01'], 'no-files-since', 3],
  ])('%s', async (_, argv, code, exitCode) => {
    write('late/year=2026/month=05/part.csv', SHOP);
    const run = await runCli(['classify', ...argv, '--dry-run'], { cwd });
    expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringContaining(`[${code}]`)]);
  });

  it('says how many rows lie before', async () => {
    const { stderr } = await runCli(['classify', 'shop.csv', '--since', '2026-08-01', '--dry-run'], { cwd });
    expect(stderr).toContain(`Nobody is left: of 5,441 rows, 5,441 lie before 2026-08-01.`);
  });

  it('explain of somebody who was there before alone', async () => {
    write('two.csv', 'user_id,time,event\nold,2026-05-01,x\nnew,2026-06-02,x\n');
    const { stderr, exitCode } = await runCli(['explain', 'two.csv', '--since', '2026-06-01', '--user', 'old'], { cwd });
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('none of the 1 user has this id since 2026-06-01')]);
  });
});
