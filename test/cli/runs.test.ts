import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const HEAD = 'user_id,occurred_at,event\n';

let cwd = '';
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-runs-'));
  mkdirSync(join(cwd, 'in'));
  writeFileSync(
    join(cwd, 'segment.yaml'),
    'inputs: [in]\nout: out\nproof: false\nsegment_files: none\nsegments:\n  few: {where: "active_days <= 1"}\n',
  );
  night(1, 'ann,2026-06-01T08:00:00Z,login\nbob,2026-06-01T09:00:00Z,login\n');
  expect(await runCli(['run', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
  night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ncid,2026-06-02T10:00:00Z,login\n');
  expect(await runCli(['run', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
  night(4, 'dan,2026-06-04T09:00:00Z,login\nann,2026-06-04T09:00:00Z,login\n');
  expect(await runCli(['run', '--quiet', '--limit', 'status=churned max 0', '--set', 'new.days=7'], { cwd })).toMatchObject({
    exitCode: 1,
  });
  night(5, 'cid,2026-06-05T09:00:00Z,login\n');
  rmSync(join(cwd, 'in', 'day-1.csv'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function night(day: number, rows: string): void {
  writeFileSync(join(cwd, 'in', `day-${day}.csv`), HEAD + rows);
}

const runs = (...argv: string[]) => runCli(['runs', ...argv], { cwd });
const json = async (...argv: string[]) => JSON.parse((await runs(...argv, '--json')).stdout);

/** Every file with its bytes. */
function everything(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'latin1')]),
  );
}

/** The same history elsewhere, to be harmed. */
function copyOfHistory(name: string): string[] {
  for (const part of ['state', 'out']) cpSync(join(cwd, part), join(cwd, `${part}-${name}`), { recursive: true, verbatimSymlinks: true });
  return ['--state', `state-${name}`, '--out', `out-${name}`];
}

describe('segment runs', () => {
  it('lists runs, sizes over time with gaps, what is pending and health, and writes nothing while a run goes on', async () => {
    const owner = { segment: 'owner', pid: process.ppid, host: hostname(), boot_id: null, started: null, token: 'aa' };
    writeFileSync(join(cwd, 'state/.segment.lock'), `${JSON.stringify(owner)}\n`);
    const before = everything(cwd);
    const list = await json();
    const text = await runs();
    expect(everything(cwd)).toEqual(before);
    rmSync(join(cwd, 'state/.segment.lock'));
    expect(list.published).toBe('000002');
    expect(list.runs).toMatchObject([
      { run: '000001', as_of: '2026-06-01', verdict: 'holds', published: true, held: null, users: 2, rows: 2, problem: null },
      { run: '000002', as_of: '2026-06-02', verdict: 'holds', published: true, users: 3, rows: 4 },
      { run: '000003', as_of: '2026-06-04', verdict: 'regressed', published: false, held: 'check failed', users: 4, rows: 6 },
    ]);
    const line = (segment: string) => list.sizes.lines.find((one: { segment: string }) => one.segment === segment).users;
    // On 3 June nothing ran. ann and bob were there first; bob left on 2 June; cid came on 2 June and dan on 4 June.
    expect(line('occasional')).toEqual([2, 2, null, 3]);
    expect(line('churned')).toEqual([0, 1, null, 1]);
    // ann was active on a second day by 4 June: bob, cid and dan were on one.
    expect(line('few')).toEqual([2, 3, null, 3]);
    expect(list.pending).toEqual([
      { name: 'in/day-5.csv', change: 'new' },
      { name: 'in/day-1.csv', change: 'gone' },
    ]);
    expect(list.health).toEqual([{ level: 'note', text: `a run is going on (process ${process.ppid})` }]);
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    expect(text.stdout).toContain('000003  4 Jun');
    expect(text.stdout).toContain('held: check failed');
    expect(text.stdout).toMatch(/^occasional {4}▁▁ █ {6}2 {6}3 {3}\+50 %$/m);
    expect(text.stdout).toMatch(/The files of run 000003 are not published: its check failed\. Those of run\s+000002 stay\./);
  });

  it('tells by the clock when nothing runs any more, and by max_age when nothing newer comes', async () => {
    const { stdout } = await runCli(['runs', '--json'], { cwd, now: new Date('2026-07-04T12:00:00Z'), env: { SEGMENT_MAX_AGE: '7d' } });
    expect(JSON.parse(stdout).health.map(({ text }: { text: string }) => text)).toEqual([
      'the last run began 3 days ago',
      'the newest run is as of 2026-06-04, 30 days ago, and max_age is 7',
    ]);
  });

  it('shows everything of one run', async () => {
    const run = await json('show', 'last');
    expect(run).toMatchObject({
      run: '000003',
      total_rows: 6,
      settings: { 'set.new.days': '7', 'segment few': 'active_days <= 1' },
      inputs: { all: 3, loaded: 1, gone: 0 },
      // The set of 2 June is the one before it: ann and dan did not change status, nobody left.
      changes: { since_run: '000002', moved: 0, entered: 1, left: 0 },
      population_gaps: { p50: 30, p75: 60, p90: 120 },
    });
    expect(Object.keys(run.settings)).toHaveLength(2);
    expect(run.files.map(({ name }: { name: string }) => name)).toEqual(['in/day-1.csv', 'in/day-2.csv', 'in/day-4.csv']);
    expect(run.findings).toContainEqual(expect.objectContaining({ subject: 'status=churned', level: 'fail', seen: 1 }));
    expect((await runs('show', '2026-06-04')).stdout).toMatch(/fail {5}status=churned: 1 user; allowed at most 0/);
  });

  it('shows two runs side by side, and who moved as segment transitions of both folders does', async () => {
    const difference = await json('diff', '1', '2');
    expect(difference).toMatchObject({
      settings: [],
      files: { new: ['in/day-2.csv'], changed: [], gone: [], same: 1 },
      changes: { entered: 1, left: 0, moved: 1, stayed: 1 },
    });
    expect(difference.sizes).toContainEqual({ segmentation: 'status', segment: 'churned', before: 0, after: 1 });
    expect(difference.sizes).toContainEqual({ segmentation: 'rules', segment: 'few', before: 2, after: 3 });
    const folders = ['000001', '000002'].map((id) => `state/runs/${id}`);
    const { flows } = JSON.parse((await runCli(['transitions', ...folders, '--json', '--no-config'], { cwd })).stdout);
    expect(difference.flows).toEqual(flows);
    expect((await json('diff', 'last~1', 'last')).settings).toEqual([{ name: 'set.new.days', before: '14', after: '7' }]);
    expect((await runs('diff', '1', '2')).stdout).toContain('occasional');
  });

  it.each([
    ['unknown-question', 2, ['shwo', 'last'], 'Did you mean "show"?'],
    ['runs-words', 2, ['diff', '1'], 'takes two runs, the earlier one first, not 1'],
    ['runs-words', 2, ['verify', '1'], 'takes no run, not 1'],
    ['runs-not-in-order', 2, ['diff', '2', '1'], 'turn them round: 000001 and 000002'],
    ['runs-not-in-order', 2, ['diff', 'last', '3'], 'Both are run 000003'],
    ['run-unknown', 3, ['show', '9'], 'There is no run 9 among the 3 runs from 000001 (2026-06-01) to 000003 (2026-06-04)'],
    ['state-missing', 3, ['--state', 'elsewhere'], '--state elsewhere is no folder'],
    ['state-not-ours', 2, ['--state', 'in'], 'holds what no run wrote'],
  ])('refuses with [%s]', async (code, exitCode, argv, words) => {
    const refused = await runs(...argv);
    expect(refused).toMatchObject({ exitCode, stdout: '' });
    expect(refused.stderr).toContain(`[${code}]`);
    expect(refused.stderr).toContain(words);
  });
});

describe('segment runs verify', () => {
  it('ends in 0 where everything is as it was written', async () => {
    expect(await runs('verify')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/; all as it\s+was written\.\n$/),
    });
  });

  it('names everything that is not, and ends in 3; the list still shows what there is', async () => {
    const place = copyOfHistory('harmed');
    const path = (name: string): string => join(cwd, name);
    const flip = (name: string): void => writeFileSync(path(name), readFileSync(path(name)).fill(0, 40, 41));
    const stored = readdirSync(path('state-harmed/inputs'));
    flip('state-harmed/runs/000001/members.parquet');
    rmSync(path('state-harmed/runs/000002/run.json'));
    const manifest = path('state-harmed/runs/000003/manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"p75": 60', '"p75": 61'));
    flip(`state-harmed/inputs/${stored[0]}/events.parquet`);
    rmSync(path(`state-harmed/inputs/${stored[1]}`), { recursive: true });
    const [days = ''] = readdirSync(path('state-harmed/days'));
    flip(`state-harmed/days/${days}/days.parquet`);
    flip('out-harmed/sets/000002/members.csv');
    rmSync(path('out-harmed/current'));
    const { problems } = await json('verify', ...place);
    expect(
      problems
        .map(({ name, problem }: { name: string; problem: string }) => `${name}: ${problem.replace(/in\/day-\d/, 'in/day-N')}`)
        .sort(),
    ).toEqual(
      [
        'runs/000001/members.parquet: it is not as it was written',
        'runs/000002/run.json: it is missing',
        'runs/000003/manifest.json: it says another population_gaps than the rest of the run',
        `inputs/${stored[0]}: the kept events of in/day-N.csv are damaged`,
        `inputs/${stored[1]}: the kept events of in/day-N.csv are gone`,
        `days/${days}: the kept days are damaged`,
        'out-harmed/sets/000002/members.csv: it is not as it was written',
        'out-harmed/current: it leads nowhere: run 000002 is the published one',
      ].sort(),
    );
    expect(await runs('verify', ...place)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[state-not-whole]') });
    expect(await runs('diff', '1', '3', ...place)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[published-differs]') });
    expect(await runs('diff', '2', '3', ...place)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[run-damaged]') });
    // The files that count by their folders' presence alone.
    const { health } = await json(...place);
    expect(health.map(({ text }: { text: string }) => text.replace(/in\/day-\d/, 'in/day-N'))).toEqual([
      'run 000002 is damaged: run.json is missing',
      'the kept events of in/day-N.csv are gone',
      'out-harmed/current leads nowhere, and run 000002 is the published one: the next run puts it right',
    ]);
  });

  it('reads the history without its pointer, and says so where nothing is left to say it', async () => {
    const place = copyOfHistory('lost');
    rmSync(join(cwd, 'state-lost/current.json'));
    const { runs: listed, health } = await json(...place);
    expect(listed).toHaveLength(3);
    expect(health[0].text).toMatch(/it is gone; the history is taken from run 000003/);
    for (const id of ['000001', '000002', '000003']) rmSync(join(cwd, 'state-lost/runs', id, 'summary.json'));
    expect((await json(...place)).health[0].text).toBe(
      'state-lost/current.json is damaged (it is gone), and no run that is whole says what it was',
    );
    const { problems } = await json('verify', ...place);
    expect(problems.map(({ name }: { name: string }) => name)).toEqual([
      'current.json',
      ...['000001', '000002', '000003'].map((id) => `runs/${id}/summary.json`),
    ]);
  });
});

describe('segment runs prune', () => {
  it('shows what would go, then removes it and nothing else', async () => {
    const place = copyOfHistory('pruned');
    expect(await runCli(['run', '--quiet', ...place], { cwd })).toMatchObject({ exitCode: 0 });
    const before = everything(join(cwd, 'state-pruned'));
    const rule = ['--retain', 'runs=1,weekly=0'];
    // Run 4 of 5 June is published, and its entrants are those since run 2.
    const planned = await json('prune', ...place, ...rule, '--dry-run');
    expect(planned).toMatchObject({ dry_run: true, retain: { runs: 1, weekly: 0 }, kept: 2, orphans: [] });
    expect(planned.gone.map(({ run }: { run: string }) => run)).toEqual(['000001', '000003']);
    expect(everything(join(cwd, 'state-pruned'))).toEqual(before);
    const { gone } = await json('prune', ...place, ...rule);
    expect(gone).toEqual(planned.gone);
    expect(readdirSync(join(cwd, 'state-pruned/runs'))).toEqual(['000002', '000004']);
    expect(await runs('verify', ...place)).toMatchObject({ exitCode: 0 });
    expect((await runs('prune', ...place, ...rule)).stdout).toBe('0 runs went, 0 bytes; 2 runs stay (retain: runs 1, weekly 0).\n');
  });

  it('is done by a run that succeeds, and not by one whose check fails', async () => {
    const place = copyOfHistory('kept');
    const rule = ['--retain', 'runs=1,weekly=0'];
    expect(await runCli(['run', '--quiet', ...place, ...rule, '--limit', 'status=churned max 0'], { cwd })).toMatchObject({ exitCode: 1 });
    expect(readdirSync(join(cwd, 'state-kept/runs'))).toEqual(['000001', '000002', '000003', '000004']);
    expect(await runCli(['run', '--quiet', ...place, ...rule], { cwd })).toMatchObject({ exitCode: 0 });
    // The run of the same date before it is replaced in any case.
    expect(readdirSync(join(cwd, 'state-kept/runs'))).toEqual(['000002', '000005']);
  });
});
