import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../src/cli/read-settings.js';
import { runNightly } from '../../src/cli/run-nightly.js';
import { FILE_OPERATIONS } from '../../src/membership/publish/file-operations.js';
import { noticeText } from '../../src/report/run/notice.js';
import type { RunResult } from '../../src/state/run-result.js';
import { runCli } from '../support/run-cli.js';
import { silentIo } from '../support/silent-io.js';

const HEAD = 'user_id,occurred_at,event\n';
const NOW = new Date('2026-06-03T02:00:00Z');

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-notify-'));
  mkdirSync(join(cwd, 'in'));
  mkdirSync(join(cwd, 'notes'));
  writeFileSync(
    join(cwd, 'segment.yaml'),
    'inputs: [in]\nout: out\nproof: false\nsegment_files: none\nnotify_file: notes/last.md\nsegments:\n  twice: {where: "active_days >= 2", goal: thank}\n',
  );
  night(1, 'ann,2026-06-01T08:00:00Z,login\nbob,2026-06-01T09:00:00Z,login\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function night(day: number, rows: string): void {
  writeFileSync(join(cwd, 'in', `day-${day}.csv`), HEAD + rows);
}

const run = (...argv: string[]) => runCli(['run', ...argv], { cwd, now: NOW });
const note = (): string => readFileSync(join(cwd, 'notes/last.md'), 'utf8');

