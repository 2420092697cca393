import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArms } from '../../src/config/parse-arms.js';
import { verifyOutputs } from '../../src/membership/publish/manifest.js';
import { codeBlocks, tableAfter } from '../docs/readme-blocks.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';
import { runScript } from '../support/run-script.js';
import { armOf, saltedDrawOf } from '../support/salted-draw.js';

const ROOT = join(import.meta.dirname, '../..');
const SHOP = join(ROOT, 'fixtures/shop.csv');
const ARMS = 'control:50,a:25,b:25';

type Row = Readonly<Record<string, string>>;

let folder: ReturnType<typeof makeRunFolder>;
let members: Row[];
beforeAll(async () => {
  folder = makeRunFolder();
  expect(await run('classify', SHOP, '--out', 'classified', '--quiet')).toMatchObject({ exitCode: 0 });
  members = rowsOf('classified', 'members.csv');
});
afterAll(() => folder.remove());

const run = (...argv: string[]): ReturnType<typeof runCli> => runCli(argv, { cwd: folder.path });
const split = (...argv: string[]): ReturnType<typeof runCli> => run('split', ...argv, '--arms', ARMS, '--salt', 'spring');
const rowsOf = (...path: string[]): Row[] => parse(readFileSync(join(folder.path, ...path)), { columns: true });
const idsOf = (rows: readonly Row[]): string[] => rows.map((row) => row['user_id'] ?? '');
const put = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);

function expectedArms(ids: readonly string[], salt = 'spring'): Row[] {
  const arms = parseArms(ARMS);
  if ('expected' in arms) throw new Error(arms.expected);
  return ids.map((id) => ({ user_id: id, arm: armOf(saltedDrawOf(salt, id), arms) ?? '' }));
}

