import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { runCli } from '../support/run-cli.js';
import { zipArchive } from '../support/zip-archive.js';

const HEAD = 'user_id,occurred_at,event\n';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-run-'));
  mkdirSync(join(cwd, 'in'));
  writeFileSync(join(cwd, 'segment.yaml'), 'inputs: [in]\nout: out\nproof: false\nsegment_files: ids\n');
  night(1, 'ann,2026-06-01T08:00:00Z,login\nbob,2026-06-01T09:00:00Z,login\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function night(day: number, rows: string): void {
  writeFileSync(join(cwd, 'in', `day-${day}.csv`), HEAD + rows);
}

const run = (...argv: string[]) => runCli(['run', ...argv], { cwd });
const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
const pointer = () => JSON.parse(read('state/current.json'));

/** Cells of the published members by user. */
function members(...names: string[]): Record<string, string[]> {
  const [head = '', ...lines] = read('out/current/members.csv').trimEnd().split('\n');
  const columns = head.split(',');
  return Object.fromEntries(
    lines.map((line) => {
      const cells = line.split(',');
      return [cells[0] ?? '', names.map((name) => cells[columns.indexOf(name)] ?? '?')];
    }),
  );
}

describe('nights', () => {
  it('say since when somebody has been in a status, and who came and went', async () => {
    expect(await run('--quiet')).toMatchObject({ exitCode: 0, stdout: '' });
    // Nobody was seen in another status: since when is not known.
    expect(members('status', 'status_since', 'previous_status')).toEqual({ ann: ['occasional', '', ''], bob: ['occasional', '', ''] });
    expect(existsSync(join(cwd, 'out/current/entered'))).toBe(false);

    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ncid,2026-06-02T10:00:00Z,login\n');
    const second = JSON.parse((await run('--json')).stdout);
    expect(second.runs).toMatchObject([
      {
        run: '000002',
        as_of: '2026-06-02',
        verdict: 'holds',
        published: { folder: 'out' },
        users: 3,
        inputs: { all: 2, loaded: 1, gone: 0, skipped: 0 },
        changes: { since_run: '000001', since: '2026-06-01', moved: 1, entered: 1, left: 0 },
      },
    ]);
    expect(read('out/current/entered/status/churned.csv')).toBe('user_id,from_segment\nbob,occasional\n');
    expect(read('out/current/left/status/occasional.csv')).toBe('user_id,to_segment\nbob,churned\n');
    expect(read('out/current/entered/status/occasional.csv')).toBe('user_id,from_segment\ncid,\n');

    night(3, 'ann,2026-06-03T08:00:00Z,login\n');
    expect(await run('--quiet')).toMatchObject({ exitCode: 0 });
    expect(members('status', 'status_since', 'previous_status')).toEqual({
      ann: ['occasional', '', ''],
      bob: ['churned', '2026-06-02', 'occasional'],
      cid: ['occasional', '2026-06-02', ''],
    });
  });

  it('give the members of one classification of everything, but for the history', async () => {
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ncid,2026-06-02T10:00:00Z,login\n');
    await run('--quiet');
    expect(await runCli(['classify', 'in', '--out', 'once', '--no-proof', '--no-config', '--quiet'], { cwd })).toMatchObject({
      exitCode: 0,
    });
    const withoutHistory = read('out/current/members.csv').replaceAll(/,[^,]*,[^,\n]*$/gm, '');
    expect(withoutHistory).toBe(read('once/members.csv'));
    expect(read('out/current/summary.json')).toBe(read('once/summary.json'));
  });

  it('a night that is run again takes the place of itself', async () => {
    await run('--quiet');
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\n');
    await run('--quiet');
    const before = read('out/current/members.csv');
    await run('--quiet');
    expect(read('out/current/members.csv')).toBe(before);
    expect(pointer().runs.map(({ id, as_of }: { id: string; as_of: string }) => [id, as_of])).toEqual([
      ['000001', '2026-06-01'],
      ['000003', '2026-06-02'],
    ]);
    expect(readdirSync(join(cwd, 'state/runs')).sort()).toEqual(['000001', '000003']);
  });

  it('without anything new half a day later are stale', async () => {
    await run('--quiet');
    const later = await runCli(['run'], { cwd, now: new Date('2026-07-01T12:00:01Z') });
    expect(later).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^fail {5}stale export: the newest event is of 1 June 2026/),
    });
  });

  it('can be made again for past days, without touching what is published', async () => {
    night(3, 'ann,2026-06-02T08:00:00Z,login\nann,2026-06-03T08:00:00Z,login\n');
    await run('--quiet');
    const again = JSON.parse((await run('--from', '2026-06-01', '--to', '2026-06-02', '--json')).stdout);
    expect(again.runs).toMatchObject([
      { as_of: '2026-06-01', published: null, held: 'older than the published one' },
      { as_of: '2026-06-02', published: null, held: 'older than the published one' },
    ]);
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000001'));
    expect(await run('--to', '2026-06-02')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[run-to-without-from]') });
    expect(await run('--from', '2026-06-03', '--to', '2026-06-02')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[run-dates-reversed]'),
    });
  });
});