describe('the notify file', () => {
  it('tells what was published, who came and went, and what to type next', async () => {
    expect(await run('--quiet')).toMatchObject({ exitCode: 0 });
    expect(note()).toMatch(/^## segment run: published\n\n\*\*2 users as of 1 June 2026\*\*, run 000001, 2026-06-03 02:00 UTC/);
    night(2, 'bob,2026-06-02T09:00:00Z,uninstall\ncid,2026-06-02T10:00:00Z,login\nann,2026-06-02T10:00:00Z,login\n');
    expect(await run('--quiet')).toMatchObject({ exitCode: 0 });
    const [whole] = note().split('| rfm=');
    expect(whole).toBe(`## segment run: published

**3 users as of 2 June 2026**, run 000002, 2026-06-03 02:00 UTC, 0.0 s. 2 files in \`out/current\`.

Next: \`segment transitions out/sets/000001 out/sets/000002\`: who moved, and why

Since 1 June 2026 1 in another status, 1 came, 0 left.

| segment | now | before | change | entered | left |
| --- | ---: | ---: | ---: | ---: | ---: |
| status=occasional | 2 | 2 | 0 | 1 | 1 |
| status=churned | 1 | 0 | 1 | 1 | 0 |
`);
    expect(await runCli(['transitions', 'out/sets/000001', 'out/sets/000002', '--no-config', '--quiet'], { cwd, now: NOW })).toMatchObject({
      exitCode: 0,
    });
    expect(readdirSync(join(cwd, 'notes'))).toEqual(['last.md']);
  });

  it('tells what is off and what to do about it, and in words that are no markup', async () => {
    writeFileSync(join(cwd, 'in', 'a|b <b>@all `x`.csv'), `${HEAD}ann,2026-06-03T08:00:00Z,login\n`);
    expect(await run('--quiet', '--limit', 'status=churned max 0')).toMatchObject({ exitCode: 1 });
    expect(note()).toContain('## segment run: held\n');
    expect(note()).toContain('Not published: the check failed. `out/current` stays run 000002, as of 2 June 2026.');
    expect(note()).toContain('| fail | status=churned | 1 user; allowed at most 0 |');
    expect(note()).toContain('Next: `segment run --limit \'status=churned max 0\' --quiet --accept "why"`: takes it');
    expect(note()).toContain('Loaded: `` in/a|b <b>@all `x`.csv ``.');
    await run('--quiet', '--limit', 'status=churned max 0', '--accept', '[x](http://x) <img> | @all');
    expect(note()).toContain('Accepted: \\[x\\]\\(http&#58;//x\\) &lt;img&gt; \\| &#64;all.\n');
    // Names of segments cannot hold such signs now; the table does not rely on it.
    const report = { state: 's', repairs: [], runs: [] };
    const run1 = {
      ...({} as RunResult),
      id: '000001',
      asOf: '2026-06-01',
      users: 1,
      rows: { total: 1, used: 1 },
      inputs: { all: 1, loaded: 1, gone: 0, skipped: 0 },
      check: { verdict: 'holds', findings: [] } as unknown as RunResult['check'],
      accepted: null,
      published: null,
      held: null,
      changes: null,
      segments: [{ segmentation: 'rules', segment: 'a|b\n<b>@all', users: 1, before: null, entered: null, left: null }],
      loadedFiles: [],
      warnings: [],
      seconds: 0,
    };
    const notice = { at: NOW, report: { ...report, runs: [run1] }, failure: null, command: '', current: null, out: 'out', next: null };
    expect(noticeText(notice)).toContain('| rules=a\\|b\\\\x0a&lt;b&gt;&#64;all | 1 |');
  });

  it('tells of a job that broke off, also before it began', async () => {
    writeFileSync(join(cwd, 'in', 'bad.csv'), 'a,b\n"');
    expect(await run('--quiet')).toMatchObject({ exitCode: 3 });
    expect(note()).toMatch(/^## segment run: failed\n\n\*\*in\/bad\.csv.*\*\* `[a-z-]+`, exit code 3, 2026-06-03 02:00 UTC\.\n/);
    expect(note()).toContain('`out/current` is run 000004, as of 3 June 2026.');
    expect(note()).toContain('Next: `segment run --quiet`\n');
    rmSync(join(cwd, 'in', 'bad.csv'));
    expect(await run('--bogus')).toMatchObject({ exitCode: 2 });
    expect(note()).toContain('`unknown-option`, exit code 2');
    await run('--dry-run', '--wait', 'soon');
    expect(note()).toContain('`unknown-option`, exit code 2');
    const config = readFileSync(join(cwd, 'segment.yaml'), 'utf8');
    writeFileSync(join(cwd, 'segment.yaml'), `${config}nonsense: 1\n`);
    expect(await run()).toMatchObject({ exitCode: 2 });
    expect(note()).toMatch(/`config-problems`, exit code 2.*\n\n```\nsegment\.yaml:\d+:1: (.*\n)+```\n/);
    writeFileSync(join(cwd, 'segment.yaml'), config);
  });

  it('is refused where it does harm, before anything is done', async () => {
    const refusal = async (path: string) => {
      const { exitCode, stderr } = await run('--notify-file', path);
      return [exitCode, /\[([a-z-]+)\]/.exec(stderr)?.[1]];
    };
    for (const path of ['out/note.md', 'out/current/note.md', 'state/note.md', 'in/note.md'])
      expect(await refusal(path)).toEqual([2, 'notify-file-place']);
    for (const path of ['notes', 'segment.yaml']) expect(await refusal(path)).toEqual([2, 'notify-file-taken']);
    expect(await refusal('nowhere/note.md')).toEqual([4, 'notify-file-unwritable']);
    expect(await run('--bogus', '--notify-file', 'segment.yaml')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[unknown-option]'),
    });
    expect(readFileSync(join(cwd, 'segment.yaml'), 'utf8')).toContain('inputs: [in]');
  });

  it('that cannot be written in the end is a warning, and none of an earlier job stays in its place', async () => {
    await run('--quiet');
    expect(existsSync(join(cwd, 'notes/last.md'))).toBe(true);
    const stderr: string[] = [];
    const io = { ...silentIo(cwd, NOW), stderr: { ...silentIo().stderr, write: (text: string) => void stderr.push(text) } };
    const settings = await readSettings('run', { config: join(cwd, 'segment.yaml'), quiet: true, log: 'text' }, io);
    const rename: typeof FILE_OPERATIONS.rename = (from, to) => {
      if (to.endsWith('last.md')) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'rename' });
      FILE_OPERATIONS.rename(from, to);
    };
    await runNightly(io, settings, { whole: 'segment run', withoutColumns: 'segment run', typed: [] }, { ...FILE_OPERATIONS, rename });
    expect(stderr.join('')).toContain('warning: --notify-file notes/last.md cannot be written: the disk reports an error. [notify_file]');
    expect(readdirSync(join(cwd, 'notes'))).toEqual([]);
    // What a process left that was killed before it could rename.
    writeFileSync(join(cwd, 'notes', `last.md.${2 ** 30}.tmp`), 'half');
    await run('--quiet');
    expect(readdirSync(join(cwd, 'notes'))).toEqual(['last.md']);
  });
});
