import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunOptions, runCli } from '../support/run-cli.js';

const CASES = fileURLToPath(new URL('../cases/check/', import.meta.url));
const EVENTS = readFileSync(join(CASES, '0001-holds', 'files', 'events.csv'), 'utf8');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-check-'));
  writeFileSync(join(cwd, 'events.csv'), EVENTS);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const run = (argv: readonly string[], options: RunOptions = {}) => runCli(argv, { cwd, ...options });
const check = (...argv: string[]) => run(['check', ...argv]);
const baseline = () => JSON.parse(readFileSync(join(cwd, 'segments.baseline.json'), 'utf8'));
const takeBaseline = (slug: string): void =>
  cpSync(join(CASES, slug, 'files', 'segments.baseline.json'), join(cwd, 'segments.baseline.json'));

describe('what is checked', () => {
  it('an output folder, its summary or its members are the run they are of', async () => {
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    const [ofExport] = baseline().runs;
    expect((await run(['classify', 'events.csv', '--out', 'out', '--format', 'parquet', '--quiet'])).exitCode).toBe(0);
    for (const path of ['out', 'out/summary.json', 'out/members.parquet', 'out/manifest.json']) {
      rmSync(join(cwd, 'segments.baseline.json'));
      expect(await check(path, '--update')).toMatchObject({ exitCode: 0, stderr: '' });
      const [ofFolder] = baseline().runs;
      // Events are not counted in a summary; how files are written is no definition.
      expect(ofFolder).toEqual({ ...ofExport, health: { ...ofExport.health, events: null } });
    }
  });

  it('refuses a folder that is not whole, not ours, newer, or named with what it was not made with', async () => {
    expect((await run(['classify', 'events.csv', '--out', 'out', '--quiet'])).exitCode).toBe(0);
    expect(await check('out', '--set', 'new.days=7')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[checked-run-settings]'),
    });
    expect(await check('out', 'events.csv')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[checked-with-others]') });
    writeFileSync(join(cwd, 'out', 'members.csv'), 'user_id\n');
    expect(await check('out')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('members.csv is changed. [published-differs]'),
    });
    const manifest = JSON.parse(readFileSync(join(cwd, 'out', 'manifest.json'), 'utf8'));
    writeFileSync(join(cwd, 'out', 'manifest.json'), JSON.stringify({ ...manifest, format_version: 9 }));
    expect(await check('out')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[published-newer]') });
    rmSync(join(cwd, 'out', 'manifest.json'));
    expect(await check('out/summary.json')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('it has no manifest.json. [published-not-ours]'),
    });
  });

  it('csv, jsonl and a pipe give the same run', async () => {
    const [head = '', ...lines] = EVENTS.trimEnd().split('\n');
    const names = head.split(',');
    const objects = lines.map((line) =>
      JSON.stringify(Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell === '' ? null : cell]))),
    );
    writeFileSync(join(cwd, 'events.jsonl'), `${objects.join('\n')}\n`);
    const results = await Promise.all([check('events.csv', '--json'), check('events.jsonl', '--json')]);
    const [csv, jsonl] = results.map(({ stdout }) => JSON.parse(stdout));
    expect(jsonl).toEqual(csv);
    expect(csv).toMatchObject({ users: 100, rows: { used: 201 } });
  });
});