describe('segment split', () => {
  it('gives a pipe everybody with the arm that anybody can work out, and the sizes beside it', async () => {
    const { stdout, stderr, exitCode } = await split(SHOP);
    expect(exitCode).toBe(0);
    expect(parse(stdout, { columns: true })).toEqual(expectedArms(idsOf(members)));
    expect(stderr).toMatch(/^240 users: control \d+ \(\d+ %\), a \d+ \(\d+ %\), b \d+ \(\d+ %\)\.$/m);
    expect((await split(SHOP, '--quiet')).stderr).not.toContain('240 users');
    const json = await split(SHOP, '--format', 'jsonl');
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(expectedArms(idsOf(members)));
  });

  it('is the same for the same ids in another export, and in a list of them', async () => {
    const [header = '', ...lines] = readFileSync(SHOP, 'utf8').trimEnd().split('\n');
    mkdirSync(join(folder.path, 'parts'));
    // Backwards, in two files, without every third row.
    const rest = lines.filter((_, index) => index % 3 !== 0).reverse();
    put('parts/one.csv', `${[header, ...rest.slice(0, 900)].join('\n')}\n`);
    put('parts/two.csv', `${[header, ...rest.slice(900)].join('\n')}\n`);
    const parts: Row[] = parse((await split('parts')).stdout, { columns: true });
    expect(parts).toEqual(expectedArms(idsOf(parts)));
    expect(parts.length).toBeGreaterThan(100);
    expect((await split('--ids', 'classified/members.csv')).stdout).toBe((await split(SHOP)).stdout);
  });

  it('reads ids from every format, and from events of every format', async () => {
    for (const format of ['parquet', 'jsonl', 'arrow']) {
      expect(await run('classify', SHOP, '--out', format, '--format', format, '--quiet'), format).toMatchObject({ exitCode: 0 });
      expect((await split('--ids', `${format}/members.${format}`)).stdout, format).toBe((await split(SHOP)).stdout);
    }
  });

  it('splits those who meet the conditions and filters', async () => {
    const churned = members.filter(({ status }) => status === 'churned');
    expect(parse((await split(SHOP, 'status=churned')).stdout, { columns: true })).toEqual(expectedArms(idsOf(churned)));
    expect(parse((await split(SHOP, 'churned', 'orders>=2')).stdout, { columns: true })).toEqual(
      expectedArms(idsOf(churned.filter(({ orders }) => Number(orders) >= 2))),
    );
    const only = await split(SHOP, '--only', 'classified/status/churned.csv');
    expect(parse(only.stdout, { columns: true })).toEqual(expectedArms(idsOf(churned)));
    // Without the segment file the list is the members; with --exclude both ways of naming users are the same.
    const rest = await split('--ids', 'classified/members.csv', '--exclude', 'classified/status/churned.csv');
    expect(parse(rest.stdout, { columns: true })).toEqual(expectedArms(idsOf(members.filter(({ status }) => status !== 'churned'))));
    expect((await split('--ids', 'classified/members.csv', '--only', 'classified/status/churned.csv')).stdout).toBe(only.stdout);
  });

  it('accounts for every row of a list', async () => {
    put('ids.csv', 'user_id,note\n007,x\n7,x\n007,again\n,nobody\nann,x\nbob,too,many\nzed,x\n');
    put('without.csv', 'user_id\nzed\n');
    const { stdout, stderr } = await split('--ids', 'ids.csv', '--exclude', 'without.csv', '--json', '--max-rejects', '50%');
    expect(stderr).toBe('');
    // 7 rows: one too long, one without an id, one a repetition of 007, one excluded.
    expect(JSON.parse(stdout)).toMatchObject({
      salt: 'spring',
      users: 3,
      ids: {
        file: 'ids.csv',
        column: 'user_id',
        rows: { total: 7, used: 3, rejected: 1, without_user: 1, repeated: 1, filtered: 1 },
        filters: 'without those in without.csv',
      },
      sample_ratio: null,
    });
    const lists = await split('--ids', 'ids.csv', '--max-rejects', '50%');
    expect(idsOf(parse(lists.stdout, { columns: true }))).toEqual(['007', '7', 'ann', 'zed']);
    put('map.csv', 'anonymous_id,user_id\n7,007\n');
    const mapped = await split('--ids', 'ids.csv', '--identity', 'map.csv', '--max-rejects', '50%');
    expect(idsOf(parse(mapped.stdout, { columns: true }))).toEqual(['007', 'ann', 'zed']);
  });

  it('writes one file an arm, all or none', async () => {
    const { stdout, exitCode } = await split(SHOP, 'status!=churned', '--out', 'arms');
    expect(exitCode).toBe(0);
    const expected = expectedArms(idsOf(members.filter(({ status }) => status !== 'churned')));
    expect(rowsOf('arms', 'members.csv')).toEqual(expected);
    for (const arm of ['control', 'a', 'b']) {
      expect(idsOf(rowsOf('arms', 'arms', `${arm}.csv`)), arm).toEqual(idsOf(expected.filter((row) => row['arm'] === arm)));
    }
    expect(readdirSync(join(folder.path, 'arms', 'arms')).sort()).toEqual(['a.csv', 'b.csv', 'control.csv']);
    expect(await verifyOutputs(join(folder.path, 'arms'))).toEqual([]);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('5 files in arms');
    const summary = JSON.parse(readFileSync(join(folder.path, 'arms', 'summary.json'), 'utf8')) as Record<string, unknown>;
    expect(summary).toMatchObject({ all_users: 240, users: expected.length, conditions: ['status!=churned'] });
    const manifest = JSON.parse(readFileSync(join(folder.path, 'arms', 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['settings']).toMatchObject({ salt: 'spring', conditions: ['status!=churned'] });
    expect(manifest['settings_hash']).toBe(summary['settings_hash']);
    // The same again, and from the list of ids.
    await split('--ids', 'arms/members.csv', '--out', 'again');
    expect(readFileSync(join(folder.path, 'again', 'members.csv'))).toEqual(readFileSync(join(folder.path, 'arms', 'members.csv')));
    expect(await run('classify', SHOP, '--freeze', 'again/manifest.json', '--dry-run')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('[manifest-incomplete]'),
    });
  });

  it('has another hash with another salt, other arms, other conditions and other ids, and no other with threads', async () => {
    put('three.csv', 'user_id\na\nb\nc\n');
    const hash = async (...argv: string[]): Promise<unknown> =>
      (JSON.parse((await run('split', ...argv, '--json')).stdout) as Record<string, unknown>)['settings_hash'];
    const base = [SHOP, '--arms', 'a,b', '--salt', 's'];
    const list = ['--ids', 'three.csv', '--arms', 'a,b', '--salt', 's'];
    const hashes = [
      await hash(...base),
      await hash(SHOP, '--arms', 'a,b', '--salt', 't'),
      await hash(SHOP, '--arms', 'a:40,b:60', '--salt', 's'),
      await hash(...base, 'status=new'),
      await hash(...base, '--exclude', 'classified/status/new.csv'),
      await hash(...list),
      await hash('--ids', 'three.csv', '--arms', 'a,b', '--salt', 't'),
      await hash('--ids', 'classified/members.csv', '--arms', 'a,b', '--salt', 's'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(await hash(...base, '--threads', '1')).toBe(hashes[0]);
  });

  it.each([
    [['x.csv', '--salt', 's'], 'missing-option'],
    [['x.csv', '--arms', ARMS], 'missing-option'],
    [['--arms', ARMS, '--salt', 's'], 'inputs-missing'],
    [['x.csv', '--arms', 'a:50,b:40', '--salt', 's'], 'bad-option-value'],
    [['x.csv', '--arms', ARMS, '--salt', ''], 'bad-option-value'],
    [['x.csv', '--ids', 'y.csv', '--arms', ARMS, '--salt', 's'], 'options-contradict'],
    [['status=new', '--ids', 'y.csv', '--arms', ARMS, '--salt', 's'], 'options-contradict'],
    [['--ids', '-', '--arms', ARMS, '--salt', 's'], 'side-stdin'],
    [['x.csv', 'status=nwe', '--arms', ARMS, '--salt', 's'], 'condition-segment'],
  ])('%j is refused before any file is read', async (argv, code) => {
    const { stdout, stderr, exitCode } = await run('split', ...argv);
    expect([stdout, exitCode]).toEqual(['', 2]);
    expect(stderr).toContain(`[${code}]`);
  });

  it('refuses a list without ids', async () => {
    put('empty.csv', 'user_id\n');
    expect(await split('--ids', 'empty.csv')).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining('[no-ids]') });
    put('one.csv', 'user_id\nann\n');
    const nobody = await split('--ids', 'one.csv', '--exclude', 'one.csv');
    expect(nobody).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('leave none of the 1 id in one.csv. [no-ids]') });
  });

  it('guards spreadsheets when asked, and hashes the id as it is', async () => {
    put('odd.csv', 'user_id\n=1+1\n"a,""b"\n日本\n');
    expect(parse((await split('--ids', 'odd.csv')).stdout, { columns: true })).toEqual(expectedArms(['=1+1', 'a,"b', '日本']));
    const [, arm] = (await split('--ids', 'odd.csv', '--spreadsheet-safe')).stdout.split('\n');
    expect(arm).toBe(`'=1+1,${expectedArms(['=1+1'])[0]?.['arm']}`);
  });
});

