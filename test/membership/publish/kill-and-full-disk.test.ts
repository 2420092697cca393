import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../../src/membership/publish/manifest.js';
import { DRAFT, makePlace, open, publishSet, snapshot, stage } from './output-sets.js';
import { canMountSmallDisk, withSmallDisk } from './small-disk.js';

const SCRIPT = fileURLToPath(new URL('publish-again-and-again.mts', import.meta.url));
const SET = { 'members.csv': 'user_id\na\n', 'status/new.csv': 'user_id\na\n' };
const hasShell = process.platform !== 'win32';

let place: ReturnType<typeof makePlace>;
let out: string;
beforeEach(() => {
  place = makePlace();
  out = join(place.path, 'segments');
});
afterEach(() => place.remove());

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function firstOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

describe.skipIf(!hasShell)('kill -9 of a run', () => {
  it('at any moment leaves the earlier set, or a folder that the next run restores', async () => {
    await publishSet(out, SET);
    for (const delay of [3, 11, 19, 28, 42]) {
      const child = start(out);
      await firstOutput(child);
      await wait(delay);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      const problems = await verifyOutputs(out);
      if (problems !== undefined) expect(problems).toEqual([]);
      const folder = await open(out);
      expect(await verifyOutputs(out)).toEqual([]);
      await folder.discard();
      expect(Object.keys(snapshot(out)).filter((name) => name.startsWith('.segment'))).toEqual([]);
    }
    await publishSet(out, SET);
    expect(Object.keys(snapshot(out))).toEqual(['.gitignore', 'manifest.json', 'members.csv', 'status/', 'status/new.csv']);
  });
});

describe.skipIf(!hasShell)('a limit on file size (ulimit -f)', () => {
  it('leaves the earlier set', async () => {
    await publishSet(out, SET);
    const before = snapshot(out);
    // 200 blocks of 512 or 1024 bytes; members.csv would be 400 kB.
    const command = 'ulimit -f 200; exec "$0" --import tsx "$@"';
    const run = spawnSync('sh', ['-c', command, process.execPath, SCRIPT, out, '1', '200000'], { encoding: 'utf8' });
    expect(run.status).toBe(4);
    expect(snapshot(out)).toEqual(before);
  });
});

describe.skipIf(!canMountSmallDisk())('a full disk (needs the right to mount a small tmpfs)', () => {
  it('leaves the earlier set, at whichever size it runs full', async () => {
    const disk = join(place.path, 'disk');
    await withSmallDisk(disk, '512k', async () => {
      const target = join(disk, 'segments');
      await publishSet(target, SET);
      const before = snapshot(target);
      let failures = 0;
      for (let size = 300_000; size < 520_000; size += 3_001) {
        const folder = await open(target);
        try {
          // What is staged already takes the room that publishing then lacks.
          const files = stage(folder, { 'members.csv': `user_id\n${'x'.repeat(size)}\n`, ...manySmall(30) });
          await folder.publish(files, { ...DRAFT, settings: { filler: 'y'.repeat(20_000) } });
        } catch (error) {
          failures += 1;
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') expect(error).toMatchObject({ code: 'disk-full', kind: 'environment' });
        } finally {
          await folder.discard();
        }
        const found = snapshot(target);
        if (found['members.csv'] === SET['members.csv']) expect(found).toEqual(before);
        expect(await verifyOutputs(target)).toEqual([]);
        expect(readdirSync(target).filter((name) => name.startsWith('.segment'))).toEqual([]);
        if (found['members.csv'] !== SET['members.csv']) await publishSet(target, SET);
      }
      expect(failures).toBeGreaterThan(3);
      expect(readFileSync(join(target, 'members.csv'), 'utf8')).toBe(SET['members.csv']);
    });
  });
});

function manySmall(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`rfm/s${index}.csv`, 'user_id\n1\n']));
}
