import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectMended, makeNights, type Nights, NOW, setProblems } from '../support/disturbed-nights.js';
import { copyWorld, nightCommand, runNight } from '../support/nightly-world.js';
import { spawnCli } from '../support/spawn-cli.js';

const DEAD_PID = 2 ** 30;
const RUNS = 5;

let nights: Nights;
beforeAll(async () => {
  nights = await makeNights({ people: 100, isOnDisk: true });
});
afterAll(() => nights.remove());

describe('five runs at once', () => {
  it('one wins, the others end in 4 and name who holds the lock', async () => {
    const cwd = copyWorld(nights.before, join(nights.root, 'five'));
    const pids: (number | undefined)[] = [];
    const meanwhile = (child: ChildProcess): void => void pids.push(child.pid);
    const ends = await Promise.all(Array.from({ length: RUNS }, () => spawnCli(nightCommand(cwd), { cwd, meanwhile })));
    const lost = ends.filter(({ exitCode }) => exitCode !== 0);
    expect(lost.length).toBeLessThan(RUNS);
    expect(lost.length).toBeGreaterThan(0);
    for (const { exitCode, stderr } of lost) {
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('[output-locked]') });
      const [, holder] = /process (\d+)/.exec(stderr) ?? [];
      expect(pids).toContain(Number(holder));
    }
    expect(await setProblems(cwd, nights, true)).toEqual([]);
    await expectMended(cwd, nights, true, 'after five at once');
    rmSync(cwd, { recursive: true });
  });

  it('that may wait come one after the other', async () => {
    const cwd = copyWorld(nights.before, join(nights.root, 'waiting'));
    const command = [...nightCommand(cwd), '--wait', '5m'];
    const ends = await Promise.all(Array.from({ length: RUNS }, () => spawnCli(command, { cwd })));
    expect(ends.map(({ exitCode, stderr }) => (exitCode === 0 ? 0 : stderr))).toEqual(Array(RUNS).fill(0));
    expect(await setProblems(cwd, nights, true)).toEqual([]);
    await expectMended(cwd, nights, true, 'after five in a row');
    rmSync(cwd, { recursive: true });
  });
});

describe('a lock that was left', () => {
  const boot = readBoot();
  const owner = (over: object): string =>
    `${JSON.stringify({ segment: 'owner', pid: DEAD_PID, host: hostname(), boot_id: boot, started: '1', token: '0123456789abcdef', ...over })}\n`;

  it.each(['state', 'out'])('in %s, of a process that is gone, has another start, or is of another boot: is taken over', async (folder) => {
    const other = spawn('sleep', ['300']);
    try {
      const stale = {
        'a dead process': owner({}),
        'a process of another start': owner({ pid: other.pid }),
        'another boot': owner({ pid: process.pid, boot_id: '00000000-0000-0000-0000-000000000000' }),
        'a process that died before it wrote': '',
      };
      for (const [name, text] of Object.entries(stale)) {
        const cwd = copyWorld(nights.before, join(nights.root, 'stale'));
        writeFileSync(join(cwd, folder, '.segment.lock'), text);
        expect(await runNight(cwd, { now: NOW }), name).toMatchObject({ exitCode: 0 });
        expect(await setProblems(cwd, nights, true), name).toEqual([]);
        await expectMended(cwd, nights, true, name);
        rmSync(cwd, { recursive: true });
      }
    } finally {
      other.kill();
    }
  });

  it.each(['state', 'out'])(
    'in %s, of a process that lives, of another machine, or by nobody we know: is left and named',
    async (folder) => {
      const held = {
        [`process ${process.pid}`]: owner({ pid: process.pid, started: null }),
        'elsewhere.example': owner({ host: 'elsewhere.example' }),
        '.segment.lock': 'somebody else',
      };
      for (const [named, text] of Object.entries(held)) {
        const cwd = copyWorld(nights.before, join(nights.root, 'held'));
        const path = join(cwd, folder, '.segment.lock');
        writeFileSync(path, text);
        const { exitCode, stderr } = await runNight(cwd, { now: NOW });
        expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringContaining(named) });
        expect(await setProblems(cwd, nights, false)).toEqual([]);
        expect(readFileSync(path, 'utf8')).toBe(text);
        rmSync(path);
        await expectMended(cwd, nights, false, named);
        rmSync(cwd, { recursive: true });
      }
    },
  );
});

function readBoot(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