describe('the baseline', () => {
  it('keeps out what is off, and counts it run by run', async () => {
    takeBaseline('0002-regression');
    const before = baseline();
    expect(await check('events.csv', '--for', '2', '--update')).toMatchObject({ exitCode: 0 });
    expect(baseline()).toEqual({
      ...before,
      failing: { as_of: '2026-06-30', subjects: { 'status=occasional': 1, 'status=reactivated': 1 } },
    });
    // The same night once more is the same run.
    expect(await check('events.csv', '--for', '2', '--update')).toMatchObject({ exitCode: 0 });
    const later = `${EVENTS}u000,login,2026-07-01T08:00:00Z,\n`;
    writeFileSync(join(cwd, 'events.csv'), later);
    expect(await check('events.csv', '--for', '2', '--update')).toMatchObject({ exitCode: 1 });
    expect(baseline()).toEqual({
      ...before,
      failing: { as_of: '2026-07-01', subjects: { 'status=occasional': 2, 'status=reactivated': 2 } },
    });
    expect(await check('events.csv', '--accept', 'a campaign')).toMatchObject({ exitCode: 0 });
    expect(baseline().runs.at(-1)).toMatchObject({
      as_of: '2026-07-01',
      accepted: { reason: 'a campaign', subjects: ['status=occasional', 'status=reactivated'] },
    });
    expect(baseline().failing).toBeNull();
  });

  it('--warn-as-error fails at once', async () => {
    takeBaseline('0002-regression');
    expect(await check('events.csv', '--for', '2', '--warn-as-error')).toMatchObject({ exitCode: 1 });
  });

  it('--exclude-date leaves runs out', async () => {
    takeBaseline('0002-regression');
    const dates = Array.from({ length: 9 }, (_, day) => ['--exclude-date', `2026-06-${21 + day}`]).flat();
    expect(await check('events.csv', ...dates, '--json')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"runs": 0') });
    expect((await check('events.csv', '--exclude-date', '2026-06-31')).exitCode).toBe(2);
  });

  it('limits stand in the config file too', async () => {
    writeFileSync(join(cwd, 'segment.yaml'), 'size_limit:\n  - status=occasional max 10\n  - status=active share 0..0.5\nfor: 1\n');
    expect(await check('events.csv')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('status=occasional: 75 users; allowed at most 10'),
    });
    expect((await run(['config'])).stdout).toContain('size_limit');
  });

  it('is written whole, where a link leads, and nothing is left beside it', async () => {
    mkdirSync(join(cwd, 'kept'));
    writeFileSync(join(cwd, 'kept', 'b.json'), '{"format_version":1,"failing":null,"definitions":{},"runs":[]}');
    symlinkSync(join('kept', 'b.json'), join(cwd, 'segments.baseline.json'));
    expect((await check('events.csv', '--update')).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, 'kept', 'b.json'), 'utf8')).runs).toHaveLength(1);
    expect(readdirSync(join(cwd, 'kept'))).toEqual(['b.json']);
  });

  it('says where it cannot be read or written', async () => {
    mkdirSync(join(cwd, 'folder'));
    expect(await check('events.csv', '--baseline', 'folder')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[baseline-unreadable]'),
    });
    expect(await check('events.csv', '--baseline', 'absent/b.json', '--update')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('[baseline-unwritable]'),
    });
    expect(existsSync(join(cwd, 'absent'))).toBe(false);
  });

  it('in CI it is written with --force alone', async () => {
    for (const argv of [['--update'], ['--accept', 'because']]) {
      const refused = await run(['check', 'events.csv', ...argv], { env: { CI: 'true' } });
      expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[baseline-in-ci]') });
    }
    expect((await run(['check', 'events.csv'], { env: { CI: 'true' } })).exitCode).toBe(0);
    expect((await run(['check', 'events.csv', '--update', '--force'], { env: { CI: 'true' } })).exitCode).toBe(0);
    expect(baseline().runs).toHaveLength(1);
  });
});

describe('the summary of a job', () => {
  it('is added to what stands there, whatever the reporter', async () => {
    const path = join(cwd, 'step.md');
    writeFileSync(path, 'before\n');
    const { exitCode, stdout } = await run(['check', 'events.csv', '--reporter', 'github'], { env: { GITHUB_STEP_SUMMARY: path } });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('##');
    expect(readFileSync(path, 'utf8')).toMatch(/^before\n## segment check\n/);
  });

  it('changes no verdict when it cannot be written', async () => {
    const { exitCode, stderr } = await run(['check', 'events.csv', '--limit', 'status=occasional max 1'], {
      env: { GITHUB_STEP_SUMMARY: cwd },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("$GITHUB_STEP_SUMMARY can't be written");
  });
});
