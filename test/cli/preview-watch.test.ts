import { mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliIo, type CliStream, interruptState } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';
import { runCli } from '../support/run-cli.js';

let cwd = '';
const before = process.cwd();
beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-preview-')));
  process.chdir(cwd);
});
afterAll(() => {
  process.chdir(before);
  rmSync(cwd, { recursive: true, force: true });
});

const YAML = (rule: string): string => `segments:\n  one:\n    where: ${rule}\n`;
const EVENTS = 'user_id,time,event\nu1,2026-06-01 10:00:00,buy\nu2,2026-06-01 10:00:00,view\n';

/** Puts a new file in the place of the old one, as editors do. */
function replace(name: string, text: string): void {
  writeFileSync(join(cwd, `.${name}.swap`), text);
  renameSync(join(cwd, `.${name}.swap`), join(cwd, name));
}

it('runs again after each change, outlives a broken file, and ends with the signal', async () => {
  replace('segment.yaml', YAML('did(buy)'));
  replace('events.csv', EVENTS);
  let said = '';
  const stream: CliStream = {
    write: (text) => {
      said += text;
    },
    flush: async () => {},
    isTty: false,
    columns: undefined,
    colorDepth: 1,
    terminal: undefined,
  };
  const interrupts = interruptState((code) => {
    throw new Error(`the process would have ended at once with ${code}`);
  });
  const io: CliIo = {
    stdout: stream,
    stderr: stream,
    stdin: { isTty: true, open: () => process.stdin },
    env: { XDG_CACHE_HOME: join(cwd, 'cache') },
    cwd,
    now: () => new Date('2026-07-01T00:00:00Z'),
    onInterrupt: interrupts.onInterrupt,
    interruptedBy: interrupts.interruptedBy,
  };
  /** What is said until it waits once more. */
  const untilWaiting = async (): Promise<string> => {
    while (!said.includes('Ctrl-C ends')) await sleep(20);
    const text = said;
    said = '';
    return text;
  };
  const exitCode = main(['preview', 'events.csv', '--watch'], io);
  expect(await untilWaiting()).toContain('one: 1 of 2 users');
  replace('segment.yaml', YAML('did(buy'));
  expect(await untilWaiting()).toMatch(/--- run 2 ---[\s\S]*\[config-problems\][\s\S]*a closing bracket is missing/);
  rmSync(join(cwd, 'segment.yaml'));
  expect(await untilWaiting()).toContain('[preview-without-segments]');
  replace('segment.yaml', YAML('did(buy) or did(view)'));
  const again = await untilWaiting();
  expect(again).toContain('one: 2 of 2 users');
  expect(again).toContain(', from the cache');
  replace('events.csv', `${EVENTS}u3,2026-06-01 10:00:00,other\n`);
  expect(await untilWaiting()).toContain('one: 2 of 3 users');
  interrupts.raise('SIGINT');
  expect(await exitCode).toBe(130);
  expect(said).toBe('');
});

it('refuses what no change can make good', async () => {
  expect((await runCli(['preview', '-', '--watch'], { cwd })).stderr).toContain('[watch-stdin]');
  const { stderr, exitCode } = await runCli(['preview', 'events.csv', '--watch', '--as-of', 'soon'], { cwd });
  expect(stderr).toContain('[bad-option-value]');
  expect(exitCode).toBe(2);
});
