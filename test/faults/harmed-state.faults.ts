import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differenceFromClean, publishedMembers, withoutHistory } from '../support/clean-members.js';
import { type Random, seeded } from '../support/messy-export.js';
import { copyWorld, differences, makeWorld, publishedSet, rawTree, runNight } from '../support/nightly-world.js';
import { isoDay, morningAfter, SHOP_HEAD, SimulatedShop } from '../support/simulated-shop.js';

const SEED = Number(process.env['SEGMENT_FAULT_SEED'] ?? 20_260);
const NIGHTS = 4;
const FIRST = 40;

/** What may happen to a file; undefined: it is gone. */
const HARMS: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer | undefined>> = {
  'is cut in half': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  'is empty': () => Buffer.alloc(0),
  'has a flipped bit': flipBit,
  'has another flipped bit': flipBit,
  'has a third flipped bit': flipBit,
  'is gone': () => undefined,
  'is of a future format': (bytes) => Buffer.from(bytes.toString('latin1').replace(/("format(?:_version)?": ?)\d+/, '$199'), 'latin1'),
};

function flipBit(bytes: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(bytes);
  const at = Math.floor(random() * flipped.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return flipped;
}

let root: string;
/** As it stands before the last night. */
let before: string;
let whole: string;
const files = new Map<string, string>();
const now = morningAfter(FIRST + NIGHTS);

beforeAll(async () => {
  process.stdout.write(`SEGMENT_FAULT_SEED=${SEED}\n`);
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segment-harmed-')));
  before = join(root, 'before');
  makeWorld(
    before,
    'proof: false\nsegment_files: none\npublish: always\nsegments:\n  buyers: { goal: sell, where: { did: { event: purchase } } }\n',
  );
  const shop = new SimulatedShop(seeded(SEED), 30, FIRST + NIGHTS);
  const add = (cwd: string, name: string, lines: readonly string[]): void => {
    files.set(name, SHOP_HEAD + lines.join(''));
    writeFileSync(join(cwd, 'in', name), files.get(name) ?? '');
  };
  add(before, 'start.csv', Array.from({ length: FIRST }, (_, day) => shop.linesOf(day)).flat());
  for (let night = 0; night < NIGHTS - 1; night++) {
    add(before, `${isoDay(FIRST + night)}.csv`, shop.linesOf(FIRST + night));
    expect((await runNight(before, { now: morningAfter(FIRST + night) })).exitCode).toBeLessThan(2);
  }
  // What is kept of it cannot be loaded again.
  rmSync(join(before, 'in', `${isoDay(FIRST + 1)}.csv`));
  add(before, `${isoDay(FIRST + NIGHTS)}.csv`, shop.linesOf(FIRST + NIGHTS));
  whole = copyWorld(before, join(root, 'whole'));
  expect((await runNight(whole, { now })).exitCode).toBeLessThan(2);
  expect(await differenceFromClean(whole, files, now)).toEqual([]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** In what a published set differs from that of the undisturbed night, which is that of a clean classification; the history apart. */
function differenceFromWhole(cwd: string): string[] {
  const [found, wanted] = [cwd, whole].map((folder) => publishedNumbers(folder));
  return Object.keys({ ...wanted }).filter((name) => found?.[name] !== wanted?.[name]);
}

function publishedNumbers(cwd: string): Record<string, string> {
  const read = (name: string): string => readFileSync(join(cwd, 'out', 'current', name), 'utf8');
  return { members: withoutHistory(read('members.csv')), summary: read('summary.json') };
}

/** What is wrong with how the last night takes the harm; empty when nothing is. */
async function problemsAfter(name: string, harm: (typeof HARMS)[string], random: Random): Promise<string[]> {
  const bytes = readFileSync(join(before, 'state', name));
  const harmed = harm(bytes, random);
  if (harmed?.equals(bytes)) return [];
  const cwd = copyWorld(before, join(root, 'harmed'));
  const path = join(cwd, 'state', name);
  if (harmed === undefined) rmSync(path);
  else writeFileSync(path, harmed);
  const [stateBefore, setBefore] = [rawTree(join(cwd, 'state')), publishedSet(cwd)];
  const { exitCode, stdout, stderr } = await runNight(cwd, { now });
  const said = (stdout + stderr).replaceAll(/\s+/g, ' ');
  const [folder = '', id = name] = name.split('/');
  const isNamed = said.includes(folder === 'runs' || folder === 'inputs' ? id : name);
  const problems: string[] = [];
  if (exitCode > 1) {
    if (![2, 3].includes(exitCode) || !isNamed) problems.push(`ended in ${exitCode} with ${stderr}`);
    if (differences(setBefore ?? {}, publishedSet(cwd) ?? {}).length > 0) problems.push('refused, and published something');
    const touched = differences(stateBefore, rawTree(join(cwd, 'state')));
    if (touched.length > 0) problems.push(`refused, and changed ${touched.join(', ')}`);
  } else {
    problems.push(...differenceFromWhole(cwd).map((one) => `wrong numbers: ${one}`));
    // Where earlier runs cannot be asked, that is said; else everybody has been in their status since the day they were.
    const isSame = JSON.stringify([...publishedMembers(cwd)]) === JSON.stringify([...publishedMembers(whole)]);
    if (!isSame && !isNamed) problems.push(`another history of statuses without a word: ${said}`);
    const again = await runNight(cwd, { now });
    if (again.exitCode > 1) problems.push(`the night after ended in ${again.exitCode} with ${again.stderr}`);
    else problems.push(...differenceFromWhole(cwd).map((one) => `wrong numbers the night after: ${one}`));
  }
  rmSync(cwd, { recursive: true });
  return problems.map((problem) => `${name}: ${problem}`);
}

describe('a file of the state folder', () => {
  it.each(Object.entries(HARMS))('%s: found by name, never wrong numbers, never from nothing in silence', async (_, harm) => {
    const random = seeded(SEED);
    const problems: string[] = [];
    const names = Object.keys(rawTree(join(before, 'state'))).filter((name) => !name.endsWith('/'));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) problems.push(...(await problemsAfter(name, harm, random)));
    expect(problems).toEqual([]);
  });
});
