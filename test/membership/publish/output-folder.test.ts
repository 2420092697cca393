import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_OPERATIONS } from '../../../src/membership/publish/file-operations.js';
import { verifyOutputs } from '../../../src/membership/publish/manifest.js';
import { DRAFT, killOwners, makePlace, open, publishSet, snapshot, stage } from './output-sets.js';

const SET = { 'members.csv': 'user_id\na\nb\n', 'status/new.csv': 'user_id\na\n', 'summary.json': '{}\n' };
// printf 'user_id\na\n' | sha256sum
const SHA_OF_ONE = 'eeb8e3722f96ea54c4ce85992c0056d9c214729af9a2bf443ccd1632dd323fcc';
const isRoot = process.getuid?.() === 0;

let place: ReturnType<typeof makePlace>;
let out: string;
beforeEach(() => {
  place = makePlace();
  out = join(place.path, 'segments');
});
afterEach(() => place.remove());

describe('publishing', () => {
  it('makes the folder and its parents, and leaves the set, the manifest and .gitignore, nothing else', async () => {
    await publishSet(join(out, 'a', 'b'), SET, { files: FILE_OPERATIONS });
    const found = snapshot(join(out, 'a', 'b'));
    expect(Object.keys(found)).toEqual(['.gitignore', 'manifest.json', 'members.csv', 'status/', 'status/new.csv', 'summary.json']);
    expect(found['.gitignore']).toBe('*\n');
    expect(await verifyOutputs(join(out, 'a', 'b'))).toEqual([]);
    expect(JSON.parse(found['manifest.json'] ?? '')).toMatchObject({
      outputs: [
        { name: 'members.csv', rows: 2 },
        { name: 'status/new.csv', rows: 1, sha256: SHA_OF_ONE },
        { name: 'summary.json', rows: null },
      ],
    });
  });

  it('gives the same bytes for the same set', async () => {
    await publishSet(join(place.path, 'one'), SET);
    await publishSet(join(place.path, 'two'), SET);
    await publishSet(join(place.path, 'two'), SET);
    expect(snapshot(join(place.path, 'two'))).toEqual(snapshot(join(place.path, 'one')));
  });

  it('removes files of the earlier set and the folders they leave empty', async () => {
    await publishSet(out, { ...SET, 'rfm/deep/lost.csv': 'user_id\n', 'status/old.csv': 'user_id\n' });
    await publishSet(out, { 'members.parquet': 'x', 'members.csv': SET['members.csv'] });
    expect(Object.keys(snapshot(out))).toEqual(['.gitignore', 'manifest.json', 'members.csv', 'members.parquet']);
  });

  it('writes files of people that only their owner can read, and keeps the mode of those it replaces', async () => {
    await publishSet(out, SET);
    expect(statSync(join(out, 'members.csv')).mode & 0o777).toBe(0o600);
    expect(statSync(join(out, 'manifest.json')).mode & 0o777).toBe(0o666 & ~process.umask());
    chmodSync(join(out, 'members.csv'), 0o640);
    chmodSync(join(out, 'manifest.json'), 0o644);
    await publishSet(out, { ...SET, 'status/old.csv': 'user_id\n' });
    expect(statSync(join(out, 'members.csv')).mode & 0o777).toBe(0o640);
    expect(statSync(join(out, 'manifest.json')).mode & 0o777).toBe(0o644);
    expect(statSync(join(out, 'status/old.csv')).mode & 0o777).toBe(0o600);
  });

  it('stages in a private folder inside the output folder', async () => {
    const folder = await open(out);
    expect(folder.directory).toBe(realpathSync(out));
    expect(folder.stagingDirectory.startsWith(join(folder.directory, '.segment-'))).toBe(true);
    expect(statSync(folder.stagingDirectory).mode & 0o777).toBe(0o700);
    expect(folder.stagedPath('status/new.csv').startsWith(`${folder.stagingDirectory}/`)).toBe(true);
    await folder.discard();
  });

  it.each(['../x', '/etc/x', 'a/../../x', 'a//b', '.', '', 'manifest.json', '.segment.lock', 'a\\b', 'a\0b'])(
    'has no place for the name %j',
    async (name) => {
      const folder = await open(out);
      expect(() => folder.stagedPath(name)).toThrow(RangeError);
      await expect(folder.publish([{ name, rows: 1 }], DRAFT)).rejects.toThrow(RangeError);
      await folder.discard();
    },
  );

  it('refuses two names that differ in case only', async () => {
    const folder = await open(out);
    const files = stage(folder, { 'status/A.csv': 'x', 'status/a.csv': 'y' });
    await expect(folder.publish(files, DRAFT)).rejects.toThrow(RangeError);
    await folder.discard();
  });

  it('publishes once', async () => {
    const folder = await open(out);
    await folder.publish(stage(folder, SET), DRAFT);
    await expect(folder.publish([], DRAFT)).rejects.toThrow('before');
    await folder.discard();
    await folder.discard();
    expect(await verifyOutputs(out)).toEqual([]);
  });
});

