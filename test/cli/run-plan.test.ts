import { createHash } from 'node:crypto';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const HEAD = 'user_id,occurred_at,event\n';
const CONFIG = 'inputs: [in]\nout: out\nproof: false\nsegment_files: none\n';
const LONG_AGO = new Date('2026-06-03T00:00:00Z');

let root = '';
/** Two nights: 1 June of ann and bob, 2 June of bob, and what can be done to a copy of them. */
let nights = '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'segment-plan-'));
  nights = join(root, 'nights');
  mkdirSync(join(nights, 'in'), { recursive: true });
  writeFileSync(join(nights, 'segment.yaml'), CONFIG);
  write(nights, 'day-2026-06-01.csv', 'ann,2026-06-01T08:00:00Z,login\nbob,2026-06-01T09:00:00Z,login\n');
  await runCli(['run', '--quiet'], { cwd: nights });
  write(nights, '20260602.csv', 'bob,2026-06-02T09:00:00Z,uninstall\n');
  await runCli(['run', '--quiet'], { cwd: nights });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(cwd: string, name: string, rows: string): void {
  writeFileSync(join(cwd, 'in', name), HEAD + rows);
}

let copies = 0;
function copyOfNights(): string {
  copies += 1;
  const cwd = join(root, `copy-${copies}`);
  cpSync(nights, cwd, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return cwd;
}

/** Every entry below a folder with what it holds or leads to and when it changed. */
function tree(cwd: string): string[] {
  const entries = readdirSync(cwd, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const what = entry.isSymbolicLink()
        ? readlinkSync(path)
        : entry.isFile()
          ? createHash('sha256').update(readFileSync(path)).digest('hex')
          : '/';
      const { mtimeMs, ctimeMs, mode } = lstatSync(path);
      return [path, what, mtimeMs, ctimeMs, mode].join(' ');
    })
    .sort();
}

/** What a plan says; looking leaves no trace, neither here nor among temporary files. */
async function plan(cwd: string, ...argv: string[]) {
  const before = tree(cwd);
  const result = await runCli(['run', '--dry-run', ...argv], { cwd });
  expect(tree(cwd)).toEqual(before);
  return result;
}
const planned = async (cwd: string, ...argv: string[]) => JSON.parse((await plan(cwd, '--json', ...argv)).stdout);