describe('the README on splits', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

  it('states draws and groups that another program finds', () => {
    const vectors = tableAfter(readme, '### The same group everywhere').map((cells) => cells.map((cell) => cell.replaceAll('`', '')));
    expect(vectors.length).toBeGreaterThan(3);
    for (const [id = '', digits, fraction, arm] of vectors) {
      const draw = saltedDrawOf('spring', id);
      expect([digits, fraction, arm]).toEqual([
        draw.toString(16).padStart(8, '0'),
        (draw / 2 ** 32).toFixed(6),
        expectedArms([id])[0]?.['arm'],
      ]);
    }
  });

  it('has a statement that finds the same draws in a stock engine, also of ids that look like numbers', async () => {
    put('numbers.csv', 'user_id\n007\n7\n1e5\nZoë\n');
    expect(await split('--ids', 'numbers.csv', '--out', 'groups')).toMatchObject({ exitCode: 0 });
    const [block] = codeBlocks(readme).filter(
      ({ language, lines }) => language === 'sql' && lines.some((line) => line.includes("'spring'")),
    );
    const statement = block?.lines.join('\n').replace('groups/members.csv', join(folder.path, 'groups', 'members.csv')) ?? '';
    const rows = await runScript(statement, folder.path);
    expect(rows.map(({ user_id, draw }) => [user_id, draw])).toEqual(
      ['007', '1e5', '7', 'Zoë'].map((id) => [id, saltedDrawOf('spring', id) / 2 ** 32]),
    );
  });
});
