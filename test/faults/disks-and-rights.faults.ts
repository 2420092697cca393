import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canMountSmallDisk } from '../membership/publish/small-disk.js';
import { expectMended, makeNights, type Nights, setProblems } from '../support/disturbed-nights.js';
import { copyWorld, nightCommand } from '../support/nightly-world.js';
import { type SpawnOptions, type SpawnResult, spawnCli } from '../support/spawn-cli.js';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const KB = 1024;

let nights: Nights;
beforeAll(async () => {
  nights = await makeNights({ segmentFiles: 'ids', people: 200, isOnDisk: true });
  if (isRoot) execFileSync('chmod', ['a+rx', nights.root]);
});
afterAll(() => nights.remove());

/** A night that may fail for want of room or rights: then it says so, readers keep what they had, and the next one puts everything right. */
async function nightIn(
  name: string,
  options: SpawnOptions,
  prepare = (_cwd: string): (() => void) =>
    () => {},
): Promise<SpawnResult> {
  const cwd = copyWorld(nights.before, join(nights.root, name.replaceAll(/\W/g, '-')));
  const putBack = prepare(cwd);
  let result: SpawnResult;
  try {
    result = await spawnCli(nightCommand(cwd), { cwd, ...options });
  } finally {
    putBack();
  }
  const isDone = result.exitCode === 0;
  if (!isDone) {
    expect(result, name).toMatchObject({ stderr: expect.stringMatching(/^(warning: .*\n)*error: .*\n(hint: .*\n)?$/) });
    expect([3, 4], name).toContain(result.exitCode);
  }
  expect(await setProblems(cwd, nights, isDone), name).toEqual([]);
  await expectMended(cwd, nights, isDone, name);
  rmSync(cwd, { recursive: true });
  return result;
}

describe('a limit on the size of files (ulimit -f)', () => {
  it('at any size leaves the old set, and the next night is as if nothing had happened', async () => {
    const ends: (number | null)[] = [];
    // Blocks of 512 or 1024 bytes, by the shell.
    for (const blocks of [0, 1, 3, 8, 20, 60, 1_000_000]) {
      ends.push((await nightIn(`limit ${blocks}`, { before: `ulimit -f ${blocks}` })).exitCode);
    }
    expect(ends[0]).toBe(4);
    expect(ends.at(-1)).toBe(0);
  });
});

describe('a limit on open files (ulimit -n)', () => {
  it('says so, and the next night is as if nothing had happened', async () => {
    for (const open of [22, 26, 30]) await nightIn(`open ${open}`, { before: `ulimit -n ${open}` });
  });
});

const small = describe.skipIf(!canMountSmallDisk());
small('a disk of 2 MB (skipped without the right to mount one)', () => {
  /** Lays a disk under a folder of the world, with as much room left as is said. */
  const disk =
    (folder: string, room: number) =>
    (cwd: string): (() => void) => {
      const path = join(cwd, folder);
      const aside = `${path}-aside`;
      renameSync(path, aside);
      mkdirSync(path);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path]);
      cpSync(aside, path, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      const used = Number(execFileSync('df', ['--output=used', '-B1', path], { encoding: 'utf8' }).split('\n')[1]);
      execFileSync('mount', ['-o', `remount,size=${used + room}`, path]);
      return () => {
        rmSync(aside, { recursive: true });
        cpSync(path, aside, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
        execFileSync('umount', [path]);
        rmSync(path, { recursive: true });
        renameSync(aside, path);
      };
    };

  it.each(['state', 'out', 'tmp'])(
    'under %s, full at whichever moment: the old set, and the next night is as if nothing had happened',
    async (folder) => {
      const ends: (number | null)[] = [];
      for (const room of [0, 8, 16, 32, 48, 64, 96, 128, 192, 2048]) {
        ends.push((await nightIn(`${folder} ${room}`, {}, disk(folder, room * KB))).exitCode);
      }
      if (folder !== 'tmp') expect(ends.filter((end) => end === 4).length).toBeGreaterThan(1);
      expect(ends.at(-1)).toBe(0);
    },
  );
});

describe.skipIf(!isRoot)('folders that may not be written (as another user; skipped where this one has no right to be another)', () => {
  const locked =
    (folders: readonly string[], mode: number) =>
    (cwd: string): (() => void) => {
      execFileSync('chown', ['-R', String(NOBODY), cwd]);
      for (const folder of folders) chmodSync(join(cwd, folder), mode);
      return () => {
        for (const folder of folders) if (existsSync(join(cwd, folder))) chmodSync(join(cwd, folder), 0o755);
        execFileSync('chown', ['-R', '0', cwd]);
      };
    };

  it.each([
    [['state'], '555'],
    [['state'], '000'],
    [['state/runs'], '555'],
    [['state/inputs'], '555'],
    [['state/current.json'], '000'],
    [['out'], '555'],
    [['out'], '000'],
    [['out/sets'], '555'],
    [['tmp'], '555'],
    [['in'], '000'],
    [['in/day-2.csv'], '000'],
  ] as const)('%j with mode %s: says so, leaves the old set', async (folders, mode) => {
    const result = await nightIn(`locked ${folders.join()} ${mode}`, { uid: NOBODY }, locked(folders, Number.parseInt(mode, 8)));
    // An input that cannot be read is a matter of the input.
    expect(result.exitCode).toBe(folders[0].startsWith('in') ? 3 : 4);
    expect(result.stderr).toContain(folders[0].split('/')[0]);
  });

  it('that it may write: it needs no more', async () => {
    expect(await nightIn('as nobody', { uid: NOBODY }, locked([], 0))).toMatchObject({ exitCode: 0 });
  });
});
