import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entryKey, findEntry, openCacheFolder, startEntry, usualCacheFolder } from '../../src/cli/cache-folder.js';
import { type RunResult, runCli } from '../support/run-cli.js';

// A rejected time, a row without a user, a repeated event id with another amount, a refund, a bad amount, two plans.
const ROWS = [
  'e1,u1,2026-06-01 10:00:00,open,,pro',
  'e2,u1,2026-06-03 10:00:00,buy,20,pro',
  'e3,u2,2026-06-02 10:00:00,open,,free',
  'e4,u2,2026-06-05 23:30:00,buy,7.50,free',
  'e4,u2,2026-06-05 23:30:00,buy,9.50,free',
  'e5,u3,yesterday,open,,free',
  'e6,,2026-06-05 10:00:00,open,,free',
  'e7,u3,2026-06-06 10:00:00,open,many,pro',
  'e8,u1,2026-06-20 10:00:00,refund,20,pro',
  'e9,u4,2026-06-28 10:00:00,open,,',
];
const RULES = ['--segment', 'buyers: did(buy) or monetary > 5', '--segment', 'misspelled: did(opne) and not segment(buyers)'];

let cwd = '';
const cache = (): string => join(cwd, 'cache', 'segment');
const entries = (): string[] => readdirSync(cache());
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-preview-')));
  write(ROWS);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(rows: readonly string[]): void {
  writeFileSync(join(cwd, 'events.csv'), `event_id,user_id,time,event,amount,plan\n${rows.join('\n')}\n`);
}

const run = (argv: readonly string[], now?: Date): Promise<RunResult> =>
  runCli(['preview', 'events.csv', '--event-column', 'event', '--max-rejects', '50%', '--value-event', 'buy', ...argv], {
    cwd,
    env: { XDG_CACHE_HOME: join(cwd, 'cache') },
    ...(now && { now }),
  });

/** What a run says, and whether it came from the cache. */
async function said(argv: readonly string[], now?: Date): Promise<{ readonly text: string; readonly isCached: boolean }> {
  const { stdout, stderr, exitCode } = await run(argv, now);
  expect(stderr).toContain('took 0.0 s');
  return { text: `${exitCode}\n${stdout}\n${stderr.replace(/^took .*\n/m, '')}`, isCached: stderr.includes(', from the cache') };
}

it('says the same from the cache, for other rules too, and keeps it private', async () => {
  const plain = await said([...RULES, '--no-cache']);
  expect(plain.text).toContain('no row holds an event of that name');
  expect(plain.text).toContain('[conflicting_duplicates]');
  expect(await said(RULES)).toEqual({ ...plain, isCached: false });
  expect(await said(RULES)).toEqual({ ...plain, isCached: true });
  const other = ['--segment', 'late: did(open, last 3 days) or first(buy, since 2026-06-04)'];
  expect(await said(other)).toEqual({ ...(await said([...other, '--no-cache'])), isCached: true });
  const [entry = ''] = entries();
  expect(entries()).toHaveLength(1);
  expect(statSync(cache()).mode & 0o777).toBe(0o700);
  const kept = readdirSync(join(cache(), entry)).sort();
  expect(kept).toEqual(['events.parquet', 'members.parquet', 'report.json', 'users.parquet']);
  for (const name of kept) expect(statSync(join(cache(), entry, name)).mode & 0o777).toBe(0o600);
});

it('reads the files anew for a column that no rule named before, and then has those of all rules', async () => {
  const pro = ['--segment', 'pro: property(plan) = pro'];
  const dear = ['--segment', 'dear: sum(amount of buy where event_id != e2) >= 7'];
  await said(pro);
  expect(await said(pro)).toEqual({ ...(await said([...pro, '--no-cache'])), isCached: true });
  expect(await said(dear)).toEqual({ ...(await said([...dear, '--no-cache'])), isCached: false });
  expect(await said(pro)).toEqual({ ...(await said([...pro, '--no-cache'])), isCached: true });
  expect(await said(dear)).toMatchObject({ isCached: true });
});

