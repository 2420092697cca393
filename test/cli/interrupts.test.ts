import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { canMountSmallDisk, withSmallDisk } from '../membership/publish/small-disk.js';
import { csvText, manyUsers, messyOrders } from '../support/messy-export.js';
import { filesBelow, setBelow } from '../support/output-files.js';
import { type RunResult, runCli } from '../support/run-cli.js';
import { commandFromSources, type SpawnOptions, type SpawnResult, spawnCli } from '../support/spawn-cli.js';

const hasSignals = process.platform !== 'win32';
const NOBODY = 65_534;
/** Copies of input files have random names. */
const SPOOL_COPY = /[\\/][\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Flags of the long run. */
const LONG = ['--no-proof', '--quiet'];

let folder: string;
/** What the long run makes of its input when nothing disturbs it. */
let whole: Record<string, string>;
let place: string;
let out: string;
let temp: string;
let cases = 0;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-interrupts-')));
  writeFileSync(join(folder, 'long.csv'), csvText(manyUsers(17, 60_000, 35_000)));
  writeFileSync(join(folder, 'short.csv'), csvText(messyOrders(5, 300)));
  await runCli(['classify', join(folder, 'long.csv'), '--out', join(folder, 'whole'), ...LONG]);
  whole = setBelow(join(folder, 'whole'));
  const { exitCode } = await runCli(['classify', join(folder, 'short.csv'), '--out', join(folder, 'earlier'), '--quiet']);
  expect(exitCode).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Every test stands in a new folder with an earlier, small set in `out`. */
beforeEach(() => {
  cases += 1;
  place = join(folder, `case-${cases}`);
  out = join(place, 'segments');
  temp = join(place, 'temporary');
  mkdirSync(temp, { recursive: true });
  cpSync(join(folder, 'earlier'), out, { recursive: true });
});

function runLong(options: SpawnOptions = {}, ...flags: string[]): Promise<SpawnResult> {
  return spawnCli(['classify', join(folder, 'long.csv'), '--out', out, '--temp-dir', temp, ...LONG, ...flags], options);
}

/** The same undisturbed, in this process. */
function runLongHere(): Promise<RunResult> {
  return runCli(['classify', join(folder, 'long.csv'), '--out', out, '--temp-dir', temp, ...LONG]);
}

/** Calls `act` once, as soon as `isDue`, looking every few milliseconds. */
function asSoonAs(isDue: () => boolean, act: () => void, delay = 0): (child: ChildProcess) => void {
  return (child) => {
    const timer = setInterval(() => {
      if (!isDue()) return;
      clearInterval(timer);
      setTimeout(act, delay);
    }, 2);
    child.once('exit', () => clearInterval(timer));
  };
}

const staging = (): string | undefined =>
  existsSync(out) ? readdirSync(out).find((name) => /^\.segment-[0-9a-f]+$/.test(name)) : undefined;
const isStaged = (name: string): boolean => existsSync(join(out, staging() ?? '-', name));

/** Moments of a run, by what can be seen from outside. */
const MOMENTS: readonly (readonly [name: string, isDue: () => boolean, delay: number])[] = [
  ['the lock is taken', () => existsSync(join(out, '.segment.lock')), 0],
  ['the engine starts', () => readdirSync(temp).length > 0, 0],
  ['it reads', () => readdirSync(temp).length > 0, 200],
  ['it writes the members', () => isStaged('new/members.csv'), 0],
  ['it publishes', () => isStaged('manifest.json'), 0],
];

/** Neither lock nor staging folder nor temporary files are left. */
function expectNothingLeft(): void {
  expect(readdirSync(temp)).toEqual([]);
  if (existsSync(out)) expect(readdirSync(out).filter((name) => name.startsWith('.segment'))).toEqual([]);
}

/** The folder holds the earlier set to the byte, or the complete new one. */
async function expectOldOrNew(before: Record<string, string>): Promise<void> {
  expect(await verifyOutputs(out)).toEqual([]);
  const found = filesBelow(out);
  if (found['members.csv'] === before['members.csv']) expect(found).toEqual(before);
  else expect(setBelow(out)).toEqual(whole);
}

describe.skipIf(!hasSignals)('a signal', () => {
  it.each(MOMENTS.map((moment, index) => [moment[0], (['SIGINT', 'SIGTERM', 'SIGHUP'] as const)[index % 3] ?? 'SIGINT', moment] as const))(
    'when %s (%s): nothing half-written, nothing left',
    async (name, signal, [, isDue, delay]) => {
      const isEarly = name === 'the lock is taken' || name === 'the engine starts';
      const before = filesBelow(out);
      const { stdout, stderr, exitCode } = await runLong({ meanwhile: (child) => asSoonAs(isDue, () => child.kill(signal), delay)(child) });
      if (isEarly) expect(exitCode).not.toBe(0);
      // A signal that comes after the last thing was done finds nothing to stop.
      if (exitCode !== 0) {
        expect({ exitCode, stdout }).toEqual({ exitCode: { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal], stdout: '' });
        expect(stderr.replace(/^(warning: .*\n)+/, '')).toMatch(/^(interrupted\n)?$/);
      }
      expectNothingLeft();
      await expectOldOrNew(before);
    },
  );

  it('while a compressed input is unpacked: the copy goes too', async () => {
    const path = join(place, 'long.csv.gz');
    writeFileSync(path, gzipSync(readFileSync(join(folder, 'long.csv')), { level: 1 }));
    const before = filesBelow(out);
    const isUnpacking = (): boolean => readdirSync(temp, { recursive: true, encoding: 'utf8' }).some((name) => SPOOL_COPY.test(name));
    const { stdout, stderr, exitCode } = await spawnCli(['classify', path, '--out', out, '--temp-dir', temp], {
      meanwhile: (child) => asSoonAs(isUnpacking, () => child.kill('SIGHUP'))(child),
    });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: 'interrupted\n', exitCode: 129 });
    expect(filesBelow(out)).toEqual(before);
    expectNothingLeft();
  });

  it('takes away the folder that was made for nothing', async () => {
    rmSync(out, { recursive: true });
    const { exitCode } = await runLong({
      meanwhile: (child) =>
        asSoonAs(
          () => staging() !== undefined,
          () => child.kill('SIGINT'),
          300,
        )(child),
    });
    expect(exitCode).toBe(130);
    expect(readdirSync(place)).toEqual(['temporary']);
  });

  it('a second one ends the run at once, and the next run cleans up', async () => {
    const { exitCode } = await runLong({
      meanwhile: (child) =>
        asSoonAs(
          () => staging() !== undefined,
          () => {
            child.kill('SIGINT');
            child.kill('SIGINT');
          },
          300,
        )(child),
    });
    expect(exitCode).toBe(130);
    expect((await runLongHere()).exitCode).toBe(0);
    expectNothingLeft();
    expect(setBelow(out)).toEqual(whole);
  });
});