describe('discarding', () => {
  it('leaves nothing of a folder that was made for the run', async () => {
    const folder = await open(join(out, 'a', 'b'));
    stage(folder, SET);
    await folder.discard();
    await folder.discard();
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(place.path)).toEqual([]);
  });

  it('leaves an earlier set as it was', async () => {
    await publishSet(out, SET);
    const before = snapshot(out);
    const folder = await open(out);
    stage(folder, { 'members.csv': 'user_id\n1\n2\n3\n' });
    await folder.discard();
    expect(snapshot(out)).toEqual(before);
  });

  it('waits for a publishing that is under way', async () => {
    const folder = await open(out);
    const publishing = folder.publish(stage(folder, SET), DRAFT);
    await folder.discard();
    await publishing;
    expect(await verifyOutputs(out)).toEqual([]);
    expect(Object.keys(snapshot(out)).filter((name) => name.startsWith('.segment'))).toEqual([]);
  });
});

describe('refusing', () => {
  it('an output that is a file, or lies below one, or is a link to nothing', async () => {
    writeFileSync(out, 'x');
    await expect(open(out)).rejects.toMatchObject({ code: 'output-is-file', kind: 'usage' });
    await expect(open(join(out, 'below'))).rejects.toMatchObject({ code: 'output-is-file' });
    symlinkSync(join(place.path, 'nothing'), join(place.path, 'link'));
    await expect(open(join(place.path, 'link'))).rejects.toMatchObject({ code: 'output-is-file' });
    expect(readFileSync(out, 'utf8')).toBe('x');
  });

  it('a folder that is not from an earlier run, untouched, unless forced', async () => {
    mkdirSync(join(out, 'status'), { recursive: true });
    writeFileSync(join(out, 'thesis.tex'), 'years of work');
    const before = snapshot(out);
    await expect(open(out)).rejects.toMatchObject({
      code: 'output-not-empty',
      kind: 'usage',
      hint: expect.stringContaining('--force') as string,
    });
    expect(snapshot(out)).toEqual(before);
    await publishSet(out, SET, { force: true });
    expect(snapshot(out)).toMatchObject({ 'thesis.tex': 'years of work', 'members.csv': SET['members.csv'] });
  });

  it.each([
    ['another manifest.json', '{"name":"a web app","icons":[]}'],
    ['a damaged one', '{"format_version":1,"settings_hash":"ab","outputs":[{"na'],
    ['one that names files elsewhere', '{"format_version":1,"settings_hash":"ab","outputs":[{"name":"../victim","rows":1,"sha256":"ab"}]}'],
  ])('a folder with %s', async (_, text) => {
    mkdirSync(out);
    writeFileSync(join(place.path, 'victim'), 'mine');
    writeFileSync(join(out, 'manifest.json'), text);
    await expect(open(out)).rejects.toMatchObject({ code: 'output-not-empty' });
    expect(snapshot(out)).toEqual({ 'manifest.json': text });
    await publishSet(out, SET, { force: true });
    expect(await verifyOutputs(out)).toEqual([]);
    expect(readFileSync(join(place.path, 'victim'), 'utf8')).toBe('mine');
  });

  it('a set of a newer format', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'manifest.json'), '{"format_version":2,"settings_hash":"ab","outputs":"elsewhere"}');
    await expect(open(out)).rejects.toMatchObject({ code: 'output-newer', kind: 'usage' });
  });

  it('takes a folder with nothing but our .gitignore for empty, as `rm -r segments/*` leaves it', async () => {
    await publishSet(out, SET);
    for (const name of ['manifest.json', 'members.csv', 'status', 'summary.json']) rmSync(join(out, name), { recursive: true });
    await publishSet(out, SET);
    expect(await verifyOutputs(out)).toEqual([]);
  });

  it("keeps a .gitignore of the user's", async () => {
    mkdirSync(out);
    writeFileSync(join(out, '.gitignore'), '!members.csv\n');
    await expect(open(out)).rejects.toMatchObject({ code: 'output-not-empty' });
    await publishSet(out, SET, { force: true });
    await publishSet(out, SET);
    expect(readFileSync(join(out, '.gitignore'), 'utf8')).toBe('!members.csv\n');
  });

  it('foreign files where new ones must go, before anything is changed, unless forced', async () => {
    await publishSet(out, SET);
    mkdirSync(join(out, 'rfm'));
    writeFileSync(join(out, 'rfm/lost.csv'), 'mine');
    const before = snapshot(out);
    const next = { ...SET, 'rfm/lost.csv': 'user_id\n', 'members.csv': 'user_id\nz\n' };
    await expect(publishSet(out, next)).rejects.toMatchObject({
      code: 'output-blocked',
      kind: 'usage',
      message: expect.stringContaining('rfm/lost.csv') as string,
    });
    expect(snapshot(out)).toEqual(before);
    await expect(open(out, { expectedNames: Object.keys(next) })).rejects.toMatchObject({ code: 'output-blocked' });
    expect(snapshot(out)).toEqual(before);
    await publishSet(out, next, { force: true });
    expect(readFileSync(join(out, 'rfm/lost.csv'), 'utf8')).toBe('user_id\n');
  });

  it('folders and links where files must go, and files where folders must go, also with --force', async () => {
    await publishSet(out, { 'members.csv': SET['members.csv'] });
    mkdirSync(join(out, 'summary.json'));
    writeFileSync(join(out, 'summary.json', 'inner'), 'mine');
    await expect(publishSet(out, SET, { force: true })).rejects.toMatchObject({ code: 'output-blocked-by-folder' });
    rmSync(join(out, 'summary.json'), { recursive: true });
    writeFileSync(join(out, 'status'), 'mine');
    await expect(publishSet(out, SET, { force: true })).rejects.toMatchObject({ code: 'output-blocked-by-folder' });
    rmSync(join(out, 'status'));
    mkdirSync(join(place.path, 'elsewhere'));
    symlinkSync(join(place.path, 'elsewhere'), join(out, 'status'));
    await expect(publishSet(out, SET, { force: true })).rejects.toMatchObject({
      code: 'output-blocked-by-folder',
      message: expect.stringContaining('a link') as string,
    });
    expect(readdirSync(join(place.path, 'elsewhere'))).toEqual([]);
    expect(await verifyOutputs(out)).toEqual([]);
  });

  it('to follow a link that stands where a file must go', async () => {
    await publishSet(out, SET);
    writeFileSync(join(place.path, 'victim'), 'mine');
    rmSync(join(out, 'members.csv'));
    symlinkSync(join(place.path, 'victim'), join(out, 'members.csv'));
    await publishSet(out, SET);
    expect(lstatSync(join(out, 'members.csv')).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(place.path, 'victim'), 'utf8')).toBe('mine');
  });

  it('to replace users with nobody', async () => {
    await publishSet(out, SET);
    const before = snapshot(out);
    const nobody = { 'members.csv': 'user_id\n', 'status/new.csv': 'user_id\n' };
    await expect(publishSet(out, nobody)).rejects.toMatchObject({
      code: 'refuse-empty',
      kind: 'input',
      message: expect.stringContaining('2') as string,
    });
    expect(snapshot(out)).toEqual(before);
    await publishSet(join(place.path, 'fresh'), nobody);
  });

  it.skipIf(isRoot)('a read-only folder (skipped as root, whom nothing is read-only for)', async () => {
    mkdirSync(out, { mode: 0o555 });
    await expect(open(out)).rejects.toMatchObject({ code: 'no-permission', kind: 'environment' });
    await expect(open(join(out, 'below'))).rejects.toMatchObject({ code: 'no-permission' });
  });
});

