import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/json-schema.js';
import { FILE_OPTIONS, keyOf } from '../../src/config/options.js';
import { PARAMETER_NAMES } from '../../src/segmentation/status/status-parameters.js';
import { type RunOptions, type RunResult, runCli } from '../support/run-cli.js';

let cwd = '';
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-config-')));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function run(file: string | undefined, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (file !== undefined) writeFileSync(join(cwd, 'segment.yaml'), file);
  return runCli(['config', ...argv], { ...options, cwd });
}

interface Shown {
  readonly config_file: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly set: Readonly<Record<string, unknown>>;
  readonly segments: Readonly<Record<string, unknown>>;
}

async function shown(file: string | undefined, argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Shown> {
  const { stdout, stderr, exitCode } = await run(file, [...argv, '--json'], { env });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(stdout) as Shown;
}

describe('segment config --json', () => {
  it('has every setting and parameter, and no config file where there is none', async () => {
    const { config_file: file, settings, set } = await shown(undefined);
    expect(file).toBeNull();
    expect(Object.keys(settings).sort()).toEqual(
      FILE_OPTIONS.map(keyOf)
        .filter((key) => key !== 'set' && key !== 'segments')
        .sort(),
    );
    expect(Object.keys(set)).toEqual(PARAMETER_NAMES);
    expect(settings).toMatchObject({
      inputs: { value: null, from: 'default' },
      timezone: { value: 'UTC', from: 'default' },
      max_expand: { value: 200, from: 'default' },
      strict: { value: false, from: 'default' },
      color: { value: true, from: 'default' },
      json: { value: true, from: 'flag' },
      as_of: { value: null, from: 'default' },
    });
    expect(set['new.days']).toEqual({ value: 14, from: 'default' });
  });

  it('has every own segment with its rule, in the short form where it stands in a file', async () => {
    const file = 'segments:\n  vip: {where: monetary >= 500.00}\n  late: {where: {did: {event: a, hours: 22 to 4}}}\n';
    const { segments, settings } = await shown(file, ['--segment', 'vip : monetary >= 900 and did(a)', '--segment', 'big: orders >= 3']);
    expect(segments).toEqual({
      vip: { value: 'monetary >= 900 and did(a)', from: 'flag' },
      late: { value: 'did(a where hours 22 to 4)', from: 'file', file: 'segment.yaml', line: 3 },
      big: { value: 'orders >= 3', from: 'flag' },
    });
    expect(settings).not.toHaveProperty('segments');
  });

  it('says who said it', async () => {
    const file =
      'keep: plan\nmax_rejects: 2%\nlookback: all\nchurn_event: []\nset:\n  at_risk.decline: 0.25\n  new.days: 7\n  loyal.weeks: 10\n';
    const env = { SEGMENT_SET: 'new.days = 8,loyal.weeks=11', SEGMENT_TIMEZONE: 'Asia/Kathmandu', SEGMENT_MAX_EXPAND: '5' };
    const { config_file: name, settings, set } = await shown(file, ['a.csv', 'b.csv', '--set', 'new.days=9', '--no-color'], env);
    expect(name).toBe('segment.yaml');
    const at = (line: number) => ({ from: 'file', file: 'segment.yaml', line });
    expect(settings).toMatchObject({
      inputs: { value: ['a.csv', 'b.csv'], from: 'flag' },
      keep: { value: ['plan'], ...at(1) },
      max_rejects: { value: '2%', ...at(2) },
      lookback: { value: 'all', ...at(3) },
      churn_event: { value: [], ...at(4) },
      timezone: { value: 'Asia/Kathmandu', from: 'environment', variable: 'SEGMENT_TIMEZONE' },
      max_expand: { value: 5, from: 'environment', variable: 'SEGMENT_MAX_EXPAND' },
      color: { value: false, from: 'flag' },
    });
    expect(set).toMatchObject({
      'at_risk.decline': { value: 0.25, ...at(6) },
      'new.days': { value: 9, from: 'flag' },
      'loyal.weeks': { value: 11, from: 'environment', variable: 'SEGMENT_SET' },
      'dormant.min': { value: 14, from: 'default' },
    });
  });

  it('leaves out of two opposites the weaker', async () => {
    const { settings } = await shown('max_rejects: 5\n', ['--strict']);
    expect(settings).toMatchObject({ strict: { value: true, from: 'flag' }, max_rejects: { value: null, from: 'default' } });
  });
});

describe('segment config', () => {
  it('checks what would fail in a run', async () => {
    expect(await run('set: {dormant.min: 200}\n', [])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[parameters-contradict]'),
    });
    expect(await run('set: {dormant.min: 200}\n', ['--set', 'dormant.max=300'])).toMatchObject({ exitCode: 0 });
    expect(await run('set: {dormant.mn: 200}\n', [])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[config-problems]') });
  });

  it('has no line that is too long, and shows no control characters of the file', async () => {
    const { stdout } = await run(`keep: "a\\e[31m, ${'x'.repeat(200)}"\n`, [], { isTty: true, columns: 60, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('a\\x1b[31m');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it('marks what was given on a terminal with colours, and asks nothing of files', async () => {
    const { stdout } = await run('inputs: nowhere.csv\n', [], { isTty: true, columns: 100 });
    expect(stdout).toContain('\ninputs              segment.yaml:1  nowhere.csv\n');
    expect(stdout).toContain('\n\u001b[2mtimezone            default         UTC\u001b[22m\n');
  });

  it('prints the schema whatever the file holds', async () => {
    const { stdout, stderr, exitCode } = await run('- broken\n', ['--schema']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual(configSchema());
  });
});

describe('segment config as a check of own segments', () => {
  it('ends in 2 where rules refer to each other in a circle, or a name is taken', async () => {
    const { stderr, exitCode } = await run(
      'segments:\n  a: {where: {segment: b}}\n  b: {where: {segment: a}}\n  loyal: {where: did(x)}\n',
      [],
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('segment.yaml:3:15: the rules go in a circle: a needs b needs a');
    expect(stderr).toContain('segment.yaml:4:3: loyal is a segment of status: choose another, such as own_loyal');
    expect(stderr).toContain('[segment-problems]');
  });
});
