import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { seeded } from './messy-export.js';
import {
  comparableSet,
  comparableTree,
  copyWorld,
  differences,
  killOwners,
  leftBehind,
  makeWorld,
  type NightResult,
  publishedSet,
  runNight,
} from './nightly-world.js';
import { SHOP_HEAD, SimulatedShop } from './simulated-shop.js';
import { type FaultCode, type FileCall, watchFiles } from './watched-files.js';

export const NOW = new Date('2024-06-03T02:00:00Z');
const CONFIG = 'proof: false\nsegments:\n  buyers: { goal: sell, where: { did: { event: purchase } } }\n';

/** Three nights, the second of which is to be disturbed: one file is new, one corrected, one gone. */
export interface Nights {
  readonly root: string;
  /** The folder as it stands before the second night. */
  readonly before: string;
  /** The calls of an undisturbed second night, in order. */
  readonly calls: readonly FileCall[];
  /** What readers get after it. */
  readonly set: Readonly<Record<string, string>>;
  /** State, output and temporary files after it, and after the third night. */
  readonly second: Readonly<Record<string, string>>;
  readonly third: Readonly<Record<string, string>>;
  remove(): void;
}

export interface NightsOptions {
  readonly segmentFiles?: 'none' | 'ids';
  /** Further people who come and go before the second night and on it, so that it takes its time. */
  readonly people?: number;
  /** On the disk, where it otherwise is in memory if the system has such a place. */
  readonly isOnDisk?: boolean;
}

/** The days on which further people come, by the count of `SimulatedShop`: the last are 1 and 2 June 2024. */
const PEOPLE_DAYS = { first: 790, before: 880, second: 881 } as const;

/** Makes the nights. */
export async function makeNights({ segmentFiles = 'none', people = 0, isOnDisk = false }: NightsOptions = {}): Promise<Nights> {
  const place = existsSync('/dev/shm') && !isOnDisk ? '/dev/shm' : tmpdir();
  const root = realpathSync(mkdtempSync(join(place, 'segment-nights-')));
  // Files are told in the order of their paths: a copy has to come after it.
  const before = join(root, '0-before');
  makeWorld(before, `${CONFIG}segment_files: ${segmentFiles}\n`);
  const write = (name: string, rows: string): void => writeFileSync(join(before, 'in', name), SHOP_HEAD + rows);
  write('day-1.csv', 'e1,ann,2024-06-01T08:00:00Z,login,,\ne2,bob,2024-06-01T09:00:00Z,purchase,5,p1\n');
  write('extra.csv', 'e7,cid,2024-06-01T07:00:00Z,purchase,7,\n');
  const shop = new SimulatedShop(seeded(people), people, PEOPLE_DAYS.second);
  const linesOf = (from: number, to: number): string =>
    people === 0 ? '' : Array.from({ length: to - from + 1 }, (_, index) => shop.linesOf(from + index).join('')).join('');
  if (people > 0) write('people.csv', linesOf(PEOPLE_DAYS.first, PEOPLE_DAYS.before));
  write('gone.csv', 'e9,dan,2024-06-01T07:30:00Z,login,,\n');
  expectDone(await runNight(before, { now: NOW }));
  write(
    'day-2.csv',
    'e2,bob,2024-06-01T09:00:00Z,purchase,5,p1\ne3,bob,2024-06-02T09:00:00Z,uninstall,,\n' +
      linesOf(PEOPLE_DAYS.second, PEOPLE_DAYS.second),
  );
  write('extra.csv', 'e7,cid,2024-06-01T07:00:00Z,purchase,70,\n');
  rmSync(join(before, 'in', 'gone.csv'));
  const whole = copyWorld(before, join(root, 'whole'));
  const calls: FileCall[] = [];
  const done = watchFiles({
    root: whole,
    judge: (call) => {
      calls.push(call);
      return undefined;
    },
  });
  expectDone(await runNight(whole, { now: NOW }).finally(done));
  const [set = {}, second] = [comparableSet(whole), comparableTree(whole)];
  addThirdDay(whole);
  expectDone(await runNight(whole, { now: NOW }));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  return { root, before, calls, set, second, third: comparableTree(whole), remove };
}

function addThirdDay(cwd: string): void {
  writeFileSync(join(cwd, 'in', 'day-3.csv'), `${SHOP_HEAD}e4,ann,2024-06-03T00:10:00Z,purchase,3,\n`);
}

function expectDone({ exitCode, stderr }: NightResult): void {
  if (exitCode !== 0) throw new Error(`a night without a fault ended in ${exitCode}: ${stderr}`);
}

export interface Fault {
  /** Which call of the undisturbed night, counted from 1. */
  readonly at: number;
  readonly code: FaultCode;
}

