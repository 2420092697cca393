import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { spawnCli } from '../support/spawn-cli.js';

const WAIT_FOR_SIGNAL = fileURLToPath(new URL('../support/wait-for-signal.ts', import.meta.url));

/** Names every module that is loaded, on stderr. */
const LOAD_HOOK = `import { writeSync } from 'node:fs'; export async function load(url, context, next) { writeSync(2, 'loaded ' + url + '\\n'); return next(url, context); }`;
const TRACE = `data:text/javascript,${encodeURIComponent(
  `import { register } from 'node:module'; register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(LOAD_HOOK))});`,
)}`;

async function packagesLoadedBy(argv: readonly string[]): Promise<string[]> {
  const { stderr, exitCode } = await spawnCli(argv, { env: { NODE_OPTIONS: `--import=${TRACE}` } });
  expect(exitCode).toBe(0);
  const urls = [...stderr.matchAll(/^loaded (\S+)/gm)].map((match) => match[1] ?? '');
  expect(urls.some((url) => url.endsWith('/src/cli/main.js'))).toBe(true);
  return [...new Set(urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))];
}

describe('start-up', () => {
  it('loads the words for failures before anything that may fail', async () => {
    const { stderr } = await spawnCli(['params'], { env: { NODE_OPTIONS: `--import=${TRACE}` } });
    const urls = [...stderr.matchAll(/^loaded \S+\/src\/cli\/([\w-]+)\.js/gm)].map((match) => match[1]);
    expect(urls.indexOf('present-error')).toBeGreaterThan(0);
    expect(urls.indexOf('present-error')).toBeLessThan(urls.indexOf('program'));
  });

  it('loads nothing but commander for help and version', async () => {
    expect(await packagesLoadedBy(['--help'])).toEqual(['commander']);
    expect(await packagesLoadedBy(['--version'])).toEqual(['commander']);
  });

  it.each(COMMANDS.map((command) => command.name))('loads nothing but commander for %s --help', async (name) => {
    expect(await packagesLoadedBy([name, '--help'])).toEqual(['commander']);
  });
});

describe('a run', () => {
  it('loads the package for Arrow only when it writes Arrow', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'segment-loads-'));
    try {
      const input = join(folder, 'events.csv');
      writeFileSync(input, 'user_id,event,timestamp\na,view,2026-01-01\n');
      const loaded = (format: string): Promise<string[]> =>
        packagesLoadedBy(['classify', input, '--out', join(folder, format), '--format', format, '--quiet']);
      expect(await loaded('csv')).not.toContain('apache-arrow');
      expect(await loaded('jsonl')).not.toContain('apache-arrow');
      expect(await loaded('arrow')).toContain('apache-arrow');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('streams', () => {
  it('writes everything through a pipe before it ends', async () => {
    const { stdout, stderr, exitCode } = await spawnCli(['params', '--json']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(stdout)).toHaveLength(26);
  });

  it('is quiet when the reader of stdout goes away', async () => {
    const { stderr, exitCode } = await spawnCli(['params'], { meanwhile: (child) => child.stdout?.destroy() });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it.skipIf(!existsSync('/dev/full'))('ends in 4 when stdout is full', async () => {
    const stdout = openSync('/dev/full', 'w');
    const { stderr, exitCode } = await spawnCli(['params'], { stdout });
    closeSync(stdout);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^error: The result could not be written to stdout: the disk is full\. \[stdout-failed\]\nhint: /);
  });
});

describe('signals', () => {
  const whenWorking = (signals: readonly NodeJS.Signals[]) => (child: import('node:child_process').ChildProcess) => {
    const pending = [...signals];
    const send = (): void => {
      const signal = pending.shift();
      if (signal !== undefined) child.kill(signal);
    };
    child.stdout?.once('data', send);
    child.stderr?.on('data', send);
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('lets the work stop by itself on %s', async (signal) => {
    const { stderr, exitCode } = await spawnCli([], { script: WAIT_FOR_SIGNAL, meanwhile: whenWorking([signal]) });
    expect({ stderr, exitCode }).toEqual({ stderr: `stopping on ${signal}\n`, exitCode: 0 });
  });

  it('ends at once on the second signal', async () => {
    const { stderr, exitCode } = await spawnCli(['deaf'], { script: WAIT_FOR_SIGNAL, meanwhile: whenWorking(['SIGINT', 'SIGINT']) });
    expect({ stderr, exitCode }).toEqual({ stderr: 'stopping on SIGINT\n', exitCode: 130 });
  });
});