it('never serves what has changed: a byte of the file whatever its times, a setting, a day of the clock that decides', async () => {
  await said(RULES);
  const { atime, mtime } = statSync(join(cwd, 'events.csv'));
  write(ROWS.map((row) => row.replace('u4,', 'u1,')));
  utimesSync(join(cwd, 'events.csv'), atime, mtime);
  expect(await said(RULES)).toEqual({ ...(await said([...RULES, '--no-cache'])), isCached: false });
  for (const setting of [
    ['--as-of', '2026-06-05'],
    ['--timezone', 'Asia/Tokyo'],
    ['--where', 'plan=pro'],
    ['--event-id-column', 'none'],
  ]) {
    expect(await said([...RULES, ...setting])).toEqual({ ...(await said([...RULES, ...setting, '--no-cache'])), isCached: false });
  }
  expect((await run([...RULES, '--strict'])).stderr).toContain('[options-contradict]');
  expect((await run([...RULES, '--max-rejects', '0'])).exitCode).toBe(3);
  // Nothing is after the newest event, so another day says the same; until something is in the future.
  expect(await said(RULES, new Date('2026-09-01T00:00:00Z'))).toMatchObject({ isCached: true });
  write([...ROWS, 'e10,u4,2026-07-20 10:00:00,buy,5,pro']);
  await said(RULES, new Date('2026-07-01T00:00:00Z'));
  const later = new Date('2026-07-25T00:00:00Z');
  expect(await said(RULES, later)).toEqual({ ...(await said([...RULES, '--no-cache'], later)), isCached: false });
});

it('knows again what is piped in', async () => {
  const piped = (): Promise<RunResult> =>
    runCli(['preview', '-', '--max-rejects', '50%', ...RULES], {
      cwd,
      env: { XDG_CACHE_HOME: join(cwd, 'cache') },
      stdin: readFileSync(join(cwd, 'events.csv')),
    });
  const first = await piped();
  const second = await piped();
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).toContain(', from the cache');
  expect(entries()).toHaveLength(1);
});

it('makes anew what is damaged, and does without where it cannot be', async () => {
  const plain = await said([...RULES, '--no-cache']);
  await said(RULES);
  for (const name of ['events.parquet', 'report.json']) {
    const path = join(cache(), entries()[0] ?? '', name);
    const bytes = readFileSync(path);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await said(RULES)).toEqual({ ...plain, isCached: false });
    expect(await said(RULES)).toEqual({ ...plain, isCached: true });
  }
  const before = entries();
  chmodSync(cache(), 0o777);
  const { stderr } = await run(RULES);
  expect(stderr).toContain(`without a cache: other users may write to ${cache()}`);
  expect((await run([...RULES, '--cache-dir', 'events.csv'])).stderr).toContain('without a cache: events.csv: ');
  expect((await runCli(['preview', 'events.csv', '--max-rejects', '50%', ...RULES], { cwd })).stderr).toContain(
    'without a cache: the environment names no home',
  );
  expect(entries()).toEqual(before);
});

it('keeps one of two entries that are made at once, and drops what was not used for longest', async () => {
  const folder = openCacheFolder(cache(), cwd, 10_000);
  if (typeof folder === 'string') throw new Error(folder);
  const put = (at: number) => {
    const entry = startEntry(folder, new Date(at));
    writeFileSync(join(entry.directory, 'table'), 'x'.repeat(4000));
    return entry;
  };
  const [first, second] = [put(1), put(2)];
  await Promise.all([first.publish(entryKey('a'), 1, ['table']), second.publish(entryKey('a'), 2, ['table'])]);
  expect(entries()).toHaveLength(1);
  expect([1, 2]).toContain((await findEntry(folder, entryKey('a')))?.report);
  await put(3).publish(entryKey('b'), 3, ['table']);
  await put(4).publish(entryKey('c'), 4, ['table']);
  expect(await findEntry(folder, entryKey('a'))).toBeUndefined();
  expect((await findEntry(folder, entryKey('b')))?.report).toBe(3);
});

it('lies where a system keeps caches', () => {
  expect(usualCacheFolder({ XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux')).toBe('/x/segment');
  expect(usualCacheFolder({ XDG_CACHE_HOME: 'not/absolute', HOME: '/h' }, 'linux')).toBe('/h/.cache/segment');
  expect(usualCacheFolder({ HOME: '/h' }, 'darwin')).toBe('/h/Library/Caches/segment');
  expect(usualCacheFolder({ LOCALAPPDATA: '/l' }, 'win32')).toBe('/l/cache/segment');
  expect(usualCacheFolder({}, 'linux')).toBeUndefined();
});
