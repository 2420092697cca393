import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const HEAD = 'user_id,occurred_at,event,email\n';

let cwd = '';
const before = process.umask();
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-modes-'));
  mkdirSync(join(cwd, 'in'));
  writeFileSync(join(cwd, 'segment.yaml'), 'inputs: [in]\nproof: false\nout: out\nnotify_file: note.md\n');
  writeFileSync(join(cwd, 'in', 'day-1.csv'), `${HEAD}ann,2026-06-01T08:00:00Z,login,a@b.com\nbob,2026-06-01T09:00:00Z,login,b@b.com\n`);
});
afterEach(() => {
  process.umask(before);
  rmSync(cwd, { recursive: true, force: true });
});

/** Modes of everything below a folder, and of itself, by name; links have none of their own. */
function modesBelow(folder: string): Record<string, string> {
  const root = join(cwd, folder);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isSymbolicLink());
  const paths = [root, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  return Object.fromEntries(paths.map((path) => [relative(cwd, path), modeOf(path)]));
}

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);
const isPersonal = (name: string): boolean => /\.(csv|parquet)$/.test(name) || /^state\/(inputs|days)\/.*\.json$/.test(name);
const isFolder = (name: string): boolean => lstatSync(join(cwd, name)).isDirectory();

const run = async (...argv: string[]) => {
  const result = await runCli(argv, { cwd });
  expect(result, result.stderr).toMatchObject({ exitCode: 0 });
};

describe.each([
  [0o022, '644', '755'],
  [0o077, '600', '700'],
  [0o027, '640', '750'],
])('under a umask of %o', (umask, plain, folder) => {
  it('files of people are their owner’s alone, the rest follows the umask', async () => {
    process.umask(umask);
    await run('run', '--quiet');
    writeFileSync(join(cwd, 'in', 'day-2.csv'), `${HEAD}bob,2026-06-02T09:00:00Z,uninstall,b@b.com\n`);
    await run('run', '--quiet');
    const modes = { ...modesBelow('out'), ...modesBelow('state'), 'note.md': modeOf(join(cwd, 'note.md')) };
    expect(Object.keys(modes)).toEqual(
      expect.arrayContaining([
        'out/sets/000002/entered/status/churned.csv',
        'out/sets/000002/latest.json',
        'state/current.json',
        'state/runs/000002/members.parquet',
        'state/runs/000002/baseline.json',
      ]),
    );
    for (const [name, mode] of Object.entries(modes)) {
      // The folders in which events and days are kept are private too.
      if (/^state\/(inputs|days)\/./.test(name) && isFolder(name)) continue;
      expect(mode, name).toBe(isFolder(name) ? folder : isPersonal(name) ? '600' : plain);
    }
  });

  it('--mode says it for all that is published, of every command, and lets readers into the folders', async () => {
    process.umask(umask);
    mkdirSync(join(cwd, 'out'), { mode: 0o700 });
    await run('run', '--quiet', '--mode', '0640');
    for (const [name, mode] of Object.entries(modesBelow('out'))) {
      if (name !== 'out/.gitignore') expect(mode, name).toBe(isFolder(name) ? '750' : '640');
    }
    expect(modesBelow('state')['state/runs/000001/members.parquet']).toBe('600');
    const [classify = [], ...others] = [
      ['classify', 'in', '--out', 'once', '--no-proof'],
      ['split', 'in', '--arms', 'a:50,b:50', '--salt', 's', '--out', 'groups'],
      ['export', 'in', '--to', 'klaviyo', '--keep', 'email', '--out', 'audiences'],
      ['transitions', 'in', '--from', '2026-06-01', '--out', 'moves'],
    ];
    await run(...classify, '--no-config', '--quiet', '--mode', '0644');
    expect(new Set(Object.values(modesBelow('once')))).toEqual(new Set(['755', '644']));
    // A folder that is there is opened, and a file that is replaced gets the mode too.
    chmodSync(join(cwd, 'once/status'), 0o700);
    await run(...classify, '--no-config', '--quiet', '--mode', '640');
    expect(modesBelow('once')).toMatchObject({ 'once/status': '750', 'once/members.csv': '640', 'once/manifest.json': '640', once: '755' });
    if (umask !== 0o077) return;
    writeFileSync(join(cwd, 'in', 'day-2.csv'), `${HEAD}bob,2026-06-02T09:00:00Z,uninstall,b@b.com\n`);
    for (const argv of others) {
      await run(...argv, '--no-config', '--quiet', '--mode', '0664');
      expect(new Set(Object.values(modesBelow(argv[argv.indexOf('--out') + 1] ?? '')))).toEqual(new Set(['775', '664']));
    }
  });
});

it.each(['0040', '0740', '0641', '1640', '64', 'rw-r-----', '0999'])('a mode of %s is none', async (mode) => {
  expect(await runCli(['run', '--mode', mode], { cwd })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('an octal mode') });
});
