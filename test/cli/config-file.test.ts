import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunOptions, type RunResult, runCli } from '../support/run-cli.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segment-config-')));
  mkdirSync(join(root, 'data [1]/sub'), { recursive: true });
  copyFileSync(SHOP, join(root, 'data [1]/shop.csv'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

function run(argv: readonly string[], folder = '.', options: RunOptions = {}): Promise<RunResult> {
  return runCli(argv, { ...options, cwd: join(root, folder) });
}

function manifest(folder: string): Record<string, unknown> {
  const { timings: _timings, ...rest } = JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  return rest;
}

describe('a config file', () => {
  it('gives the same set as flags do, to the byte and to the hash', async () => {
    const flags = [
      '--timezone',
      'Europe/Berlin',
      '--as-of',
      '2026-03-31',
      '--set',
      'new.days=30',
      '--churn-event',
      'none',
      '--keep',
      'country',
    ];
    expect(await run(['classify', 'data [1]/shop.csv', ...flags, '--out', 'by-flag', '--quiet'])).toMatchObject({ exitCode: 0 });
    const lines = [
      'timezone: Europe/Berlin',
      'as_of: 2026-03-31',
      'set: {new.days: 30}',
      'churn_event: none',
      'keep: [country]',
      'out: by-file',
      'quiet: true',
    ];
    write('segment.yaml', `inputs: data [1]/shop.csv\n${lines.join('\n')}\n`);
    expect(await run(['classify'])).toMatchObject({ exitCode: 0 });
    const env = { SEGMENT_SET: 'new.days=30', SEGMENT_KEEP: 'country', SEGMENT_CHURN_EVENT: 'none', SEGMENT_OUT: 'by-environment' };
    const some = ['--timezone', 'Europe/Berlin', '--as-of', '2026-03-31', '--quiet'];
    expect(await run(['classify', 'data [1]/shop.csv', ...some, '--no-config'], '.', { env })).toMatchObject({ exitCode: 0 });
    expect(manifest('by-file')).toEqual(manifest('by-flag'));
    expect(manifest('by-environment')).toEqual(manifest('by-flag'));
    expect(manifest('by-flag')['settings']).toMatchObject({
      timezone: 'Europe/Berlin',
      as_of: '2026-03-31',
      churn_event: [],
      keep: ['country'],
      set: expect.objectContaining({ 'new.days': 30 }),
      frozen: null,
    });
  });

  it('is found from a folder below it, and its paths start where it lies', async () => {
    write('data [1]/segment.yaml', 'inputs: "*.csv"\nout: night\nsegment_files: none\nrejects: rejects.csv\n');
    const { stdout, stderr, exitCode } = await run(['classify'], 'data [1]/sub');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('Config:  settings from ../segment.yaml.\n');
    expect(stdout).toContain(' files in ../night');
    expect(manifest('data [1]/night')['inputs']).toEqual([expect.objectContaining({ name: expect.stringMatching(/shop\.csv$/) })]);
    expect(readFileSync(join(root, 'data [1]/rejects.csv'), 'utf8')).toBe('file,line,reason\n');
  });

  it('has patterns that hold below a folder whose name looks like one', async () => {
    write('data [1]/segment.yaml', 'inputs: ["sh*.csv"]\ndry_run: true\n');
    const named = await run(['classify', '--config', 'data [1]/segment.yaml']);
    expect(named).toMatchObject({ stderr: '', exitCode: 0 });
    write('data [1]/segment.yaml', 'inputs: shop.csv\ndry_run: true\n');
    const plain = await run(['classify', '--config', 'data [1]/segment.yaml']);
    expect(plain.stdout).toBe(named.stdout);
  });

  it('gives way to files on the command line', async () => {
    write('segment.yaml', 'inputs: nowhere.csv\ndry_run: true\n');
    expect(await run(['classify', 'data [1]/shop.csv'])).toMatchObject({ stderr: '', exitCode: 0 });
    expect(await run(['classify'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[input-not-found]') });
  });

  it('leaves hints as they are typed: the command goes on reading it', async () => {
    write('segment.yaml', 'inputs: data [1]/shop.csv\nuser_column: usr_id\n');
    const { stderr, exitCode } = await run(['classify']);
    expect({ exitCode, hint: stderr.split('\n').at(-2) }).toEqual({
      exitCode: 3,
      hint: 'hint: try: segment classify --user-column user_id',
    });
  });

  it('can be named by the environment, or left out by it', async () => {
    write('segment.yaml', 'set: {new.days: 7}\n');
    write('other.yaml', 'set: {new.days: 8}\n');
    const newDays = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> =>
      (JSON.parse((await run(['params', '--json', ...argv], '.', { env })).stdout) as { value: number }[])[0]?.value;
    expect(await newDays([])).toBe(7);
    expect(await newDays([], { SEGMENT_CONFIG: 'other.yaml' })).toBe(8);
    expect(await newDays([], { SEGMENT_CONFIG: 'none' })).toBe(14);
    expect(await newDays(['--config', 'other.yaml'], { SEGMENT_CONFIG: 'none' })).toBe(8);
    expect(await newDays(['--no-config'], { SEGMENT_CONFIG: 'other.yaml' })).toBe(14);
    expect(await newDays([], { HOME: join(root, 'elsewhere') })).toBe(7);
  });

  it('is not looked for by help', async () => {
    write('segment.yaml', 'no such: thing\n');
    expect(await run(['classify', '--help'])).toMatchObject({ stderr: '', exitCode: 0 });
    expect(await run(['help', 'rfm'])).toMatchObject({ stderr: '', exitCode: 0 });
    expect(await run(['demo', '--out', 'x.csv'])).toMatchObject({ stdout: '', exitCode: 2 });
  });

  it('cannot pose as something else on a terminal', async () => {
    write('segment.yaml', 'out: "\\e[31m"\n"\\u202ekeep": x\n\u001b[2J: y\n');
    const { stderr, exitCode } = await run(['params'], '.', { isTty: true });
    expect(exitCode).toBe(2);
    for (const sign of ['\u001b', '\u202e']) expect(stderr).not.toContain(sign);
    expect(
      stderr
        .split('\n')
        .slice(1, -2)
        .every((line) => line.startsWith('  ')),
    ).toBe(true);
  });
});
