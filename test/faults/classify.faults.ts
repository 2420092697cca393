import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { copyWorld, differences, killOwners, makeWorld, type NightResult, rawTree, runIn } from '../support/nightly-world.js';
import { SHOP_HEAD } from '../support/simulated-shop.js';
import { spawnCli } from '../support/spawn-cli.js';
import { type FaultCode, type FileCall, watchFiles } from '../support/watched-files.js';

const SCRIPT = fileURLToPath(new URL('../support/run-until-killed.ts', import.meta.url));
const NOW = new Date('2024-06-03T02:00:00Z');
const CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EROFS', 'EMFILE'] as const;

let root: string;
let before: string;
let calls: readonly FileCall[];
/** What the folder holds after the second classification. */
let after: Record<string, string>;

/** The second classification writes other names than the first, so that files come, go and stay. */
const command = (cwd: string, format = 'csv'): string[] =>
  ['classify', join(cwd, 'in'), '--no-config', '--no-proof', '--quiet', '--segment-files', 'none', '--format', format].concat([
    '--out',
    join(cwd, 'out'),
    '--temp-dir',
    join(cwd, 'tmp'),
  ]);

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'segment-classify-')));
  before = join(root, '0-before');
  makeWorld(before, '');
  writeFileSync(join(before, 'in', 'a.csv'), `${SHOP_HEAD}e1,ann,2024-06-01T08:00:00Z,purchase,5,\n`);
  expect(await runIn(before, command(before, 'parquet'), { now: NOW })).toMatchObject({ exitCode: 0 });
  writeFileSync(join(before, 'in', 'b.csv'), `${SHOP_HEAD}e2,bob,2024-06-02T08:00:00Z,purchase,7,\n`);
  const whole = copyWorld(before, join(root, 'whole'));
  const seen: FileCall[] = [];
  const { exitCode } = await watched(whole, (call) => {
    seen.push(call);
    return undefined;
  });
  expect(exitCode).toBe(0);
  [calls, after] = [seen, comparableOut(whole)];
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function watched(cwd: string, judge: (call: FileCall) => FaultCode | undefined): Promise<NightResult> {
  const done = watchFiles({ root: cwd, judge });
  return runIn(cwd, command(cwd), { now: NOW }).finally(done);
}

/** The folder without what differs between equal runs. */
function comparableOut(cwd: string): Record<string, string> {
  const { 'manifest.json': _manifest, ...rest } = rawTree(join(cwd, 'out'));
  return { ...rest, ...Object.fromEntries(Object.entries(rawTree(join(cwd, 'tmp'))).map(([name, text]) => [`tmp/${name}`, text])) };
}

/** Either set is whole, or it can be told that none is; the next run leaves the new one and nothing else. */
async function problemsAfter(cwd: string, { isDone, mayBeWithout }: { isDone: boolean; mayBeWithout: boolean }): Promise<string[]> {
  const problems: string[] = [];
  const broken = await verifyOutputs(join(cwd, 'out'));
  if (broken === undefined ? !mayBeWithout : broken.length > 0) problems.push(`the set is not whole: ${JSON.stringify(broken)}`);
  if (broken !== undefined) {
    const isOf = (name: string): boolean => !name.startsWith('.segment') && !name.startsWith('tmp/');
    const ofNew = differences(comparableOut(cwd), after).filter(isOf);
    const ofOld = differences(comparableOut(cwd), comparableOut(before)).filter(isOf);
    if (ofNew.length > 0 && (isDone || ofOld.length > 0)) problems.push(`neither the old nor the new set: ${ofNew.join(', ')}`);
  }
  killOwners(cwd);
  const { exitCode, stderr } = await runIn(cwd, command(cwd), { now: NOW });
  if (exitCode !== 0) return [...problems, `the next run ended in ${exitCode} with ${stderr}`];
  const left = differences(comparableOut(cwd), after);
  return left.length === 0 ? problems : [...problems, `after the next run these are not as if nothing had happened: ${left.join(', ')}`];
}

async function problemsOf(code: FaultCode, isMeant: (call: FileCall) => boolean): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, wanted] of calls.entries()) {
    if (!isMeant(wanted)) continue;
    const cwd = copyWorld(before, join(root, `fault-${code}-${index}`));
    let count = 0;
    const { exitCode, stderr } = await watched(cwd, () => (count++ === index ? code : undefined));
    const ended =
      exitCode === 0 || ([3, 4].includes(exitCode) && /^error: .*\[[a-z-]+\]$/m.test(stderr))
        ? []
        : [`ended in ${exitCode} with ${stderr}`];
    const found = [...ended, ...(await problemsAfter(cwd, { isDone: exitCode === 0, mayBeWithout: false }))];
    problems.push(...found.map((problem) => `${code} at ${wanted.name} ${wanted.path}: ${problem}`));
    rmSync(cwd, { recursive: true });
  }
  return problems;
}

it.each(CODES)('classify --out: %s at each call that changes a file', async (code) => {
  expect(calls.filter(({ isWrite }) => isWrite).length).toBeGreaterThan(30);
  expect(await problemsOf(code, ({ isWrite }) => isWrite)).toEqual([]);
});

it('classify --out: EIO at each call that reads', async () => {
  expect(await problemsOf('EIO', ({ isWrite }) => !isWrite)).toEqual([]);
});

it('classify --out: kill -9 at each call that changes a file', async () => {
  const problems: string[] = [];
  for (let number = 1, isDone = false; !isDone; number++) {
    const cwd = copyWorld(before, join(root, `killed-${number}`));
    const { exitCode, stderr } = await spawnCli([cwd, String(number), ...command(cwd)], { script: SCRIPT, cwd });
    isDone = exitCode === 0;
    expect([null, 0], stderr).toContain(exitCode);
    problems.push(...(await problemsAfter(cwd, { isDone, mayBeWithout: true })).map((problem) => `call ${number}: ${problem}`));
    rmSync(cwd, { recursive: true });
  }
  expect(problems).toEqual([]);
});
