import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goOn, makeNights, type Nights, setProblems } from '../support/disturbed-nights.js';
import { copyWorld, nightCommand } from '../support/nightly-world.js';
import { spawnCli } from '../support/spawn-cli.js';

const SCRIPT = fileURLToPath(new URL('../support/run-until-killed.ts', import.meta.url));
const AT_ONCE = 3;
const FEWEST = 100;

let nights: Nights;
beforeAll(async () => {
  nights = await makeNights();
});
afterAll(() => nights.remove());

it('kill -9 at any call that changes a file: readers have the old or the new set, and the next night is as if nothing had happened', async () => {
  const problems: string[] = [];
  const tried = new Map<string, readonly string[]>();
  const killAt = async (number: number): Promise<boolean> => {
    const cwd = copyWorld(nights.before, join(nights.root, `killed-${number}`));
    const { exitCode, stderr } = await spawnCli([cwd, String(number), ...nightCommand(cwd)], { script: SCRIPT, cwd });
    const isDone = exitCode === 0;
    const ended = exitCode === null || isDone ? [] : [`it ended in ${exitCode} with ${stderr}`];
    const found = [...ended, ...(await setProblems(cwd, nights, isDone)), ...(await goOn(cwd, nights, isDone, tried))];
    problems.push(...found.map((problem) => `call ${number}: ${problem}`));
    rmSync(cwd, { recursive: true });
    return isDone;
  };
  let number = 1;
  for (let isDone = false; !isDone; number += AT_ONCE) {
    const ends = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => killAt(number + index)));
    isDone = ends.includes(true);
  }
  expect(problems).toEqual([]);
  expect(number).toBeGreaterThan(FEWEST);
});