describe('inputs and outputs that would meet', () => {
  it.each([
    ['the output inside an input folder', 'data', 'data/segments', 'output-inside-input'],
    ['the output is the input folder', 'data', 'data', 'output-inside-input'],
    ['the folder the command runs in', '.', 'segments', 'output-inside-input'],
    ['an input file in the output folder', 'data/events.csv', 'data', 'input-inside-output'],
    ['an input folder in the output folder', 'data', '.', 'input-inside-output'],
    ['a glob over the output folder', 'data/*.csv', 'data', 'input-inside-output'],
    ['a glob that reaches the output', 'data/**/*.csv', 'data/segments', 'output-inside-input'],
    ['a glob of that depth', 'data/*/members.csv', 'data/segments', 'output-inside-input'],
    ['a folder through a link', 'link', 'data/segments', 'output-inside-input'],
    ['a glob through a link', 'link/**/*.csv', 'link/segments', 'output-inside-input'],
  ])('%s', async (_, input, output, code) => {
    mkdirSync(join(place.path, 'data'));
    writeFileSync(join(place.path, 'data/events.csv'), 'x');
    symlinkSync(join(place.path, 'data'), join(place.path, 'link'));
    const before = snapshot(place.path);
    await expect(open(output, { inputPaths: [input], cwd: place.path })).rejects.toMatchObject({
      code,
      kind: 'usage',
      message: expect.stringContaining(input) as string,
    });
    await expect(open(output, { inputPaths: [input], cwd: place.path, force: true })).rejects.toMatchObject({ code });
    expect(snapshot(place.path)).toEqual(before);
  });

  it.each([
    ['a file beside the output', 'data/events.csv', 'data/segments'],
    ['a glob that ends above the output', 'data/*.csv', 'data/segments'],
    ['a glob of other names', 'data/**/events-*.csv', 'data/segments'],
    ['a folder with a similar name', 'data', 'data-segments'],
    ['standard input', '-', 'segments'],
    ['a name that begins with two dots', 'data', '..segments'],
  ])('but not %s', async (_, input, output) => {
    mkdirSync(join(place.path, 'data'));
    writeFileSync(join(place.path, 'data/events.csv'), 'x');
    const folder = await open(output, { inputPaths: [input], cwd: place.path });
    await folder.discard();
  });
});

