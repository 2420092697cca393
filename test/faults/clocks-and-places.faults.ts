import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differenceFromClean } from '../support/clean-members.js';
import { expectMended, makeNights, type Nights, NOW, setProblems } from '../support/disturbed-nights.js';
import { comparableTree, copyWorld, differences, makeWorld, nightCommand, runNight } from '../support/nightly-world.js';
import { type SpawnOptions, spawnCli } from '../support/spawn-cli.js';

const REMOVED = fileURLToPath(new URL('../support/run-in-removed-folder.ts', import.meta.url));
const HOUR = 3_600_000;
const HEAD = 'user_id,occurred_at,event,amount\n';

let nights: Nights;
beforeAll(async () => {
  nights = await makeNights({ segmentFiles: 'ids' });
});
afterAll(() => nights.remove());

describe('an odd environment', () => {
  const gone = { HOME: undefined, TMPDIR: undefined, TEMP: undefined, TMP: undefined };
  const places: Readonly<Record<string, SpawnOptions>> = {
    'TZ=Asia/Kathmandu': { env: { TZ: 'Asia/Kathmandu' } },
    'TZ=America/New_York': { env: { TZ: 'America/New_York' } },
    'LC_ALL=tr_TR.UTF-8': { env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } },
    'no HOME and TMPDIR': { env: gone },
    'a HOME and TMPDIR that do not exist': { env: { HOME: '/nowhere', TMPDIR: '/nowhere' } },
    'umask 077': { before: 'umask 077' },
    'umask 022': { before: 'umask 022' },
  };
  it.each(Object.entries(places))('%s: the same state and set, to the byte', async (name, options) => {
    const cwd = copyWorld(nights.before, join(nights.root, 'place'));
    expect(await spawnCli(nightCommand(cwd), { cwd, ...options }), name).toMatchObject({ exitCode: 0 });
    expect(differences(comparableTree(cwd), nights.second)).toEqual([]);
    const mask = Number.parseInt(/umask (\d+)/.exec(options.before ?? '')?.[1] ?? process.umask().toString(8), 8);
    for (const [file, mode] of Object.entries({ 'members.csv': 0o600, 'status/churned.csv': 0o600, 'summary.json': 0o666 & ~mask })) {
      expect(statSync(join(cwd, 'out', 'current', file)).mode & 0o777, file).toBe(mode);
    }
    rmSync(cwd, { recursive: true });
  });

  it('a TMPDIR that does not exist, and no --temp-dir: ends in 4, names it, leaves everything', async () => {
    const cwd = copyWorld(nights.before, join(nights.root, 'place'));
    const command = nightCommand(cwd).slice(0, 3);
    const { exitCode, stderr } = await spawnCli(command, { cwd, env: { TMPDIR: '/nowhere' } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringMatching(/\/nowhere.* \[temp-folder\]/) });
    expect(await setProblems(cwd, nights, false)).toEqual([]);
    await expectMended(cwd, nights, false, 'no temporary folder');
    rmSync(cwd, { recursive: true });
  });

  it('a working folder that was removed: the night works, or refuses and says why', async () => {
    const cwd = copyWorld(nights.before, join(nights.root, 'place'));
    const result = await spawnCli(nightCommand(cwd), { script: REMOVED });
    expect(result.exitCode).toSatisfy((code: number | null) => code === 0 || code === 4);
    if (result.exitCode === 4) expect(result.stderr).toContain('[working-folder-gone]');
    expect(await setProblems(cwd, nights, result.exitCode === 0)).toEqual([]);
    await expectMended(cwd, nights, result.exitCode === 0, 'a removed working folder');
    rmSync(cwd, { recursive: true });
  });
});

describe('a clock that goes back', () => {
  it('by hours or days between nights: the history goes on as it was', async () => {
    for (const hours of [1, 24, 24 * 40]) {
      const cwd = copyWorld(nights.before, join(nights.root, 'clock'));
      const { exitCode, stderr } = await runNight(cwd, { now: new Date(NOW.getTime() - hours * HOUR) });
      // Events later than the clock + 1 day do not exist yet: that night has nothing new, or nothing at all.
      expect([0, 1, 3], `${hours} hours: ${stderr}`).toContain(exitCode);
      if (hours === 1) expect(exitCode).toBe(0);
      if (exitCode === 3) expect(await setProblems(cwd, nights, false)).toEqual([]);
      // A night of the same date that is half a day older says that nothing newer came: the check fails, the same set stays.
      expect([0, 1], `${hours} hours`).toContain((await runNight(cwd, { now: NOW })).exitCode);
      expect(await setProblems(cwd, nights, true), `${hours} hours`).toEqual([]);
      rmSync(cwd, { recursive: true });
    }
  });
});

describe('the night in which clocks change', () => {
  const zones = [
    ['Europe/Berlin', '2024-03-31'],
    ['Europe/Berlin', '2024-10-27'],
    ['America/New_York', '2024-03-10'],
    ['America/New_York', '2024-11-03'],
  ] as const;
  it.each(zones)('%s on %s: each night as one classification of everything', async (zone, day) => {
    const cwd = realpathSync(mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'segment-clocks-')));
    try {
      makeWorld(cwd, `proof: false\nsegment_files: none\npublish: always\ntimezone: ${zone}\n`);
      const files = new Map<string, string>();
      const middle = Date.parse(`${day}T00:00:00Z`);
      for (let offset = -3; offset <= 2; offset++) {
        const date = new Date(middle + offset * 24 * HOUR).toISOString().slice(0, 10);
        // Every half hour by the wall, also those that the day has twice or not at all, and around midnight in both zones.
        const rows = Array.from({ length: 48 }, (_, half) => {
          const time = `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}:00`;
          const user = `u${(half + offset + 3) % 12}`;
          const instant = new Date(Date.parse(`${date}T${time}Z`)).toISOString();
          return `${user},${date} ${time},login,\n${user}z,${instant},purchase,${half + 1}\n`;
        });
        files.set(`${date}.csv`, HEAD + rows.join(''));
        writeFileSync(join(cwd, 'in', `${date}.csv`), files.get(`${date}.csv`) ?? '');
        const now = new Date(middle + (offset + 1) * 24 * HOUR + 10 * HOUR);
        const { exitCode, stderr } = await runNight(cwd, { now });
        expect(exitCode, stderr).toBeLessThan(2);
        expect(await differenceFromClean(cwd, files, now), date).toEqual([]);
      }
      expect(readdirSync(join(cwd, 'state', 'runs'))).toHaveLength(6);
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
