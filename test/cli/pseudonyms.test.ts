import { createHmac } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const KEY = 'a key that nobody can guess, 0123456789';
const OTHER = 'another key, of as many bytes as it needs';
const IDS = ['ann', 'bob', 'cid'] as const;
const hidden = (id: string, key = KEY): string => createHmac('sha256', key).update(id, 'utf8').digest('hex');

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'segment-pseudonyms-'));
  writeFileSync(join(cwd, 'key'), `${KEY}\n`, { mode: 0o600 });
  writeFileSync(join(cwd, 'other'), `${OTHER}\r\n`, { mode: 0o600 });
  const head = 'user_id,occurred_at,event,email\n';
  const first = `${head}ann,2026-06-01T08:00:00Z,login,ann@example.org\nbob,2026-06-01T09:00:00Z,login,bob@example.org\n`;
  mkdirSync(join(cwd, 'in'));
  writeFileSync(join(cwd, 'in', 'one.csv'), first);
  writeFileSync(
    join(cwd, 'both.csv'),
    `${first}bob,2026-06-02T09:00:00Z,uninstall,bob@example.org\ncid,2026-06-02T10:00:00Z,login,cid@example.org\n`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const segment = (argv: readonly string[], env: Record<string, string> = {}) => runCli(argv, { cwd, env });
const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
const json = (path: string) => JSON.parse(read(path));
const idsOf = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0] ?? '');
const sorted = (...ids: string[]): string[] => ids.map((id) => hidden(id)).sort();

/** Every file below a folder as one text. */
function everything(folder: string): string {
  return readdirSync(join(cwd, folder), { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), 'latin1')] : []))
    .join('\n');
}

function expectNoSecret(...texts: readonly string[]): void {
  for (const text of texts) {
    for (const part of [KEY, OTHER, Buffer.from(KEY).toString('hex').slice(0, 16), Buffer.from(KEY).toString('base64').slice(0, 16)])
      expect(text).not.toContain(part);
  }
}

describe('classify', () => {
  it('writes pseudonyms in every file and leaves sizes and the settings hash as they are', async () => {
    const plain = await segment(['classify', 'both.csv', '--out', 'plain', '--no-proof', '--quiet']);
    const result = await segment(['classify', 'both.csv', '--out', 'hidden', '--no-proof', '--pseudonym-key-file', 'key', '--verbose']);
    expect([plain.exitCode, result.exitCode]).toEqual([0, 0]);
    expect(idsOf(read('hidden/members.csv'))).toEqual(sorted(...IDS));
    expect(read('hidden/status/churned.csv')).toBe(`user_id,status_reason\n${hidden('bob')},uninstall\n`);
    const rest = (text: string): string[] =>
      text
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.slice(line.indexOf(',')))
        .sort();
    expect(rest(read('hidden/members.csv'))).toEqual(rest(read('plain/members.csv')));
    expect(json('hidden/summary.json')).toEqual(json('plain/summary.json'));
    const { pseudonyms, settings_hash: hash, settings } = json('hidden/manifest.json');
    expect(pseudonyms).toBe(hidden('segment: which key made these pseudonyms').slice(0, 16));
    expect(hash).toBe(json('plain/manifest.json').settings_hash);
    expect(json('plain/manifest.json')).not.toHaveProperty('pseudonyms');
    expect(settings).not.toHaveProperty('pseudonym_key_file');
    const written = everything('hidden');
    for (const id of IDS) expect(written).not.toMatch(new RegExp(`\\b${id}\\b`));
    expectNoSecret(written, result.stdout, result.stderr);
  });

  it('takes the key from the environment too, which no list of settings shows', async () => {
    const env = { SEGMENT_PSEUDONYM_KEY: KEY };
    await segment(['classify', 'both.csv', '--out', 'lines', '--no-proof', '--segment-files', 'none', '--format', 'jsonl', '--quiet'], env);
    const lines = read('lines/members.jsonl').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).user_id)).toEqual(sorted(...IDS));
    expect(json('lines/manifest.json').pseudonyms).toBe(json('hidden/manifest.json').pseudonyms);
    const shown = await segment(['config', '--verbose'], env);
    expect(shown.exitCode).toBe(0);
    expectNoSecret(shown.stdout, shown.stderr);
  });

  it('refuses a key that is no key, and warns of one that others can read', async () => {
    writeFileSync(join(cwd, 'short'), `${'x'.repeat(31)}\n`, { mode: 0o600 });
    const classify = (file: string, env = {}) =>
      segment(['classify', 'both.csv', '--dry-run', '--no-proof', '--quiet', '--pseudonym-key-file', file], env);
    const short = await classify('short');
    expect(short).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('in short has 31 bytes') });
    expect(short.stderr).toContain('[pseudonym-key-short]');
    expect(short.stderr).not.toContain('xxx');
    expect(await classify('none-such')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[pseudonym-key-unreadable]') });
    expect(await classify('in')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[pseudonym-key-unreadable]') });
    const twice = await classify('key', { SEGMENT_PSEUDONYM_KEY: OTHER });
    expect(twice).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[pseudonym-key-twice]') });
    expectNoSecret(twice.stderr);
    writeFileSync(join(cwd, 'open'), KEY);
    chmodSync(join(cwd, 'open'), 0o640);
    expect(await classify('open')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('[open_key_file]') });
  });
});