describe('the lock', () => {
  it('lets one run in, and names the process that holds it', async () => {
    const first = await open(out);
    await expect(open(out)).rejects.toMatchObject({
      code: 'output-locked',
      kind: 'environment',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    await expect(open(out, { force: true })).rejects.toMatchObject({ code: 'output-locked' });
    await first.publish(stage(first, SET), DRAFT);
    const second = await open(out);
    await first.discard();
    await expect(open(out)).rejects.toMatchObject({ code: 'output-locked' });
    await second.discard();
  });

  it('of many runs that find a dead lock, lets one in', async () => {
    await open(out);
    killOwners(out);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => open(out)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0]?.value.discard();
  });

  it.each([
    ['a process that is gone', (text: string) => text.replace(/"pid":\d+/, '"pid":4194399')],
    ['a process whose pid another one has now', (text: string) => text.replace(/"started":"\d+"/, '"started":"1"')],
    [
      'a system that was started again',
      (text: string) => text.replace(/"boot_id":"[^"]+"/, '"boot_id":"00000000-0000-0000-0000-000000000000"'),
    ],
  ])('of %s is taken over', async (_, change) => {
    const folder = await open(out);
    const lock = join(out, '.segment.lock');
    const text = readFileSync(lock, 'utf8');
    const owner = join(folder.stagingDirectory, 'owner.json');
    writeFileSync(lock, change(text));
    writeFileSync(owner, change(readFileSync(owner, 'utf8')));
    if (process.platform === 'linux') expect(change(text)).not.toBe(text);
    await publishSet(out, SET);
    expect(Object.keys(snapshot(out)).filter((name) => name.startsWith('.segment'))).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['only zeros, as after a power cut', '\0'.repeat(80)],
  ])('that holds %s is taken over', async (_, text) => {
    mkdirSync(out);
    writeFileSync(join(out, '.segment.lock'), text);
    await publishSet(out, SET);
    expect(existsSync(join(out, '.segment.lock'))).toBe(false);
  });

  it('that is no lock of ours stays, and is named', async () => {
    mkdirSync(out);
    writeFileSync(join(out, '.segment.lock'), 'diary');
    await expect(open(out)).rejects.toMatchObject({ code: 'output-lock-unreadable' });
    expect(snapshot(out)).toEqual({ '.segment.lock': 'diary' });
  });

  it.each<[what: string, make: (path: string) => void]>([
    ['a folder', (path) => mkdirSync(path)],
    ['a link to nothing', (path) => symlinkSync('/nowhere', path)],
    ['a link to a file', (path) => symlinkSync('/etc/hostname', path)],
    ['a pipe', (path) => spawnSync('mkfifo', [path])],
  ])('that is %s is named at once, not waited for', async (_, make) => {
    mkdirSync(out);
    make(join(out, '.segment.lock'));
    await expect(open(out)).rejects.toMatchObject({ code: 'output-lock-unreadable' });
    expect(readdirSync(out)).toEqual(['.segment.lock']);
  });

  it('of another host is not judged', async () => {
    const folder = await open(out);
    const lock = join(out, '.segment.lock');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/"host":"[^"]*"/, '"host":"another-host"'));
    await expect(open(out)).rejects.toMatchObject({
      code: 'output-locked',
      message: expect.stringContaining('another-host') as string,
      hint: expect.stringContaining('.segment.lock') as string,
    });
    await folder.discard();
  });

  it('that was taken away stops the publishing', async () => {
    await publishSet(out, SET);
    const before = snapshot(out);
    const folder = await open(out);
    const files = stage(folder, { 'members.csv': 'user_id\nz\n' });
    rmSync(join(out, '.segment.lock'));
    await expect(folder.publish(files, DRAFT)).rejects.toMatchObject({ code: 'output-lock-lost' });
    await folder.discard();
    expect(snapshot(out)).toEqual(before);
  });
});

