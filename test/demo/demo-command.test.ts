import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demo } from '../../src/cli/commands/demo.js';
import { type CliIo, type CliStream, type InterruptSignal, interruptState } from '../../src/cli/io.js';
import { NO_INPUT } from '../support/silent-io.js';

const FIXTURE = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));

let cwd = '';
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-demo-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** Runs `segment demo` in the test's folder; returns what stands on stdout. */
async function run(flags: readonly string[], interruptAfter?: number): Promise<string> {
  const printed: string[] = [];
  const stream = (chunks: string[]): CliStream => ({
    write: (text) => void chunks.push(text),
    flush: async () => {},
    isTty: false,
    columns: undefined,
    colorDepth: 1,
    terminal: undefined,
  });
  const interrupts = interruptState((code) => {
    throw new Error(`the process would have ended with ${code}`);
  });
  const io: CliIo = {
    stdout: stream(printed),
    stderr: stream([]),
    stdin: NO_INPUT,
    env: {},
    cwd,
    now: () => new Date('2026-07-01T00:00:00Z'),
    onInterrupt: interrupts.onInterrupt,
    interruptedBy: interrupts.interruptedBy,
  };
  const program = new Command('segment').exitOverride();
  demo.register(program, io);
  const signal: InterruptSignal = 'SIGINT';
  const timer = interruptAfter === undefined ? undefined : setTimeout(() => interrupts.raise(signal), interruptAfter);
  try {
    await program.parseAsync(['demo', ...flags], { from: 'user' });
  } finally {
    clearTimeout(timer);
  }
  return printed.join('');
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('segment demo', () => {
  it('writes demo.csv and says what is in it', async () => {
    const printed = await run(['--users', '50', '--days', '120']);
    const lines = readFileSync(join(cwd, 'demo.csv'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('event_id,user_id,event,timestamp,revenue,order_id,session_id,device,country');
    expect(printed).toBe(
      `demo.csv: ${(lines.length - 1).toLocaleString('en')} events of 50 users, 120 days to 2026-06-30 (shop, seed 1)\n`,
    );
    expect(readdirSync(cwd)).toEqual(['demo.csv']);
  });

  it('makes fixtures/shop.csv with the command of its README', async () => {
    await run(['--users', '240', '--days', '400', '--seed', '31', '--out', 'shop.csv']);
    expect(sha256(join(cwd, 'shop.csv'))).toBe(sha256(FIXTURE));
  });

  it('prints JSON, and nothing with --quiet', async () => {
    const printed = await run(['--users', '20', '--days', '30', '--shape', 'media', '--out', 'm.parquet', '--json']);
    expect(JSON.parse(printed)).toEqual({
      file: 'm.parquet',
      format: 'parquet',
      events: expect.any(Number),
      users: 20,
      days: 30,
      seed: 1,
      shape: 'media',
      end: '2026-06-30',
    });
    expect(readFileSync(join(cwd, 'm.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect(await run(['--users', '20', '--days', '30', '--out', 'q.csv', '--quiet'])).toBe('');
  });

  it('takes the format from --format where the name says none', async () => {
    await run(['--users', '20', '--days', '30', '--out', 'events.data', '--format', 'parquet']);
    expect(readFileSync(join(cwd, 'events.data')).subarray(0, 4).toString()).toBe('PAR1');
    await run(['--users', '20', '--days', '30', '--format', 'parquet']);
    expect(existsSync(join(cwd, 'demo.parquet'))).toBe(true);
  });

  it('replaces a file only with --force', async () => {
    writeFileSync(join(cwd, 'demo.csv'), 'mine');
    await expect(run(['--users', '20', '--days', '30'])).rejects.toMatchObject({ code: 'demo-file-exists', kind: 'usage' });
    expect(readFileSync(join(cwd, 'demo.csv'), 'utf8')).toBe('mine');
    await run(['--users', '20', '--days', '30', '--force']);
    expect(readFileSync(join(cwd, 'demo.csv'), 'utf8')).toMatch(/^event_id,/);
  });

  it('never replaces what is no file', async () => {
    mkdirSync(join(cwd, 'folder.csv'));
    writeFileSync(join(cwd, 'target'), 'mine');
    symlinkSync(join(cwd, 'target'), join(cwd, 'link.csv'));
    for (const out of ['folder.csv', 'link.csv']) {
      await expect(run(['--users', '20', '--days', '30', '--out', out, '--force'])).rejects.toMatchObject({ code: 'demo-not-a-file' });
    }
    expect(readFileSync(join(cwd, 'target'), 'utf8')).toBe('mine');
  });

  it('writes to names with blanks, quotes and brackets', async () => {
    const out = `it's [a] "demo" ü.csv`;
    await run(['--users', '20', '--days', '30', '--out', out]);
    expect(readdirSync(cwd)).toEqual([out]);
  });

  it('leaves nothing after a signal', async () => {
    await expect(run(['--users', '500000'], 400)).rejects.toThrow();
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    [['--users', '19'], '--users 19: expected a whole number from 20 to 10000000.'],
    [['--users', '1e3'], '--users 1e3: expected a whole number from 20 to 10000000.'],
    [['--users', '99999999'], '--users 99999999: expected a whole number from 20 to 10000000.'],
    [['--days', '29'], '--days 29: expected a whole number from 30 to 1826.'],
    [['--seed', '-1'], '--seed -1: expected a whole number from 0 to 2147483647.'],
    [['--shape', 'toString'], '--shape toString: expected one of shop, saas, media.'],
    [['--end', '2026-02-30'], '--end 2026-02-30: expected a day from 2000-01-01 to 2099-12-31.'],
    [['--end', '1999-12-31'], '--end 1999-12-31: expected a day from 2000-01-01 to 2099-12-31.'],
    [['--format', 'json'], '--format json: expected csv or parquet.'],
    [['--out', 'demo'], '--out demo: expected a name ending in .csv or .parquet, or --format.'],
  ])('refuses %j', async (flags, message) => {
    await expect(run(flags)).rejects.toMatchObject({ code: 'bad-option-value', kind: 'usage', message });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('refuses a name that promises another format', async () => {
    await expect(run(['--out', 'a.csv', '--format', 'parquet'])).rejects.toMatchObject({ code: 'options-contradict' });
  });

  it('refuses a folder that is not there', async () => {
    await expect(run(['--out', 'none/a.csv'])).rejects.toMatchObject({
      code: 'demo-no-folder',
      message: `--out none/a.csv lies in ${join(cwd, 'none')}, and there is no such folder.`,
    });
  });
});