describe.skipIf(!hasSignals)('kill -9', () => {
  it.each(MOMENTS.slice(2))('when %s: the next run succeeds and leaves no orphan', async (_name, isDue, delay) => {
    const before = filesBelow(out);
    const { exitCode } = await runLong({ meanwhile: (child) => asSoonAs(isDue, () => child.kill('SIGKILL'), delay)(child) });
    if (exitCode === null) {
      const problems = await verifyOutputs(out);
      if (problems !== undefined) expect(problems).toEqual([]);
      if (problems !== undefined && filesBelow(out)['members.csv'] === before['members.csv']) expect(filesBelow(out)).toMatchObject(before);
    }
    const { stderr, exitCode: next } = await runLongHere();
    expect({ next, errors: stderr.split('\n').filter((line) => !line.startsWith('warning: ')) }).toEqual({ next: 0, errors: [''] });
    expectNothingLeft();
    expect(setBelow(out)).toEqual(whole);
    expect(await verifyOutputs(out)).toEqual([]);
  });
});

describe('two runs at once', () => {
  it('the second is refused with 4 and disturbs nothing', async () => {
    let second: ReturnType<typeof runCli> | undefined;
    const first = await runLong({
      meanwhile: asSoonAs(
        () => staging() !== undefined,
        () => {
          second = runCli(['classify', join(folder, 'short.csv'), '--out', out, '--temp-dir', temp]);
        },
      ),
    });
    expect(first.exitCode).toBe(0);
    expect(await second).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringMatching(/another run is writing there \(process \d+\)\. \[output-locked\]/),
    });
    expectNothingLeft();
    expect(setBelow(out)).toEqual(whole);
  });
});