describe('orphans', () => {
  it('of dead runs go; what is not ours, or is at work, stays', async () => {
    await publishSet(out, SET);
    const dead = await open(out);
    stage(dead, SET);
    killOwners(out);
    mkdirSync(join(out, '.segment-0123456789abcdef'));
    mkdirSync(join(out, '.segment-fedcba9876543210'));
    writeFileSync(join(out, '.segment-fedcba9876543210/thesis.tex'), 'mine');
    mkdirSync(join(out, '.segment-notes'));
    const folder = await open(out);
    const names = readdirSync(out)
      .filter((name) => name.startsWith('.segment'))
      .sort();
    expect(names).toEqual(
      ['.segment-fedcba9876543210', '.segment-notes', '.segment.lock', folder.stagingDirectory.slice(folder.directory.length + 1)].sort(),
    );
    await folder.discard();
  });

  it('with a damaged journal are left, and the folder is named', async () => {
    const dead = await open(out);
    stage(dead, SET);
    killOwners(out);
    writeFileSync(join(dead.stagingDirectory, 'manifest.json'), '{}');
    writeFileSync(join(dead.stagingDirectory, 'journal.json'), '{"names":["../../victim"],"folders":[]}');
    writeFileSync(join(place.path, 'victim'), 'mine');
    await expect(open(out)).rejects.toMatchObject({ code: 'output-journal-damaged', kind: 'environment' });
    expect(readFileSync(join(place.path, 'victim'), 'utf8')).toBe('mine');
  });
});

describe('hostile paths', () => {
  it.each([
    'with spaces',
    'with \'quotes\' and "more"',
    'we[1]rd*?.{a,b}',
    'line\nbreak',
    'ünïcödé 日本語 \u202Eevil',
    'e\u0301 and \u00e9',
    '-leading',
    '$(rm)',
    '%s%n',
    `long-${'x'.repeat(240)}`,
  ])('%j', async (name) => {
    const directory = join(place.path, name);
    await publishSet(directory, SET);
    await publishSet(directory, SET);
    expect(await verifyOutputs(directory)).toEqual([]);
    expect(Object.keys(snapshot(directory))).toHaveLength(6);
  });

  it('a link to a folder, a relative path, a trailing slash', async () => {
    mkdirSync(out);
    symlinkSync(out, join(place.path, 'link'));
    await publishSet(`link/`, SET, { cwd: place.path });
    expect(await verifyOutputs(out)).toEqual([]);
  });

  it('a folder that is moved away while the run works', async () => {
    const folder = await open(out);
    const files = stage(folder, SET);
    renameSync(out, join(place.path, 'moved'));
    await expect(folder.publish(files, DRAFT)).rejects.toMatchObject({ kind: 'environment' });
    await folder.discard();
  });

  it('changed time stamps do not matter', async () => {
    await publishSet(out, SET);
    utimesSync(join(out, 'members.csv'), 0, 0);
    expect(await verifyOutputs(out)).toEqual([]);
  });
});
