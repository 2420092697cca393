import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchCase, BenchGoal } from './bench-cases.js';
import { type BenchData, SEGMENT } from './bench-data.js';
import { measure, nodeProgram, type Program } from './measure.js';

/** Lengths of history, in days. */
const HISTORIES = [30, 90, 180, 360] as const;
const LONGEST = 360;

/** The nightly job upon histories of several lengths: with one new day, with nothing new, and one classification of all the files. */
export function nightCases(data: BenchData): BenchCase[] {
  return HISTORIES.flatMap((days): BenchCase[] => [
    {
      name: `night-${days}`,
      what: `run, one day more than the ${days} before`,
      prepare: () => makeHistory(data, days),
      program: (folder) => night(data, days, days + 1, folder),
    },
    {
      name: `night-${days}-idle`,
      what: `run, ${days} days and nothing new`,
      prepare: () => makeHistory(data, days),
      program: (folder) => night(data, days, days, folder),
    },
    {
      name: `night-${days}-all`,
      what: `classify of the ${days + 1} files`,
      program: (folder) => nodeProgram(SEGMENT, 'classify', ...dayFiles(data, days + 1), '--out', join(folder, 'out'), '--quiet'),
    },
  ]);
}

export const NIGHT_GOALS: readonly BenchGoal[] = [
  ...HISTORIES.map((days): BenchGoal => ({ of: `night-${days}`, to: `night-${days}-all`, by: 'cpuSeconds', most: 0.35 })),
  { of: `night-${LONGEST}`, less: `night-${LONGEST}-idle`, to: `night-${LONGEST}-all`, by: 'cpuSeconds', most: 0.05 },
];

function night(data: BenchData, history: number, days: number, folder: string): Program {
  for (const name of ['state', 'out'])
    cpSync(join(historyFolder(data, history), name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  return run(data, days, folder);
}

function run(data: BenchData, days: number, folder: string): Program {
  const places = ['--out', join(folder, 'out'), '--state', join(folder, 'state')];
  return nodeProgram(SEGMENT, 'run', ...dayFiles(data, days), ...places, '--quiet', '--accept', 'bench');
}

/** The state after a first run over all but the last of so many days and another one with it: what a run with nothing new is compared with is there too. Made once. */
async function makeHistory(data: BenchData, days: number): Promise<void> {
  const folder = historyFolder(data, days);
  if (existsSync(folder)) return;
  const part = `${folder}-part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part);
  for (const count of [days - 1, days]) await measure(run(data, count, part), join(data.folder, 'usage.json'));
  renameSync(part, folder);
}

const historyFolder = ({ folder }: BenchData, days: number): string => join(folder, `history-${days}`);

function dayFiles({ days }: BenchData, count: number): string[] {
  const names = readdirSync(days).sort().slice(0, count);
  if (names.length < count) throw new Error(`${days} has ${names.length} days only`);
  return names.map((name) => join(days, name));
}
