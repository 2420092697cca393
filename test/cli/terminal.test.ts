import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvText, manyUsers, messyOrders } from '../support/messy-export.js';
import { commandFromSources } from '../support/spawn-cli.js';

/** That of util-linux runs a command in a terminal of its own and passes its exit code on. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

const ESC = '\u001b';
const HIDE_CURSOR = `${ESC}[?25l`;
const SHOW_CURSOR = `${ESC}[?25h`;
const COLOUR = new RegExp(`${ESC}\\[[\\d;]*m`);

interface TerminalRun {
  /** Everything that reached the terminal. */
  readonly screen: string;
  readonly exitCode: number | null;
}

/** Runs the program in a terminal; `keys` is typed once `when` has appeared. */
function runInTerminal(
  argv: readonly string[],
  setup: string,
  typing?: { readonly when: string; readonly keys: string },
): Promise<TerminalRun> {
  const words = [...commandFromSources(), ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const { NO_COLOR: _none, CI: _ci, ...env } = process.env;
  const child = spawn('script', ['-qec', `${setup}; exec ${words}`, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  });
  let screen = '';
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    if (typing === undefined || typed || !screen.includes(typing.when)) return;
    typed = true;
    child.stdin.write(typing.keys);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ screen, exitCode }));
  });
}

describe.skipIf(!hasScript)('in a terminal (needs the script of util-linux)', () => {
  let folder: string;
  let argv: string[];
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-terminal-')));
    writeFileSync(join(folder, 'long.csv'), csvText(manyUsers(17, 120_000, 70_000)));
    writeFileSync(join(folder, 'short.csv'), csvText(messyOrders(5, 300)));
    argv = ['classify', join(folder, 'short.csv'), '--dry-run'];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([80, 160])('the summary is coloured and at most %i columns wide', async (columns) => {
    const { screen, exitCode } = await runInTerminal(argv, `stty cols ${columns} rows 50`);
    expect(exitCode).toBe(0);
    expect(screen).toMatch(COLOUR);
    // Whatever moves the cursor begins a new line on the screen.
    const lines = screen
      .replaceAll(new RegExp(COLOUR, 'g'), '')
      .replaceAll(new RegExp(`${ESC}\\[[?\\d;]*[a-zA-Z]`, 'g'), '\n')
      .split(/[\r\n]+/);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
    expect(screen).toContain('300 rows in ');
  });

  it.each([
    ['NO_COLOR', 'stty cols 80; export NO_COLOR=1', []],
    ['--no-color', 'stty cols 80', ['--no-color']],
    ['TERM=dumb', 'stty cols 80; export TERM=dumb', []],
  ])('%s takes the colours away', async (_name, setup, flags) => {
    const { screen, exitCode } = await runInTerminal([...argv, ...flags], setup);
    expect(exitCode).toBe(0);
    expect(screen).not.toMatch(COLOUR);
    expect(screen).toContain('users to');
  });

  it('an empty NO_COLOR is none', async () => {
    expect((await runInTerminal(argv, 'stty cols 80; export NO_COLOR=')).screen).toMatch(COLOUR);
  });

  it('a long run shows its progress, and the cursor again at its end', async () => {
    const { screen, exitCode } = await runInTerminal(
      ['classify', join(folder, 'long.csv'), '--dry-run', '--threads', '1'],
      'stty cols 80 rows 50',
    );
    expect(exitCode).toBe(0);
    expect(screen).toContain(HIDE_CURSOR);
    expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
    expect(screen.indexOf('users to')).toBeGreaterThan(screen.indexOf(SHOW_CURSOR));
    expect(screen.indexOf('users to')).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
    expect(screen).toContain('120,000 rows in ');
  });

  it('Ctrl-C ends the run with 130 and shows the cursor again', async () => {
    const { screen, exitCode } = await runInTerminal(
      ['classify', join(folder, 'long.csv'), '--out', join(folder, 'segments'), '--threads', '1'],
      'stty cols 80 rows 50',
      { when: HIDE_CURSOR, keys: '\u0003' },
    );
    expect(exitCode).toBe(130);
    expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
    expect(screen).toContain('interrupted\r\n');
    expect(screen).not.toContain('users to');
  });

  it.each(['stty cols 0 rows 0', 'stty cols 20 rows 5'])('does not hang after %s', async (setup) => {
    const { screen, exitCode } = await runInTerminal(['classify', join(folder, 'long.csv'), '--dry-run'], setup);
    expect(exitCode).toBe(0);
    expect(screen).toContain('users to');
  });
});
