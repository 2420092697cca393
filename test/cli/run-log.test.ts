import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InterruptSignal, interruptState } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';
import { LOG_PHASES } from '../../src/report/run/log-lines.js';
import { silentIo } from '../support/silent-io.js';
import { spawnCli } from '../support/spawn-cli.js';

const HEAD = 'user_id,occurred_at,event\n';
const KEYS = ['time', 'level', 'run', 'phase', 'rows', 'seconds', 'code', 'message'];
const WORK = LOG_PHASES.slice(0, -2);

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-log-'));
  mkdirSync(join(cwd, 'in'));
  writeFileSync(join(cwd, 'segment.yaml'), 'inputs: [in]\nout: out\nproof: false\nsegment_files: none\nlog: json\n');
  night(1, 'ann,2026-06-01T08:00:00Z,login\nbob,2026-06-01T09:00:00Z,login\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function night(day: number, rows: string): void {
  writeFileSync(join(cwd, 'in', `day-${day}.csv`), HEAD + rows);
}

interface Line {
  readonly time: string;
  readonly level: string;
  readonly run: string | null;
  readonly phase: string;
  readonly rows: number | null;
  readonly seconds: number | null;
  readonly code: string | null;
  readonly message: string;
  readonly hint?: string;
  readonly exit_code?: number;
}

/** One run by a clock that goes on by 7 ms whenever somebody looks at it; `signal` comes as soon as `at` was written. */
async function run(argv: readonly string[], { signal, at }: { signal?: InterruptSignal; at?: string } = {}) {
  let clock = Date.parse('2026-06-03T02:00:00Z');
  const written = { stdout: '', stderr: '' };
  let isSent = false;
  const interrupts = interruptState((code) => {
    throw new Error(`ended at once with ${code}`);
  });
  const stream = (name: 'stdout' | 'stderr') => ({
    ...silentIo().stdout,
    write(text: string) {
      written[name] += text;
      if (isSent || signal === undefined || at === undefined || !text.includes(at)) return;
      isSent = true;
      interrupts.raise(signal);
    },
  });
  const exitCode = await main(['run', ...argv], {
    ...silentIo(cwd),
    ...interrupts,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: () => {
      clock += 7;
      return new Date(clock);
    },
  });
  return { ...written, exitCode };
}

/** The lines of a log; each is one JSON object with the same keys. */
function linesOf(stderr: string): Line[] {
  expect(stderr).toMatch(/\n$/);
  const lines: Line[] = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const line of lines) {
    expect(Object.keys(line).slice(0, KEYS.length)).toEqual(KEYS);
    expect(new Date(line.time).toISOString()).toBe(line.time);
    expect(LOG_PHASES).toContain(line.phase);
  }
  return lines;
}

const milliseconds = (lines: readonly Line[]): number => lines.reduce((sum, { seconds }) => sum + Math.round((seconds ?? 0) * 1000), 0);