describe('a first run that comes to nothing', () => {
  it('leaves no folder that it made, and one that was there as it was', async () => {
    writeFileSync(join(cwd, 'in', 'day-1.csv'), 'nothing,of,use\n1,2,3\n');
    const far = ['--out', 'a/b/out', '--state', 'a/c/state'];
    expect(await run(...far)).toMatchObject({ exitCode: 3 });
    expect(readdirSync(cwd).sort()).toEqual(['in', 'segment.yaml']);
    expect(await run('--rfm', 'none.yaml')).toMatchObject({ exitCode: 2 });
    expect(readdirSync(cwd).sort()).toEqual(['in', 'segment.yaml']);
    mkdirSync(join(cwd, 'state'));
    expect(await run()).toMatchObject({ exitCode: 3 });
    expect(readdirSync(join(cwd, 'state'))).toEqual([]);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  it('keeps what it recorded when its check failed, and makes no folder for readers', async () => {
    expect(await run('--limit', 'status=churned min 1', '--quiet')).toMatchObject({ exitCode: 1 });
    expect(pointer()).toMatchObject({ published: null, runs: [{ verdict: 'regressed' }] });
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});

describe('what is published', () => {
  it('is one complete set behind a link, with latest.json within it', async () => {
    await run('--quiet');
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\n');
    await run('--quiet');
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000002'));
    expect(readlinkSync(join(cwd, 'out/latest.json'))).toBe(join('current', 'latest.json'));
    expect(await verifyOutputs(join(cwd, 'out/current'))).toEqual([]);
    const latest = JSON.parse(read('out/latest.json'));
    expect(latest).toMatchObject({ run: '000002', as_of: '2026-06-02', users: 2, sizes: { status: { churned: 1, occasional: 1 } } });
    const manifest = JSON.parse(read('out/current/manifest.json'));
    expect(latest.files.slice(0, -1)).toEqual(manifest.outputs);
  });

  it('stays when the check fails, which the history remembers', async () => {
    await run('--quiet');
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\n');
    const failed = await run('--limit', 'status=churned max 0');
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('NOT published') });
    expect(failed.stdout).toContain('status=churned');
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000001'));
    expect(readdirSync(join(cwd, 'out/sets'))).toEqual(['000001']);
    expect(pointer()).toMatchObject({ published: '000001', runs: [{ verdict: 'holds' }, { verdict: 'regressed', published: false }] });

    const accepted = await run('--limit', 'status=churned max 0', '--accept', 'a new rule');
    expect(accepted).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/accepted\s+\(a\s+new\s+rule\)/) });
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000003'));
    const { runs } = JSON.parse(read('state/runs/000003/baseline.json'));
    expect(runs.at(-1)).toMatchObject({ as_of: '2026-06-02', accepted: { reason: 'a new rule', subjects: ['status=churned'] } });

    expect(await run('--limit', 'status=churned max 0', '--publish', 'always', '--quiet')).toMatchObject({ exitCode: 1 });
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000004'));
  });

  it('is refused where the folder holds anything else', async () => {
    mkdirSync(join(cwd, 'out'));
    writeFileSync(join(cwd, 'out', 'theirs.txt'), 'x');
    expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[output-not-empty]') });
    rmSync(join(cwd, 'out'), { recursive: true });
    // Nothing was recorded.
    expect(existsSync(join(cwd, 'state'))).toBe(false);
    mkdirSync(join(cwd, 'state'));
    writeFileSync(join(cwd, 'state', 'theirs.txt'), 'x');
    expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[state-not-ours]') });
    expect(readdirSync(join(cwd, 'state'))).toEqual(['theirs.txt']);
  });
});