describe.skipIf(!hasSignals)('a reader of stdout', () => {
  const short = (...flags: string[]): string[] => ['classify', join(folder, 'short.csv'), '--out', out, '--temp-dir', temp, ...flags];

  it('that goes away is no error: exit 0, quiet, files complete', async () => {
    rmSync(out, { recursive: true });
    for (const flags of [[], ['--json']]) {
      const { stderr, exitCode } = await spawnCli(short(...flags), { meanwhile: (child) => child.stdout?.destroy() });
      expect({ exitCode, stderr: stderr.replaceAll(/warning: .*\n/g, '') }).toEqual({ exitCode: 0, stderr: '' });
      expect(await verifyOutputs(out)).toEqual([]);
    }
    expectNothingLeft();
  });

  it.each([
    ['explain', ['explain', '--status', 'active']],
    ['sql', ['sql']],
    ['classify --dry-run --json', ['classify', '--dry-run', '--json']],
  ])('that goes away from %s is no error', async (_, [command = '', ...flags]) => {
    const { stderr, exitCode } = await spawnCli([command, join(folder, 'short.csv'), '--temp-dir', temp, ...flags], {
      meanwhile: (child) => child.stdout?.destroy(),
    });
    expect({ exitCode, stderr: stderr.replaceAll(/warning: .*\n/g, '') }).toEqual({ exitCode: 0, stderr: '' });
    expectNothingLeft();
  });

  it.each([
    ['demo', ['demo', '--users', '20']],
    ['params --json', ['params', '--json']],
    ['help TOPIC', ['help', 'statuses']],
  ])('that goes away from %s is no error', async (_, argv) => {
    const { stderr, exitCode } = await spawnCli(argv, { cwd: place, meanwhile: (child) => child.stdout?.destroy() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('| head -n 1 takes its line and the run ends with 0', () => {
    const script = '{ "$@"; echo "exit $?" >&2; } | head -n 1';
    const { stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', ...commandFromSources(), ...short()], { encoding: 'utf8' });
    expect(stdout).toMatch(/^\d+ users to .*\n$/);
    expect(stderr).toBe('exit 0\n');
  });

  it.skipIf(!existsSync('/dev/full'))('that is full ends the run with 4; the files are complete', async () => {
    const stdout = openSync('/dev/full', 'w');
    const { stderr, exitCode } = await spawnCli(short('--json'), { stdout });
    closeSync(stdout);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^error: The result could not be written to stdout: .* \[stdout-failed\]$/m);
    expect(await verifyOutputs(out)).toEqual([]);
  });
});

const canBecomeNobody =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(commandFromSources()[1])})`], {
    uid: NOBODY,
    gid: NOBODY,
  }).status === 0;

describe.skipIf(!hasSignals || (process.getuid?.() === 0 && !canBecomeNobody))(
  'a folder that may not be written (as root: needs another user that can read the sources)',
  () => {
    const asUser: SpawnOptions = canBecomeNobody ? { uid: NOBODY, env: { HOME: tmpdir() } } : {};

    it('ends the run with 4 before the long work, naming the folder', async () => {
      for (const path of [folder, place, out]) chmodSync(path, 0o755);
      const before = filesBelow(out);
      chmodSync(out, 0o555);
      const { stdout, stderr, exitCode } = await spawnCli(['classify', join(folder, 'short.csv'), '--out', out], asUser);
      chmodSync(out, 0o755);
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
      expect(stderr).toMatch(/^error: The system did not permit access to .*segments.* \[no-permission\]\nhint: .*--out/);
      expect(filesBelow(out)).toEqual(before);
    });

    it('nor one to be made there, nor temporary files', async () => {
      const locked = join(place, 'locked');
      mkdirSync(locked, { mode: 0o555 });
      const made = await spawnCli(['classify', join(folder, 'short.csv'), '--out', join(locked, 'new')], asUser);
      expect(made).toMatchObject({ exitCode: 4, stdout: '', stderr: expect.stringContaining('[no-permission]') });
      const spilled = await spawnCli(['classify', join(folder, 'short.csv'), '--dry-run', '--temp-dir', locked], asUser);
      expect(spilled).toMatchObject({ exitCode: 4, stdout: '', stderr: expect.stringContaining('[no-permission]') });
      expect(readdirSync(locked)).toEqual([]);
    });

    it('nor an input that may not be read', async () => {
      writeFileSync(join(place, 'secret.csv'), 'user_id,timestamp\nu1,2024-01-01\n', { mode: 0o000 });
      chmodSync(place, 0o755);
      chmodSync(folder, 0o755);
      const { stderr, exitCode } = await spawnCli(['classify', join(place, 'secret.csv'), '--dry-run'], asUser);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 3,
        stderr: expect.stringMatching(/secret\.csv cannot be read: the system does not permit it\. \[input-unreadable\]/),
      });
    });
  },
);

/** One line of error that names the path, one of hint. */
const FULL =
  /^error: The disk is full: (.*) could not be written\. \[disk-full\]\nhint: make room, or name a folder on a larger disk with --out\.\n$/;

describe.skipIf(!hasSignals)('a limit on file size (ulimit -f)', () => {
  it('ends the run with 4, names the file and leaves the earlier set', async () => {
    const before = filesBelow(out);
    // 2,000 blocks of 512 or 1024 bytes; members.csv would be over 3 MB.
    const { stderr, exitCode } = await runLong({ before: 'ulimit -f 2000' });
    expect(exitCode).toBe(4);
    expect(FULL.exec(stderr)?.[1]).toBe(join(out, 'members.csv'));
    expect(filesBelow(out)).toEqual(before);
    expectNothingLeft();
  });
});

describe.skipIf(!canMountSmallDisk())('a full disk (needs the right to mount a small tmpfs)', () => {
  it('under --out: exit 4, one line that names the path, the earlier set intact', async () => {
    const disk = join(place, 'disk');
    await withSmallDisk(disk, '2m', async () => {
      out = join(disk, 'segments');
      expect((await runCli(['classify', join(folder, 'short.csv'), '--out', out, '--quiet'])).exitCode).toBe(0);
      const before = filesBelow(out);
      const { stderr, exitCode } = await runLong();
      expect(exitCode).toBe(4);
      expect(FULL.exec(stderr)?.[1]).toBe(join(out, 'members.csv'));
      expect(filesBelow(out)).toEqual(before);
      expectNothingLeft();
    });
  });

  it('under --out at every size at which another step runs full', async () => {
    const disk = join(place, 'disk');
    let failures = 0;
    for (const size of [16, 48, 72, 88, 96, 104]) {
      await withSmallDisk(`${disk}-${size}`, `${size}k`, async () => {
        out = join(`${disk}-${size}`, 'segments');
        const { stderr, exitCode } = await runCli(['classify', join(folder, 'short.csv'), '--out', out, '--quiet']);
        if (exitCode === 0) return;
        failures += 1;
        expect({ exitCode, stderr }).toEqual({
          exitCode: 4,
          stderr: expect.stringMatching(/^error: .*segments.* \[disk-full\]\nhint: .*--out\.\n$/),
        });
        expect(existsSync(out)).toBe(false);
      });
    }
    expect(failures).toBeGreaterThan(2);
  });

  it('under --temp-dir while data is spilled: exit 4, and the way out is named', async () => {
    const before = filesBelow(out);
    await withSmallDisk(join(place, 'disk'), '2m', async () => {
      temp = join(place, 'disk');
      const path = join(place, 'spilled.csv');
      writeFileSync(path, csvText(manyUsers(17, 120_000, 70_000)));
      const small = ['--memory-limit', '64MiB', '--threads', '1', '--quiet'];
      const { stderr, exitCode } = await spawnCli(['classify', path, '--out', out, '--temp-dir', temp, ...small]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 4,
        stderr: `error: The disk of the temporary folder ${temp} is full: copies of compressed or recoded files, and what does not fit into the memory limit, go there. [temp-disk-full]\nhint: name a folder on a larger disk with --temp-dir.\n`,
      });
      expect(filesBelow(out)).toEqual(before);
      expectNothingLeft();
    });
  });

  it('under --temp-dir while an input is unpacked', async () => {
    await withSmallDisk(join(place, 'disk'), '1m', async () => {
      temp = join(place, 'disk');
      writeFileSync(join(place, 'wide.csv'), Buffer.from(`\uFEFF${csvText(manyUsers(3, 30_000, 2_000))}`, 'utf16le'));
      const { stderr, exitCode } = await spawnCli(['classify', join(place, 'wide.csv'), '--dry-run', '--temp-dir', temp]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 4,
        stderr: expect.stringContaining(`The disk of the temporary folder ${temp} is full`),
      });
      expectNothingLeft();
    });
  });
});

describe('a memory limit that is too small', () => {
  it('ends the run with 4 and names --memory-limit', async () => {
    const before = filesBelow(out);
    const { stderr, exitCode } = await runLong({}, '--memory-limit', '64MiB', '--threads', '8');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: expect.stringMatching(
        /^error: The memory limit of 68MB was too small for this input: .*\. \[out-of-memory\]\nhint: give it more, for example --memory-limit 269MB, or use fewer --threads\.\n$/,
      ),
    });
    expect(filesBelow(out)).toEqual(before);
    expectNothingLeft();
  });
});

describe('an input that changes while it is read', () => {
  it.each([
    ['grows', (path: string) => appendFileSync(path, 'e999999,u1,2024-01-01T00:00:00.000Z,view,,p1\n')],
    ['is cut', (path: string) => truncateSync(path, 2_000_000)],
    ['is removed', (path: string) => rmSync(path)],
  ])('and %s is refused with 3; the earlier set stays', async (_what, change) => {
    const before = filesBelow(out);
    const path = join(place, 'growing.csv');
    copyFileSync(join(folder, 'long.csv'), path);
    const { stdout, stderr, exitCode } = await spawnCli(['classify', path, '--out', out, '--temp-dir', temp], {
      meanwhile: (child) =>
        asSoonAs(
          () => readdirSync(temp).length > 0,
          () => change(path),
          50,
        )(child),
    });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: `error: ${path} changed while it was read. [input-changed]\nhint: run again when nothing writes to it any more.\n`,
    });
    expect(filesBelow(out)).toEqual(before);
    expectNothingLeft();
  });
});
