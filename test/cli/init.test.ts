import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/json-schema.js';
import { parseConfigFile } from '../../src/config/parse-config-file.js';
import { type RunOptions, type RunResult, runCli } from '../support/run-cli.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const PRESETS = readdirSync(join(FIXTURES, 'presets')).map((name) => `presets/${name}`);
const isValid = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(configSchema());

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segment-init-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCli(argv, { cwd: root, ...options });
}

function write(path: string, text: string | Uint8Array): void {
  writeFileSync(join(root, path), text);
}

const MEMBERS_ALONE = ['--segment-files', 'none', '--no-proof', '--quiet'];

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every suggestion of a file taken. */
function uncommented(text: string): string {
  return text.replaceAll(/^# (?=[a-z_]+: ?|set:$| {2}[a-z_]+\.)/gm, '');
}

/** The file is sound for the program and for editors, also with every suggestion taken. */
function expectSound(text: string): void {
  for (const one of [text, uncommented(text)]) {
    expect(parseConfigFile(one, 'segment.yaml', (path) => path).problems).toEqual([]);
    expect(isValid(parse(one)), JSON.stringify(isValid.errors)).toBe(true);
  }
  expect(Math.max(...text.split('\n').flatMap((line) => (/^#? ?[a-z_]+: /.test(line) ? [] : [line.length])))).toBeLessThanOrEqual(80);
}

/** `init` and then `classify` give the members that `classify` with these words gives. */
async function expectSameMembers(words: readonly string[]): Promise<string> {
  expect(await run(['classify', ...words, '--out', 'without', '--no-config', ...MEMBERS_ALONE])).toMatchObject({ exitCode: 0 });
  expect(await run(['init', ...words])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('segment.yaml was written.') });
  const text = read('segment.yaml');
  expectSound(text);
  expect(await run(['classify', '--out', 'with', ...MEMBERS_ALONE])).toMatchObject({ exitCode: 0 });
  expect(read('with/members.csv')).toBe(read('without/members.csv'));
  return text;
}

describe('segment init', () => {
  it.each(['shop.csv', ...PRESETS])('writes a file with which %s is classified as without it', async (name) => {
    cpSync(join(FIXTURES, name), join(root, name.replace('presets/', '')));
    // A file without a header says nothing about its tool.
    const flags = name === 'presets/cdnow.txt' ? ['--preset', 'cdnow'] : [];
    const text = await expectSameMembers([name.replace('presets/', ''), ...flags]);
    expect(/^preset: /m.test(text)).toBe(name !== 'shop.csv');
  });

  it('keeps what it was told, and nothing that is about this run alone', async () => {
    write(
      'a b.csv',
      'kunde;wann;was;wert\nana;31.12.2025 10:00;kauf;"1.234,50"\nben;30.12.2025 09:00;weg;\nben;29.12.2025 09:00;besuch;\n',
    );
    const flags = [
      '--user-column',
      'kunde',
      '--event-column',
      'was',
      '--time-column',
      'wann',
      '--value-column',
      'wert',
      '--timezone',
      'Europe/Berlin',
    ];
    const more = [
      '--time-format',
      '%d.%m.%Y %H:%M',
      '--decimal',
      ',',
      '--value-event',
      'kauf',
      '--churn-event',
      'weg',
      '--lookback',
      'all',
      '--set',
      'new.days=9',
      '--strict',
    ];
    const text = await expectSameMembers(['a b.csv', ...flags, ...more, '--threads', '1']);
    const { layer } = parseConfigFile(text, 'segment.yaml', (path) => path);
    expect(Object.fromEntries([...layer].map(([name, given]) => [name, given.flatMap(({ texts }) => texts)]))).toEqual({
      inputs: ['a b.csv'],
      userColumn: ['kunde'],
      eventColumn: ['was'],
      timeColumn: ['wann'],
      valueColumn: ['wert'],
      timezone: ['Europe/Berlin'],
      timeFormat: ['%d.%m.%Y %H:%M'],
      decimal: [','],
      valueEvent: ['kauf'],
      churnEvent: ['weg'],
      lookback: ['all'],
      set: ['new.days=9'],
      strict: ['true'],
    });
  });

  it('keeps what the environment says, and reads no config file', async () => {
    write('e.csv', 'user_id,time\nu1,2024-01-01\n');
    mkdirSync(join(root, 'sub'));
    write('segment.yaml', '- broken\n');
    const env = { SEGMENT_TIMEZONE: 'Asia/Kathmandu', SEGMENT_KEEP: 'x' };
    expect(await run(['init', '../e.csv'], { cwd: join(root, 'sub'), env })).toMatchObject({ exitCode: 0 });
    expect(read('sub/segment.yaml')).toContain('\ntimezone: Asia/Kathmandu\n');
    expect(read('sub/segment.yaml')).toContain('\ninputs: "../e.csv"\n');
  });

  it.each([
    ['in the header', '"a: b # c","user_id","time","*x","it\'s ""q""","new\nline","\u001b[31m","ключ","null","a,b"', 'x'],
    ['in the events', 'user_id,time,event', '"pay: now # later\n- x: y"'],
    ['that may mean churn', 'user_id,time,event', '"cancel ""plan"": #1"'],
  ])('is sound whatever stands %s', async (_where, header, event) => {
    const columns = header.startsWith('"a') ? 'x,u1,2024-01-01,x,x,x,x,x,x,x' : `u1,2024-01-01,${event}`;
    write('odd.csv', `${header}\n${columns}\n`);
    const text = await expectSameMembers(['odd.csv']);
    expect(text).not.toContain('\u001b');
  });

  it('leaves a bare id alone: it is an event id only as long as none repeats', async () => {
    write('e.csv', `id,user_id,time\n${Array.from({ length: 10_001 }, (_, row) => `${row % 10_000},u${row % 7},2024-01-01`).join('\n')}\n`);
    expect(await expectSameMembers(['e.csv'])).toContain('\n# event_id_column: id\n');
  });

  it('says what may mean churn as a comment', async () => {
    write(
      'e.csv',
      'user_id,time,event\nu1,2024-01-01,cancel_plan\nu1,2024-01-02,app_removed\nu2,2024-01-02,purchase\nu2,2024-01-03,email_sent\n',
    );
    const text = await expectSameMembers(['e.csv']);
    expect(text).toContain(
      '\n# value_event: purchase\n# churn_event: [app_removed, cancel_plan]\n# passive_event: email_sent\n# risk_event: cancel_plan\n',
    );
    expect(text).toMatch(/# These may mean that a user left, or is about to: cancel_plan\./);
  });

  it('names its paths from where the file will lie', async () => {
    mkdirSync(join(root, 'conf'));
    mkdirSync(join(root, 'data [1]'));
    for (const name of ['a', 'b']) write(`data [1]/${name}.csv`, `user_id,time\n${name},2024-01-01\n`);
    const argv = ['init', 'data [1]/a.csv', 'data [1]/b.csv', '--out', 'conf/shop.yaml'];
    expect(await run(argv)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('segment classify --config conf/shop.yaml\n') });
    expect(read('conf/shop.yaml')).toContain('\ninputs: ["../data [1]/a.csv", "../data [1]/b.csv"]\n');
    expect(read('conf/shop.yaml')).toContain('"../data \\\\[1\\\\]/*.csv"');
    expect(await run(['classify', '--config', 'conf/shop.yaml', '--dry-run', '--json'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"users": 2'),
    });
    const pattern = parse(/inputs: (".*\*.*")/.exec(read('conf/shop.yaml'))?.[1] ?? '') as string;
    write('conf/pattern.yaml', `inputs: ${JSON.stringify(pattern)}\n`);
    expect(await run(['classify', '--config', 'conf/pattern.yaml', '--dry-run', '--json'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"users": 2'),
    });
  });

  it('never replaces a file, and leaves none when the files cannot be read', async () => {
    write('e.csv', 'user_id,time\nu1,2024-01-01\n');
    write('segment.yaml', 'timezone: UTC\n');
    expect(await run(['init', 'e.csv'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[init-file-exists]') });
    expect(read('segment.yaml')).toBe('timezone: UTC\n');
    expect(await run(['init', 'e.csv', '--out', 'no/x.yaml'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[init-no-folder]'),
    });
    expect(await run(['init', 'e.csv', '--out', 'x.yaml', '--user-column', 'nobody'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('segment init e.csv --out x.yaml --user-column user_id'),
    });
    expect(existsSync(join(root, 'x.yaml'))).toBe(false);
    expect(await run(['init'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[inputs-missing]') });
    expect(await run(['init', 'e.csv', '--stdout', '--out', 'x.yaml'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[options-contradict]'),
    });
  });

  it('prints in place of writing, and says as JSON what it wrote', async () => {
    write('e.csv', 'user_id,time\nu1,2024-01-01\n');
    const printed = await run(['init', 'e.csv', '--stdout']);
    expect(printed).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(root, 'segment.yaml'))).toBe(false);
    const { stdout } = await run(['init', 'e.csv', '--json']);
    expect(JSON.parse(stdout)).toEqual({ file: 'segment.yaml', inputs: 1 });
    expect(read('segment.yaml')).toBe(printed.stdout);
    expect(await run(['init', 'e.csv', '--out', 'b.yaml', '--quiet'])).toMatchObject({ exitCode: 0, stdout: '' });
  });
});