describe('a state folder that was harmed', () => {
  beforeEach(async () => {
    await run('--quiet');
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\n');
    await run('--quiet');
  });

  it.each([
    ['cut', (text: string): string => text.slice(0, 100)],
    ['empty', (): string => ''],
    ['with a flipped digit', (text: string): string => text.replace('"users":2', '"users":3')],
  ])('a pointer that is %s is taken from the newest whole run', async (_, harm) => {
    writeFileSync(join(cwd, 'state/current.json'), harm(read('state/current.json')));
    night(3, 'ann,2026-06-03T08:00:00Z,login\n');
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Put right: state\/current\.json: it.*\s+history\s+is\s+taken\s+from\s+run\s+000002/);
    expect(members('status_since').bob).toEqual(['2026-06-02']);
    expect(pointer().sequence).toBe(3);
  });

  it('a pointer that is gone too, where there is more than a first run', async () => {
    rmSync(join(cwd, 'state/current.json'));
    expect(await run()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Put right: state/current.json: it is gone') });
    expect(pointer().runs.map(({ id }: { id: string }) => id)).toEqual(['000001', '000003']);
  });

  it('a damaged run is passed over with a warning, never in silence', async () => {
    writeFileSync(join(cwd, 'state/runs/000002/baseline.json'), '{}');
    night(3, 'ann,2026-06-03T08:00:00Z,login\n');
    const { exitCode, stderr } = await run('--quiet');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('run 000002 is damaged (baseline.json is changed); the run before it is taken in its place [damaged_run]');
  });

  it('refuses where no published run is left to say in which status users were, though a later one is whole', async () => {
    night(3, 'ann,2026-06-03T08:00:00Z,login\n');
    expect(await run('--limit', 'status=occasional max 0')).toMatchObject({ exitCode: 1 });
    for (const id of ['000001', '000002']) rmSync(join(cwd, 'state/runs', id, 'members.parquet'));
    night(4, 'ann,2026-06-04T08:00:00Z,login\n');
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/runs is damaged \(run 000002 .*members\.parquet is missing.*run 000001 .*\[state-damaged\]/);
    expect(readlinkSync(join(cwd, 'out/current'))).toBe(join('sets', '000002'));
  });

  it('refuses when nothing whole is left, and a newer format untouched', async () => {
    for (const id of ['000001', '000002']) rmSync(join(cwd, 'state/runs', id, 'members.parquet'));
    expect(await run()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[state-damaged]') });
    const newer = read('state/current.json').replace('"format_version": 2', '"format_version": 3');
    writeFileSync(join(cwd, 'state/current.json'), newer);
    expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[state-newer]') });
    expect(read('state/current.json')).toBe(newer);
  });
});

describe('the files', () => {
  beforeEach(async () => {
    await run('--quiet');
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ncid,2026-06-02T10:00:00Z,login\n');
  });
  const inputs = async (...argv: string[]) => JSON.parse((await run('--json', ...argv)).stdout).runs[0].inputs;

  it('that are known are not loaded again, under whatever name; one that is gone keeps what it held', async () => {
    expect(await inputs()).toEqual({ all: 2, loaded: 1, gone: 0, skipped: 0 });
    writeFileSync(join(cwd, 'in', 'copy.csv'), readFileSync(join(cwd, 'in', 'day-1.csv')));
    expect(await inputs()).toEqual({ all: 2, loaded: 0, gone: 0, skipped: 0 });
    rmSync(join(cwd, 'in', 'day-1.csv'));
    expect(await inputs()).toEqual({ all: 2, loaded: 0, gone: 0, skipped: 0 });
    rmSync(join(cwd, 'in', 'copy.csv'));
    expect(await inputs()).toEqual({ all: 2, loaded: 0, gone: 1, skipped: 0 });
    expect(Object.keys(members('status'))).toEqual(['ann', 'bob', 'cid']);
  });

  it('one that is written anew replaces what it held', async () => {
    await run('--quiet');
    night(2, 'dan,2026-06-02T09:00:00Z,login\n');
    expect(await inputs()).toEqual({ all: 2, loaded: 1, gone: 0, skipped: 0 });
    expect(members('status')).toMatchObject({ bob: ['occasional'], dan: ['occasional'] });
    expect(Object.keys(members('status'))).toEqual(['ann', 'bob', 'dan']);
  });

  it('one of the same size and time of writing, with other bytes, is not taken for the one before', async () => {
    const path = join(cwd, 'in', 'day-2.csv');
    const longAgo = new Date('2026-06-03T00:00:00Z');
    // By this clock the file had rested for years when it was first seen.
    const later = (...argv: string[]) => runCli(['run', ...argv], { cwd, now: new Date('2036-01-01T00:00:00Z') });
    utimesSync(path, longAgo, longAgo);
    await later('--quiet');
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ndan,2026-06-02T10:00:00Z,login\n');
    utimesSync(path, longAgo, longAgo);
    await later('--quiet');
    expect(Object.keys(members('status'))).toEqual(['ann', 'bob', 'dan']);
  });

  it('are all loaded again by other settings of reading, and with columns of another kind', async () => {
    await run('--quiet');
    expect(await inputs('--timezone', 'Asia/Tokyo')).toEqual({ all: 2, loaded: 2, gone: 0, skipped: 0 });
    writeFileSync(join(cwd, 'in', 'day-3.csv'), 'user_id,occurred_at,event,revenue\nann,2026-06-03T08:00:00Z,purchase,5\n');
    expect(await inputs()).toEqual({ all: 3, loaded: 3, gone: 0, skipped: 0 });
    expect(members('monetary').ann).toEqual(['5.00']);
    rmSync(join(cwd, 'in', 'day-1.csv'));
    const refused = await run('--timezone', 'Asia/Tokyo');
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[state-inputs-gone]') });
    expect(refused.stderr).toContain('settings that say how files are read have changed');
    expect(refused.stderr).toContain('1 file that earlier runs read is gone: in/day-1.csv');
    expect(await run('--quiet')).toMatchObject({ exitCode: 0 });
  });

  it('what is kept of them is loaded again where it is damaged, and asked for where the file is gone', async () => {
    await run('--quiet');
    const stored = (): string => join(cwd, 'state/inputs', pointer().inputs[0].folder, 'events.parquet');
    writeFileSync(stored(), readFileSync(stored()).fill(0, 10, 20));
    // The days say all that statuses hang on; engagement is read from the events.
    expect(await inputs()).toEqual({ all: 2, loaded: 0, gone: 0, skipped: 0 });
    expect(await inputs('--by', 'engagement')).toEqual({ all: 2, loaded: 1, gone: 0, skipped: 0 });
    writeFileSync(stored(), readFileSync(stored()).subarray(0, 50));
    rmSync(join(cwd, 'in', 'day-1.csv'));
    expect(await run('--by', 'engagement')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[state-input-damaged]') });
  });

  it('in folders of days before --since are skipped, not gone, and known when they count again', async () => {
    mkdirSync(join(cwd, 'in', 'day=2026-05-25'));
    writeFileSync(join(cwd, 'in', 'day=2026-05-25', 'old.csv'), `${HEAD}eve,2026-05-25T08:00:00Z,login\n`);
    expect(await inputs()).toEqual({ all: 3, loaded: 2, gone: 0, skipped: 0 });
    const since = ['--since', '2026-05-30', '--no-proof'];
    expect(await inputs(...since)).toEqual({ all: 2, loaded: 0, gone: 0, skipped: 1 });
    await runCli(['classify', 'in', '--out', 'once', '--no-config', '--quiet', ...since], { cwd });
    expect(read('out/current/summary.json')).toBe(read('once/summary.json'));
    expect(JSON.parse((await run('--dry-run', '--json', ...since)).stdout)).toMatchObject({ skipped_files: 1, reasons: ['nothing new'] });
    // One that no run has read is skipped too.
    writeFileSync(join(cwd, 'in', 'day=2026-05-25', 'never.csv'), `${HEAD}fay,2026-05-25T08:00:00Z,login\n`);
    expect(await inputs(...since)).toEqual({ all: 2, loaded: 0, gone: 0, skipped: 2 });
    rmSync(join(cwd, 'in', 'day=2026-05-25', 'never.csv'));
    expect(await inputs()).toEqual({ all: 3, loaded: 0, gone: 0, skipped: 0 });
    expect(Object.keys(members('status'))).toEqual(['ann', 'bob', 'cid', 'eve']);
  });

  it('are loaded again when the users file has other columns that are asked for, and only then', async () => {
    writeFileSync(join(cwd, 'in', 'day-1.csv'), 'user_id,occurred_at,event,plan\nann,2026-06-01T08:00:00Z,login,free\n');
    const users = (head: string, ...rows: string[]): void => writeFileSync(join(cwd, 'users.csv'), `${[head, ...rows].join('\n')}\n`);
    const kept = ['--users', 'users.csv', '--keep', 'plan'];
    users('user_id,town', 'ann,Riga');
    expect(await inputs(...kept)).toMatchObject({ all: 2, loaded: 2 });
    users('user_id,town,age', 'ann,Oslo,7', 'bob,Rome,8');
    expect(await inputs(...kept)).toMatchObject({ all: 2, loaded: 0 });
    expect(members('plan').ann).toEqual(['free']);
    // Both have a column of the name now: classify asks which one is meant, and so does the job.
    users('user_id,plan', 'ann,pro');
    expect(await run(...kept)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[property-ambiguous]') });
    expect(await inputs('--users', 'users.csv', '--keep', 'users.plan')).toMatchObject({ all: 2, loaded: 2 });
    expect(members('users.plan').ann).toEqual(['pro']);
    users('user_id,plan', 'ann,team');
    expect(await inputs('--users', 'users.csv', '--keep', 'users.plan')).toMatchObject({ all: 2, loaded: 0 });
    expect(members('users.plan').ann).toEqual(['team']);
  });

  it('within an archive that changed are loaded again where they are others', async () => {
    rmSync(join(cwd, 'in'), { recursive: true });
    mkdirSync(join(cwd, 'zips'));
    const zip = (...days: (readonly [string, string])[]): void =>
      writeFileSync(join(cwd, 'zips', 'all.zip'), zipArchive(days.map(([name, rows]) => ({ name, content: HEAD + rows }))));
    const one = ['1.csv', 'ann,2026-06-01T08:00:00Z,login\n'] as const;
    const two = ['2.csv', 'bob,2026-06-02T08:00:00Z,login\n'] as const;
    const again = async (): Promise<Record<string, number>> => {
      expect(await run('zips', '--state', 'zip-state', '--quiet')).toMatchObject({ exitCode: 0 });
      const { inputs: ledger } = JSON.parse(read('zip-state/current.json'));
      return Object.fromEntries(
        ledger.map(({ member, folder }: { member: string; folder: string }) => [
          member,
          statSync(join(cwd, 'zip-state/inputs', folder, 'events.parquet')).mtimeMs,
        ]),
      );
    };
    rmSync(join(cwd, 'out'), { recursive: true });
    zip(one, two);
    const first = await again();
    zip(one, ['2.csv', 'bob,2026-06-02T08:00:00Z,uninstall\n'], ['3.csv', 'cid,2026-06-03T08:00:00Z,login\n']);
    const second = await again();
    expect(Object.keys(second)).toEqual(['1.csv', '2.csv', '3.csv']);
    expect(second['1.csv']).toBe(first['1.csv']);
    expect(second['2.csv']).not.toBe(first['2.csv']);
    expect(members('status')).toEqual({ ann: ['occasional'], bob: ['churned'], cid: ['occasional'] });
    zip(['3.csv', 'cid,2026-06-03T08:00:00Z,login\n'], ['new-name.csv', one[1]]);
    expect((await again())['new-name.csv']).toBe(first['1.csv']);
    expect(Object.keys(members('status'))).toEqual(['ann', 'cid']);
    await runCli(['classify', 'zips', '--out', 'once', '--no-proof', '--no-config', '--quiet'], { cwd });
    expect(read('out/current/members.csv').replaceAll(/,[^,]*,[^,\n]*$/gm, '')).toBe(read('once/members.csv'));
  });

  it('are no standard input', async () => {
    expect(await runCli(['run', '-'], { cwd, stdin: HEAD })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[run-stdin]') });
  });
});

describe('two at once', () => {
  it('the second one waits as long as it may, then names who holds the lock', async () => {
    mkdirSync(join(cwd, 'state'));
    const owner = {
      segment: 'owner',
      pid: process.ppid,
      host: (await import('node:os')).hostname(),
      boot_id: null,
      started: null,
      token: 'aa',
    };
    writeFileSync(join(cwd, 'state/.segment.lock'), `${JSON.stringify(owner)}\n`);
    expect(await run('--wait', '1s')).toMatchObject({
      exitCode: 4,
      stderr: `error: --state state: another run is writing there (process ${process.ppid}). [output-locked]\nhint: wait until it is done, for example with --wait 10m.\n`,
    });
    setTimeout(() => rmSync(join(cwd, 'state/.segment.lock')), 300);
    expect(await run('--wait', '30s', '--quiet')).toMatchObject({ exitCode: 0 });
  });
});