describe('other commands', () => {
  it('list and split write the same pseudonyms', async () => {
    const listed = await segment(['list', 'both.csv', 'status=churned', '--columns', 'user_id,status', '--pseudonym-key-file', 'key']);
    expect(listed.stdout).toBe(`user_id,status\n${hidden('bob')},churned\n`);
    const argv = ['split', 'both.csv', '--arms', 'a:50,b:50', '--salt', 'spring'];
    const plain = idsWithArms((await segment(argv)).stdout);
    const split = idsWithArms((await segment([...argv, '--pseudonym-key-file', 'key'])).stdout);
    // The draw hangs on the id, whatever is written for it.
    expect(split).toEqual(Object.fromEntries(IDS.map((id) => [hidden(id), plain[id]])));
    expect(Object.keys(split)).toEqual(sorted(...IDS));
  });

  it('export writes them as ids of a tool, and a suppression list still names people by their own', async () => {
    writeFileSync(join(cwd, 'stop.csv'), 'user_id\nann\n');
    const argv = [
      'export',
      'both.csv',
      '--to',
      'braze',
      '--suppress',
      'stop.csv',
      '--pseudonym-key-file',
      'key',
      '--out',
      'sent',
      '--json',
    ];
    const { stdout, exitCode } = await segment(argv);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).audiences[0]).toMatchObject({ members: 3, rows: 2, left_out: { suppressed: 1 } });
    const file = readdirSync(join(cwd, 'sent/braze')).find((name) => name.endsWith('.csv')) ?? '';
    expect(idsOf(read(`sent/braze/${file}`))).toEqual(sorted('bob', 'cid'));
    expect(json('sent/manifest.json').pseudonyms).toBe(json('hidden/manifest.json').pseudonyms);
    const ofFolder = ['export', 'hidden', '--to', 'braze', '--dry-run', '--quiet'];
    expect(await segment([...ofFolder, '--suppress', 'stop.csv'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('[suppress-pseudonyms]'),
    });
    expect(await segment([...ofFolder, '--pseudonym-key-file', 'key'])).toMatchObject({ exitCode: 0 });
    expect(await segment([...ofFolder, '--pseudonym-key-file', 'other'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[pseudonyms-differ]'),
    });
  });

  it('transitions and check match folders of one key, and refuse those of two', async () => {
    const classify = (out: string, ...more: string[]) =>
      segment(['classify', 'in', '--out', out, '--no-proof', '--as-of', '2026-06-01', '--segment-files', 'none', '--quiet', ...more]);
    await classify('old', '--pseudonym-key-file', 'key');
    await classify('old-other', '--pseudonym-key-file', 'other');
    await classify('old-plain');
    const moves = await segment(['transitions', 'old', 'hidden', '--out', 'moves', '--json']);
    expect(moves).toMatchObject({ exitCode: 0 });
    expect(read('moves/moves.csv')).toContain(`${hidden('bob')},occasional,churned`);
    expect(read('moves/entered/churned.csv')).toContain(hidden('bob'));
    for (const earlier of ['old-other', 'old-plain']) {
      const refused = await segment(['transitions', earlier, 'hidden']);
      expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[pseudonyms-differ]') });
    }
    expect(await segment(['check', 'hidden', '--previous', 'old-other'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[pseudonyms-differ]'),
    });
    expect(await segment(['check', 'both.csv', '--previous', 'old'])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[pseudonyms-differ]'),
    });
    const ofFiles = [
      'transitions',
      'both.csv',
      '--from',
      '2026-06-01',
      '--out',
      'moves-of-files',
      '--pseudonym-key-file',
      'key',
      '--quiet',
    ];
    expect(await segment(ofFiles)).toMatchObject({ exitCode: 0 });
    expect(read('moves-of-files/entered/churned.csv')).toBe(read('moves/entered/churned.csv'));
  });

  it('run keeps real ids in its state and publishes pseudonyms, the same from night to night', async () => {
    writeFileSync(join(cwd, 'segment.yaml'), 'inputs: [in]\nout: out\nproof: false\nsegment_files: ids\npseudonym_key_file: key\n');
    const first = await segment(['run', '--log', 'json']);
    expect(first.exitCode).toBe(0);
    writeFileSync(
      join(cwd, 'in', 'two.csv'),
      read('both.csv')
        .split('\n')
        .filter((line) => !line.includes('-01T'))
        .join('\n'),
    );
    const second = await segment(['run']);
    expect(second.exitCode).toBe(0);
    expect(idsOf(read('out/current/members.csv'))).toEqual(sorted(...IDS));
    expect(read('out/current/entered/status/churned.csv')).toBe(`user_id,from_segment\n${hidden('bob')},occasional\n`);
    for (const id of IDS) expect(everything('out')).not.toMatch(new RegExp(`\\b${id}\\b`));
    expect(everything('state')).toContain('ann');
    expect(everything('state')).not.toContain(hidden('ann'));
    const changed = await segment(['run', '--pseudonym-key-file', 'other']);
    expect(changed.stderr).toContain('[other_pseudonyms]');
    expect(idsOf(read('out/current/members.csv'))).toEqual(IDS.map((id) => hidden(id, OTHER)).sort());
    // Since when somebody has been in a status is of the person, not of the pseudonym.
    expect(read('out/current/members.csv')).toMatch(new RegExp(`${hidden('bob', OTHER)},churned,.*,2026-06-02,occasional\n`));
    expectNoSecret(everything('out'), everything('state'), first.stderr, second.stdout, second.stderr, changed.stdout, changed.stderr);
    rmSync(join(cwd, 'segment.yaml'));
  });
});

function idsWithArms(text: string): Record<string, string> {
  const lines = text.trimEnd().split('\n').slice(1);
  return Object.fromEntries(lines.map((line) => line.split(',') as [string, string]));
}
