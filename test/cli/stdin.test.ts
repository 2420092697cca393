import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';
import { spawnCli } from '../support/spawn-cli.js';
import { zipArchive } from '../support/zip-archive.js';

const SHOP = readFileSync(fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url)));
/** Each user's status of the shop, as the file itself gives it. */
let expected = '';
let cwd = '';
let temp = '';
beforeAll(async () => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-stdin-')));
  temp = mkdtempSync(join(cwd, 'temp-'));
  writeFileSync(join(cwd, 'shop.csv'), SHOP);
  expect(await runCli(['classify', 'shop.csv', '--out', 'file', '--quiet'], { cwd })).toMatchObject({ exitCode: 0 });
  expected = readFileSync(join(cwd, 'file/members.csv'), 'utf8');
  const [statement = ''] = [`copy (from read_csv('shop.csv', all_varchar = true, header = true)) to 'shop.parquet'`];
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(statement.replaceAll("'shop.", `'${cwd}/shop.`));
  connection.closeSync();
  instance.closeSync();
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('the same members whatever is piped in', () => {
  it.each<[string, () => Buffer]>([
    ['csv', () => SHOP],
    ['gzip', () => gzipSync(SHOP)],
    ['zip', () => zipArchive([{ name: 'x/shop.csv', content: SHOP }])],
    ['gzip within zip', () => zipArchive([{ name: 'shop.csv.gz', content: gzipSync(SHOP) }])],
    ['parquet', () => readFileSync(join(cwd, 'shop.parquet'))],
  ])('%s', async (name, bytes) => {
    const stdin = bytes();
    const out = `of ${name}`;
    const result = await runCli(['classify', '-', '--out', out, '--temp-dir', temp], { cwd, stdin });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, out, 'members.csv'), 'utf8')).toBe(expected);
    const manifest = JSON.parse(readFileSync(join(cwd, out, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['inputs']).toEqual([{ name: 'stdin', size: stdin.length, sha256: createHash('sha256').update(stdin).digest('hex') }]);
    expect(readdirSync(temp)).toEqual([]);
  });
});

it('beside other files, and once when it is named twice', async () => {
  const [head = '', ...lines] = SHOP.toString().trimEnd().split('\n');
  writeFileSync(join(cwd, 'first.csv'), `${[head, ...lines.slice(0, 300)].join('\n')}\n`);
  const rest = `${[head, ...lines.slice(300)].join('\n')}\n`;
  const { exitCode } = await runCli(['classify', '-', 'first.csv', '-', '--out', 'both', '--quiet'], { cwd, stdin: rest });
  expect(exitCode).toBe(0);
  expect(readFileSync(join(cwd, 'both/members.csv'), 'utf8')).toBe(expected);
});

it('rejects name it, with the line', async () => {
  const stdin = 'user_id,time,event\nu1,2024-01-01,a\nu2,never,a\n';
  const { stdout } = await runCli(['classify', '-', '--dry-run', '--json'], { cwd, stdin });
  expect(JSON.parse(stdout)).toMatchObject({ rejects: [{ file: 'stdin', line: 3, reason: 'unreadable_time' }] });
});

it('explain and init read it as well', async () => {
  const explained = await runCli(['explain', '-', '--status', 'loyal', '--json'], { cwd, stdin: SHOP });
  const ofFile = await runCli(['explain', 'shop.csv', '--status', 'loyal', '--json'], { cwd });
  expect(explained.stdout).toBe(ofFile.stdout);
  const init = await runCli(['init', '-', '--stdout'], { cwd, stdin: SHOP });
  expect(init).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('inputs: "-"') });
});

it.each<[string, Buffer, string, string]>([
  ['text', SHOP, 'cat > stdin.csv', 'stdin.csv'],
  ['gzip', gzipSync(SHOP), 'gzip -dc > stdin.csv', 'stdin.csv'],
  ['UTF-16', Buffer.from(`\ufeff${SHOP.toString()}`, 'utf16le'), 'iconv -f utf-16le -t utf-8 > stdin.csv', 'stdin.csv'],
  [
    'zip',
    zipArchive([{ name: 'x/shop.csv', content: SHOP }]),
    'cat > stdin.zip && unzip -p stdin.zip x/shop.csv > stdin.zip.x-shop.csv.csv',
    'stdin.zip.x-shop.csv.csv',
  ],
])('sql names the file to make of it: %s', async (_, stdin, command, copy) => {
  const { stdout, exitCode } = await runCli(['sql', '-'], { cwd, stdin });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`-- First make a copy that DuckDB can read, for example: ${command}\n`);
  writeFileSync(join(cwd, copy), SHOP);
  const rows = await runScript(stdout.replaceAll(`'${copy}'`, `'${join(cwd, copy)}'`), temp);
  const users = rows.map((row) => `${String(row['user_id'])} ${String(row['status'])}`).sort();
  const known = expected
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(0, 2).join(' '))
    .sort();
  expect(expected.startsWith('user_id,status,')).toBe(true);
  expect(users).toEqual(known);
});

describe('refused', () => {
  it('a terminal: nothing was piped in', async () => {
    const { stderr, exitCode } = await runCli(['classify', '-', '--out', 'never'], { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[stdin-terminal]')]);
    expect(readdirSync(cwd)).not.toContain('never');
  });

  it('nothing at all', async () => {
    const { stderr, exitCode } = await runCli(['classify', '-', '--dry-run'], { cwd, stdin: '' });
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('stdin is empty: it ended without a byte. [file-empty]')]);
  });

  it('a stream that breaks', async () => {
    const stdin = new Readable({
      read() {
        this.destroy(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' }));
      },
    });
    const { stderr, exitCode } = await runCli(['classify', '-', '--dry-run', '--temp-dir', temp], { cwd, stdin });
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('Standard input cannot be read: the disk reports an error. [stdin-unreadable]'),
    ]);
    expect(readdirSync(temp)).toEqual([]);
  });

  it.each([
    ['an HTML page', '<html></html>', 'html-page'],
    ['gzip that is cut', gzipSync(SHOP).subarray(0, 5000), 'gzip-damaged'],
    ['a zip archive that is cut', zipArchive([{ name: 'a.csv', content: SHOP }]).subarray(0, 5000), 'zip-damaged'],
    ['parquet that is cut', Buffer.from('PAR1 and more'), 'parquet-cut'],
  ])('%s', async (_, stdin, code) => {
    const { stderr, exitCode } = await runCli(['classify', '-', '--dry-run'], { cwd, stdin });
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(new RegExp(`stdin[\\s\\S]*\\[${code}\\]`))]);
  });
});

it('an interrupt while it waits leaves nothing', async () => {
  const stdin = new Readable({ read() {} });
  stdin.push('user_id,time,event\n');
  const result = await runCli(['classify', '-', '--out', 'waiting', '--temp-dir', temp], { cwd, stdin, interruptAfter: 500 });
  expect(result).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('interrupted') });
  expect(readdirSync(temp)).toEqual([]);
  expect(readdirSync(cwd)).not.toContain('waiting');
});

it('a process of its own reads a pipe to its end, and ends', async () => {
  const result = await spawnCli(['classify', '-', '--dry-run', '--json'], { cwd, before: 'exec < shop.csv' });
  expect(result.exitCode).toBe(0);
  const ofFile = await runCli(['classify', 'shop.csv', '--dry-run', '--json'], { cwd });
  expect(JSON.parse(result.stdout)).toEqual(JSON.parse(ofFile.stdout));
});
