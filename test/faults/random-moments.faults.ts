import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectMended, makeNights, type Nights, setProblems } from '../support/disturbed-nights.js';
import { seeded } from '../support/messy-export.js';
import { copyWorld, leftBehind, nightCommand } from '../support/nightly-world.js';
import { spawnCli } from '../support/spawn-cli.js';

const SEED = Number(process.env['SEGMENT_FAULT_SEED'] ?? 20_260);
const KILLS = Number(process.env['SEGMENT_FAULT_KILLS'] ?? 50);
const OF_EACH_SIGNAL = 6;
/** The part of a night in which Node has not begun with the program. */
const STARTING = 0.2;
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

let nights: Nights;
let takesMs: number;
/** What a night that did nothing leaves. */
let nothingDone: string;
const random = seeded(SEED);
let trials = 0;

beforeAll(async () => {
  process.stdout.write(`SEGMENT_FAULT_SEED=${SEED}\n`);
  nights = await makeNights({ segmentFiles: 'ids', people: 300, isOnDisk: true });
  const cwd = copyWorld(nights.before, join(nights.root, 'timed'));
  nothingDone = leftBehind(cwd);
  const started = performance.now();
  expect(await spawnCli(nightCommand(cwd), { cwd })).toMatchObject({ exitCode: 0 });
  takesMs = performance.now() - started;
});
afterAll(() => nights.remove());

/** A second night to which the signal is sent at a random moment. */
async function nightWith(signal: NodeJS.Signals): Promise<{ cwd: string; exitCode: number | null; stderr: string; what: string }> {
  trials += 1;
  const cwd = copyWorld(nights.before, join(nights.root, `trial-${trials}`));
  const after = takesMs * (STARTING + (1 - STARTING) * random());
  const { exitCode, stderr } = await spawnCli(nightCommand(cwd), {
    cwd,
    meanwhile: (child) => void setTimeout(() => child.kill(signal), after),
  });
  return { cwd, exitCode, stderr, what: `${signal} after ${after.toFixed(0)} of ${takesMs.toFixed(0)} ms` };
}

it(`kill -9 at ${KILLS} random moments: the old or the new set, and the next night is as if nothing had happened`, async () => {
  let killed = 0;
  for (let number = 0; number < KILLS; number++) {
    const { cwd, exitCode, stderr, what } = await nightWith('SIGKILL');
    expect([null, 0], `${what}: ${stderr}`).toContain(exitCode);
    killed += exitCode === null ? 1 : 0;
    expect(await setProblems(cwd, nights, exitCode === 0), what).toEqual([]);
    await expectMended(cwd, nights, exitCode === 0, what);
    rmSync(cwd, { recursive: true });
  }
  expect(killed).toBeGreaterThan(KILLS / 3);
});

it.each(Object.entries(EXIT_CODES))('%s at random moments ends in %i, leaves the old set and nothing else', async (signal, wanted) => {
  let interrupted = 0;
  for (let number = 0; number < OF_EACH_SIGNAL; number++) {
    const { cwd, exitCode, stderr, what } = await nightWith(signal as NodeJS.Signals);
    // Before the program listens, the system ends it.
    expect([null, 0, wanted], `${what}: ${stderr}`).toContain(exitCode);
    expect(await setProblems(cwd, nights, exitCode === 0), what).toEqual([]);
    interrupted += exitCode === wanted ? 1 : 0;
    const hasStopped = exitCode === wanted && stderr.includes('interrupted');
    if (hasStopped) expect(leftBehind(cwd), what).toBe(nothingDone);
    await expectMended(cwd, nights, exitCode === 0, what);
    rmSync(cwd, { recursive: true });
  }
  expect(interrupted).toBeGreaterThan(0);
});