/** One fault for each of the calls that are meant. */
export function faultsOf({ calls }: Nights, code: FaultCode, isMeant: (call: FileCall) => boolean): Fault[] {
  return calls.flatMap((call, index) => (isMeant(call) ? [{ at: index + 1, code }] : []));
}

/** What is wrong with how the night bears the faults, one by one; empty when nothing is. */
export async function tryFaults(nights: Nights, faults: readonly Fault[]): Promise<string[]> {
  const problems: string[] = [];
  const tried = new Map<string, readonly string[]>();
  for (const { at, code } of faults) {
    const cwd = copyWorld(nights.before, join(nights.root, `fault-${at}-${code}`));
    const { result, call } = await nightWithFault(cwd, at, code);
    const what = `${code} at call ${at}, ${call?.name} ${call?.path.slice(cwd.length)}`;
    const found = [...wordsOf(result), ...(await setProblems(cwd, nights, result.exitCode === 0))];
    killOwners(cwd);
    problems.push(...[...found, ...(await goOn(cwd, nights, result.exitCode === 0, tried))].map((problem) => `${what}: ${problem}`));
    rmSync(cwd, { recursive: true });
  }
  return problems;
}

async function nightWithFault(cwd: string, at: number, code: FaultCode): Promise<{ result: NightResult; call: FileCall | undefined }> {
  let count = 0;
  let failed: FileCall | undefined;
  const done = watchFiles({
    root: cwd,
    judge: (call) => {
      count += 1;
      if (count !== at) return undefined;
      failed = call;
      return code;
    },
  });
  const result = await runNight(cwd, { now: NOW }).finally(done);
  return { result, call: failed };
}

/** A night that fails says so in one sentence that names the place, and one hint, and ends in 3 or 4. */
function wordsOf({ exitCode, stderr }: NightResult): string[] {
  if (exitCode === 0) return [];
  const [error = '', ...more] = stderr.split('\n').filter((line) => line !== '' && !/^(warning|hint): /.test(line));
  // What a process may have open is no place; a config that cannot be read is a matter of the command line.
  const isNamed = /\b(segment\.yaml|in|state|out|tmp)\b.* \[[a-z-]+\]$/.test(error) || error.endsWith('[too-many-open-files]');
  const isClear = isNamed && more.length === 0 && (exitCode === 3 || exitCode === 4 || error.endsWith('[config-unreadable]'));
  return isClear ? [] : [`ended in ${exitCode} with ${stderr}`];
}

/** Readers have the old set to the byte, or the new one; after a night that says it is done, the new one. */
export async function setProblems(cwd: string, nights: Nights, isDone: boolean): Promise<string[]> {
  const found = publishedSet(cwd);
  if (found === undefined) return ['readers get nothing'];
  const broken = await verifyOutputs(join(cwd, 'out', 'current'));
  if (broken === undefined || broken.length > 0) return [`the set that readers get is not whole: ${JSON.stringify(broken)}`];
  const ofNew = differences(comparableSet(cwd) ?? {}, nights.set).filter(isOfSet);
  if (ofNew.length === 0) return [];
  if (isDone) return [`it says it is done, and published another set: ${ofNew.join(', ')}`];
  const ofOld = differences(found, publishedSet(nights.before) ?? {}).filter(isOfSet);
  return ofOld.length === 0 ? [] : [`readers get neither the old set nor the new one: ${ofOld.join(', ')}; ${ofNew.join(', ')}`];
}

/** What could not be tidied away once the set was in place goes with the next night. */
function isOfSet(name: string): boolean {
  return !name.startsWith('.segment');
}

/**
 * What is wrong after the next, plain night: the second one again where it failed, and otherwise the third. The same left behind is tried
 * once.
 */
export async function goOn(
  cwd: string,
  nights: Nights,
  isDone: boolean,
  tried: Map<string, readonly string[]>,
): Promise<readonly string[]> {
  const left = `${isDone} ${leftBehind(cwd)}`;
  const known = tried.get(left);
  if (known !== undefined) return known;
  if (isDone) addThirdDay(cwd);
  const { exitCode, stderr } = await runNight(cwd, { now: NOW });
  const problems = exitCode === 0 ? [] : [`the next night ended in ${exitCode} with ${stderr}`];
  const differing = exitCode === 0 ? differences(comparableTree(cwd), isDone ? nights.third : nights.second) : [];
  if (differing.length > 0) problems.push(`after the next night these are not as if nothing had happened: ${differing.join(', ')}`);
  tried.set(left, problems);
  return problems;
}

/** Fails unless the next, plain night puts everything right. */
export async function expectMended(cwd: string, nights: Nights, isDone: boolean, what: string): Promise<void> {
  expect(await goOn(cwd, nights, isDone, new Map()), what).toEqual([]);
}