describe('the log for machines', () => {
  it('has a line for each phase in order, whose seconds add up, and nothing else is written', async () => {
    const first = await run(['--progress', 'plain', '--verbose']);
    expect(first).toMatchObject({ exitCode: 0, stdout: '' });
    const phases = linesOf(first.stderr).filter(({ seconds }) => seconds !== null);
    expect(phases.map(({ phase }) => phase)).toEqual([...WORK, 'done']);
    expect(milliseconds(phases.slice(0, -1))).toBe(milliseconds(phases.slice(-1)));
    // Nobody knows its number before the state is read.
    expect(phases.map((line) => line.run)).toEqual([null, ...Array(phases.length - 1).fill('000001')]);
    expect(phases.find(({ phase }) => phase === 'load')).toMatchObject({ rows: 2, message: '1 file loaded, 1 file in all' });
    const warnings = linesOf(first.stderr).filter(({ level }) => level === 'warning');
    expect(warnings.map(({ code }) => code)).toEqual(['short_history', 'no_cadence', 'mostly_single_day', 'collapsed_edges']);

    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ncid,2026-06-02T10:00:00Z,login\n');
    const second = await run(['--json']);
    expect(JSON.parse(second.stdout).runs).toHaveLength(1);
    expect(linesOf(second.stderr).at(-1)).toMatchObject({
      level: 'info',
      run: '000002',
      phase: 'done',
      rows: 4,
      message: expect.stringMatching(
        /^Run 000002, as of 2 June 2026: 3 users from 2 files \(1 loaded\); since 1 June 2026 1 in another status, 1 came/,
      ),
    });
  });

  it('tells what is off with its numbers, and that nothing was published', async () => {
    await run([]);
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\n');
    const { exitCode, stderr } = await run(['--limit', 'status=churned max 0']);
    const lines = linesOf(stderr);
    expect(exitCode).toBe(1);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', phase: 'check', code: 'off', message: 'status=churned: 1 user; allowed at most 0' }),
    );
    expect(lines.find(({ phase, seconds }) => phase === 'publish' && seconds !== null)?.message).toBe('held: check failed');
    expect(lines.at(-1)).toMatchObject({ level: 'error', phase: 'failed', code: 'check-failed', exit_code: 1, rows: 3 });
    expect(lines.at(-1)?.message).toContain('NOT published');
    const accepted = await run(['--limit', 'status=churned max 0', '--accept', 'meant']);
    expect(linesOf(accepted.stderr)).toContainEqual(expect.objectContaining({ level: 'warning', phase: 'check', code: 'off' }));
    expect(linesOf(accepted.stderr).at(-1)).toMatchObject({ phase: 'done' });
  });

  it('ends with what went wrong, also before the job begins', async () => {
    const endOf = async (...argv: string[]) => {
      const { stderr, exitCode, stdout } = await run(argv);
      const lines = linesOf(stderr);
      expect(stdout).toBe('');
      expect(lines.at(-1)).toMatchObject({ level: 'error', phase: 'failed', exit_code: exitCode });
      expect(milliseconds(lines.slice(0, -1))).toBe(milliseconds(lines.slice(-1)));
      return lines.slice(-2);
    };
    expect(await endOf('--keep', 'a,a=b')).toMatchObject([{ level: 'error' }, {}]);
    expect(await endOf('--log', 'json', '--bogus')).toMatchObject([
      { level: 'error', phase: 'lock', code: 'unknown-option', message: expect.stringContaining('--bogus') },
      { code: 'unknown-option', exit_code: 2 },
    ]);
    expect(await endOf('nowhere.csv')).toMatchObject([{ phase: 'find', code: 'input-not-found', run: '000001' }, { exit_code: 3 }]);
    mkdirSync(join(cwd, 'state'), { recursive: true });
    const owner = { segment: 'owner', pid: process.ppid, host: hostname(), boot_id: null, started: null, token: 'aa' };
    writeFileSync(join(cwd, 'state/.segment.lock'), `${JSON.stringify(owner)}\n`);
    expect(await endOf()).toMatchObject([
      { phase: 'lock', code: 'output-locked', run: null, hint: expect.stringContaining('--wait') },
      { code: 'output-locked', exit_code: 4 },
    ]);
    rmSync(join(cwd, 'state/.segment.lock'));
    // What the file says of the log counts although the rest of it is wrong only together with the flags.
    expect(await endOf('--wait', 'soon')).toMatchObject([{ code: 'bad-option-value' }, { exit_code: 2 }]);
    writeFileSync(join(cwd, 'segment.yaml'), 'inputs: [in]\nlogs: json\n');
    expect(await endOf('--log', 'json')).toMatchObject([{ code: 'config-problems' }, { exit_code: 2 }]);
  });

  it.each(['lock', 'load', 'check', 'record'])('a signal after %s leaves its two lines', async (at) => {
    const { stderr, exitCode } = await run([], { signal: 'SIGTERM', at: `"phase":"${at}"` });
    const lines = linesOf(stderr);
    expect(exitCode).toBe(143);
    expect(lines.slice(-2)).toMatchObject([
      { level: 'error', code: 'interrupted', message: 'stopped by SIGTERM' },
      { phase: 'failed', code: 'interrupted', exit_code: 143 },
    ]);
    expect(milliseconds(lines.slice(0, -1))).toBe(milliseconds(lines.slice(-1)));
  });

  it('a process that gets a signal writes nothing else either', async () => {
    const { stderr, stdout, exitCode } = await spawnCli(['run'], {
      cwd,
      meanwhile: (child) => child.stderr?.once('data', () => child.kill('SIGTERM')),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 143, stdout: '' });
    expect(linesOf(stderr).at(-1)).toMatchObject({ phase: 'failed', code: 'interrupted', exit_code: 143 });
  });
});

describe('the log for people', () => {
  it('has the same lines, and on a good night in quiet only warnings', async () => {
    const { stdout, stderr } = await run(['--log', 'text']);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^2026-06-03T02:00:0\dZ (000001 )?[a-z]+: \S/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^2026-06-03T02:00:00Z 000001 load: 1 file loaded, 1 file in all; 2 rows, 0\.\d s$/),
    );
    expect(lines.at(-1)).toMatch(/ 000001 done: Run 000001, as of 1 June 2026: 2 users from 1 file .*; 2 rows, 0\.\d s$/);
    const quiet = await run(['--log', 'text', '--quiet']);
    expect(
      quiet.stderr
        .trimEnd()
        .split('\n')
        .every((line) => line.includes(': warning: ')),
    ).toBe(true);
    const failed = await run(['--log', 'text', '--quiet', '--limit', 'status=occasional max 0']);
    expect(failed.stderr).toContain(' check: error: status=occasional: 2 users; allowed at most 0 [off]\n');
    expect(failed.stderr).toMatch(/ failed: error: Run .* \[check-failed\]; 2 rows, 0\.\d s, exit code 1\n$/);
  });
});