describe('a plan', () => {
  it('of the first run makes no folder, and the run then does what it says', async () => {
    const cwd = join(root, 'first');
    mkdirSync(join(cwd, 'in'), { recursive: true });
    writeFileSync(join(cwd, 'segment.yaml'), CONFIG);
    write(cwd, 'day-1.csv', 'ann,2026-06-01T08:00:00Z,login\n');
    const result = await plan(cwd);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).toContain('State       state: no run yet, this is the first.\nFiles       1 file, 57 bytes: 1 new.\n');
    expect(result.stdout).toContain('  new: in/day-1.csv, 57 bytes, days not known before it is read\n');
    expect(readdirSync(cwd).sort()).toEqual(['in', 'segment.yaml']);
    expect(await planned(cwd)).toMatchObject({
      last_run: null,
      reasons: ['first run'],
      dates: [{ as_of: null, run: '000001', replaces: null, recorded_only: false }],
      publish: { folder: 'out', when: 'unless-failed', judged_by_runs: 0, current: null },
      removed: { runs: [], sets: [], files: [], leftovers: [] },
    });
  });

  it('of nothing new takes the place of the night before', async () => {
    const cwd = copyOfNights();
    // They rest: nothing has been written anew.
    const { dates, reasons, removed, changed_definitions, publish } = await planned(cwd);
    expect(reasons).toEqual(['nothing new']);
    expect(dates).toMatchObject([{ as_of: '2026-06-02', as_of_chosen: 'newest event', replaces: '000002' }]);
    expect(changed_definitions).toEqual([]);
    expect(publish).toMatchObject({ judged_by_runs: 2, current: { run: '000002', as_of: '2026-06-02' } });
    expect((await plan(cwd)).stdout).toContain(
      'As of       2 June 2026, still the day of the newest plausible event, in place\n            of run 000002.\n',
    );
    await runCli(['run', '--quiet'], { cwd });
    const { runs } = JSON.parse(readFileSync(join(cwd, 'state/current.json'), 'utf8'));
    expect(['000001', '000002'].filter((id) => !runs.some((run: { id: string }) => run.id === id))).toEqual(removed.runs);
    expect(readdirSync(join(cwd, 'out/sets'))).toEqual(['000001', '000002', '000003'].filter((id) => !removed.sets.includes(id)));
  });

  it('names the settings of reading and the definitions that changed, and past dates with the runs they replace', async () => {
    const cwd = copyOfNights();
    const other = await planned(
      cwd,
      '--timezone',
      'Asia/Tokyo',
      '--churn-event',
      'uninstall',
      '--churn-event',
      'bye',
      '--set',
      'new.days=20',
    );
    expect(other.reasons).toEqual(['other settings of reading']);
    expect(other.changed_reading).toEqual([
      { name: 'churn_event', before: null, after: 'uninstall, bye' },
      { name: 'timezone', before: 'UTC', after: 'Asia/Tokyo' },
    ]);
    expect(other.changed_definitions).toContainEqual({ name: 'set.new.days', before: '14', after: '20' });
    expect(other.files.every(({ load }: { load: boolean }) => load)).toBe(true);

    const segments = await planned(cwd, '--segment', 'busy: frequency >= 1');
    expect(segments.changed_definitions).toEqual([{ name: 'segments.busy', before: null, after: 'frequency >= 1' }]);
    expect(segments.reasons).toEqual(['nothing new']);

    const days = await planned(cwd, '--from', '2026-06-01', '--to', '2026-06-03');
    expect(days.dates).toMatchObject([
      { as_of: '2026-06-01', run: '000003', replaces: '000001', recorded_only: true },
      { as_of: '2026-06-02', run: '000004', replaces: '000002', recorded_only: false },
      { as_of: '2026-06-03', run: '000005', replaces: null, recorded_only: false },
    ]);
    expect(days.removed).toMatchObject({ runs: ['000001', '000002'], sets: ['000001', '000002'] });
  });

  it('while a run is going on is given with a warning, and takes its making for no leftover', async () => {
    const cwd = copyOfNights();
    mkdirSync(join(cwd, 'state/runs/000003'));
    expect((await planned(cwd)).removed.leftovers).toEqual([join('runs', '000003')]);
    const owner = { segment: 'owner', pid: process.ppid, host: hostname(), boot_id: null, started: null, token: 'aa' };
    writeFileSync(join(cwd, 'state/.segment.lock'), `${JSON.stringify(owner)}\n`);
    const { exitCode, stdout, stderr } = await plan(cwd, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).removed.leftovers).toEqual([]);
    expect(stderr).toMatch(/^warning: a run is going on in state \(process \d+ on .*\[run_going_on\]\n$/);
  });

  it('fails as the run would', async () => {
    const cwd = copyOfNights();
    rmSync(join(cwd, 'in/day-2026-06-01.csv'));
    expect(await plan(cwd, '--timezone', 'Asia/Tokyo')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[state-inputs-gone]'),
    });
    expect(await plan(cwd, '--out', 'in/out')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[output-inside-input]') });
    writeFileSync(join(cwd, 'state/theirs.txt'), 'x');
    expect(await plan(cwd)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[state-not-ours]') });
    rmSync(join(cwd, 'state/theirs.txt'));
    writeFileSync(join(cwd, 'out/theirs.txt'), 'x');
    expect(await plan(cwd)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[output-not-empty]') });
  });

  it('tells new, changed, touched, same, gone, damaged and known files, with the days they reach into', async () => {
    // Paths are part of what is known: a copy elsewhere has other files.
    const cwd = nights;
    mkdirSync(join(cwd, 'in/day=2026-06-05'));
    write(cwd, 'day=2026-06-05/part.csv', 'cid,2026-06-05T09:00:00Z,login\n');
    // What is kept of it says 2 June, as its name does; the new content speaks of the 4th.
    write(cwd, '20260602.csv', 'bob,2026-06-04T09:00:00Z,uninstall\n');
    write(cwd, 'again.csv', 'cid,2026-06-05T09:00:00Z,login\n');
    utimesSync(join(cwd, 'in/day-2026-06-01.csv'), LONG_AGO, LONG_AGO);
    const { files, reasons, removed, dates } = await planned(cwd);
    const june2 = { first: '2026-06-02', last: '2026-06-02', by: ['name', 'kept'] };
    expect(files.map(({ name, state, load, same_as, days }: Record<string, unknown>) => [name, state, load, same_as, days])).toEqual([
      ['in/20260602.csv', 'changed', true, null, june2],
      ['in/again.csv', 'new', true, null, null],
      ['in/day-2026-06-01.csv', 'touched', false, null, null],
      ['in/day=2026-06-05/part.csv', 'same', false, 'in/again.csv', null],
    ]);
    expect(reasons).toEqual(['new files']);
    expect(removed.files).toEqual(['in/20260602.csv']);
    expect(dates).toEqual([{ as_of: null, as_of_chosen: 'newest event', run: '000003', replaces: null, recorded_only: false }]);

    rmSync(join(cwd, 'in/again.csv'));
    rmSync(join(cwd, 'in/20260602.csv'));
    const { inputs } = JSON.parse(readFileSync(join(cwd, 'state/current.json'), 'utf8'));
    const kept = join(cwd, 'state/inputs', inputs.find(({ name }: { name: string }) => name.includes('06-01')).folder, 'input.json');
    writeFileSync(kept, readFileSync(kept).fill(0, 10, 20));
    const later = await planned(cwd);
    expect(later.files).toMatchObject([
      { name: 'in/20260602.csv', state: 'gone', load: false },
      { name: 'in/day-2026-06-01.csv', state: 'damaged', load: true, days: { first: '2026-06-01', last: '2026-06-01' } },
      { name: 'in/day=2026-06-05/part.csv', state: 'new', load: true, days: { first: '2026-06-05', last: '2026-06-05', by: ['folder'] } },
    ]);
    expect(later.reasons).toEqual(['new files', 'damaged']);
  });
});
