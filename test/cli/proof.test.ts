import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { isoOfDay } from '../../src/time/day.js';
import { classifyOnce, makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const SHOP = fileURLToPath(new URL('../../fixtures/shop.csv', import.meta.url));
const folder = makeRunFolder();
afterAll(() => folder.remove());

/** 30 June 2026; the earlier day is 31 May. */
const BASE = 20_634;

interface Proven {
  readonly proof: {
    readonly as_of: string;
    readonly statuses: Readonly<Record<string, { readonly users: number; readonly returned: number }>>;
  } | null;
}

type Row = readonly [user: string, daysAgo: number, event?: string, amount?: string];

let runs = 0;
function write(rows: readonly Row[]): string {
  runs += 1;
  const path = join(folder.path, `${runs}.csv`);
  const lines = rows.map(
    ([user, daysAgo, event = 'view', amount = '']) => `${user},${isoOfDay(BASE - daysAgo)} 12:00:00,${event},${amount}`,
  );
  writeFileSync(path, `${['user_id,occurred_at,event,amount', ...lines].join('\n')}\n`);
  return path;
}

const PROVEN = { env: { SEGMENT_PROOF: 'true' } };

async function prove(path: string, flags: readonly string[] = []): Promise<Proven['proof']> {
  runs += 1;
  const run = await classifyOnce([path, ...flags], join(folder.path, `out-${runs}`), PROVEN);
  return (run.summary as unknown as Proven).proof;
}

/** Of the statuses that anybody had: how many, and how many came back. */
async function returns(path: string, flags: readonly string[] = []): Promise<Readonly<Record<string, string>> | null> {
  const proof = await prove(path, flags);
  if (proof === null) return null;
  const met = Object.entries(proof.statuses).filter(([, { users }]) => users > 0);
  return Object.fromEntries(met.map(([status, { users, returned }]) => [status, `${returned} of ${users}`]));
}

/** How many days ago somebody was there, from one day to another. */
const every = (step: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - index * step);
const visits = (user: string, daysAgo: readonly number[]): Row[] => daysAgo.map((days) => [user, days]);

describe('who of each status came back in 30 days', () => {
  /**
   * Fewer than 20 users have a gap, so P50, P75 and P90 are 30, 60 and 120. As of 30 days ago, by hand:
   * weekly: every 7 days until today; loyal (12 weeks of 12); back.
   * gone: every 7 days until 200 days ago: gap 7, n = 15, usual (15·7 + 2·30) ÷ 17 = 9.71, churned_after = max(38.84, 120, 30, 10.5) = 120; idle 170: churned.
   * saved: the same, and there again on the first of the 30 days: churned, back.
   * early: the same, and there again on the earlier day itself, so that it was known: no return; reactivated (170 > 60).
   * young: first seen 35 days ago, tenure 5: new; not back.
   * later: first seen 10 days ago: nobody knew them.
   * mailed: only got mails: never_active; back 5 days ago.
   */
  const story: Row[] = [
    ...visits('weekly', every(7, 301, 0)),
    ...visits('gone', every(7, 305, 200)),
    ...visits('saved', [...every(7, 305, 200), 29]),
    ...visits('early', [...every(7, 305, 200), 30]),
    ...visits('young', [35]),
    ...visits('later', [10]),
    ['mailed', 90, 'email_sent'],
    ['mailed', 5],
    ['mailed', 0, 'email_sent'],
  ];

  it('is counted by the status of the day before', async () => {
    expect(await returns(write(story))).toEqual({
      loyal: '1 of 1',
      churned: '1 of 2',
      reactivated: '0 of 1',
      new: '0 of 1',
      never_active: '1 of 1',
    });
  });

  it('is left out by --no-proof, which changes neither members nor the settings hash', async () => {
    const path = write(story);
    const outs = [join(folder.path, 'with'), join(folder.path, 'without')] as const;
    await classifyOnce([path], outs[0], PROVEN);
    const without = await classifyOnce([path, '--no-proof'], outs[1], PROVEN);
    expect((without.summary as unknown as Proven).proof).toBe(null);
    const read = (out: string, name: string): string => readFileSync(join(out, name), 'utf8');
    expect(read(outs[0], 'members.csv')).toBe(read(outs[1], 'members.csv'));
    const hash = (out: string): unknown => (JSON.parse(read(out, 'manifest.json')) as { settings_hash: string }).settings_hash;
    expect(hash(outs[0])).toBe(hash(outs[1]));
  });

  it('takes 120 days of history', async () => {
    expect(await returns(write(visits('a', [119, 60, 0])))).not.toBe(null);
    expect(await returns(write(visits('a', [118, 60, 0])))).toBe(null);
  });

  it('is null when nobody who is left was there yet', async () => {
    const path = write(story);
    const only = join(folder.path, 'only.csv');
    writeFileSync(only, 'user_id\nlater\n');
    expect(await returns(path, ['--only', only])).toBe(null);
    writeFileSync(only, 'user_id\nlater\ngone\n');
    expect(await returns(path, ['--only', only])).toEqual({ churned: '0 of 1' });
  });

  it('knows sign-ups up to the earlier day only', async () => {
    const users = join(folder.path, 'users.csv');
    const signedUp: readonly (readonly [string, number])[] = [
      ['quiet', 30],
      ['keen', 29],
      ['weekly', 400],
    ];
    writeFileSync(users, `user_id,signed_up_at\n${signedUp.map(([user, daysAgo]) => `${user},${isoOfDay(BASE - daysAgo)}\n`).join('')}`);
    const found = await returns(write(story), ['--users', users]);
    // quiet had signed up and done nothing; of keen nobody knew yet.
    expect(found).toMatchObject({ never_active: '1 of 2' });
  });

  it('is measured by gaps of its own, whatever is frozen', async () => {
    const path = write(story);
    const first = join(folder.path, 'frozen');
    await classifyOnce([path], first);
    const manifest = join(first, 'manifest.json');
    const read = JSON.parse(readFileSync(manifest, 'utf8')) as { population_gaps: object };
    writeFileSync(
      join(folder.path, 'long.json'),
      JSON.stringify({ ...read, population_gaps: { p50: 300, p75: 500, p90: 700, users: 30 } }),
    );
    expect(await returns(path, ['--freeze', join(folder.path, 'long.json')])).toEqual(await returns(path));
  });

  /**
   * Up to the earlier day there was no event that is called like a purchase, so every amount was an order then: shopper had one on 5 days
   * (tenure 270, at least 4 and at the quantile), which is loyal; and amounts below zero were refunds, which are no activity. Today the
   * purchase takes both away.
   */
  it('counts the amounts that counted then', async () => {
    const rows: Row[] = [
      ...[300, 240, 180, 120, 60].map((daysAgo): Row => ['shopper', daysAgo, 'checkout', '10']),
      ['payer', 200, 'fee', '-5'],
      ['payer', 10],
    ];
    expect(await returns(write([...rows, ['shopper', 5, 'checkout', '10']]))).toEqual({ loyal: '1 of 1', never_active: '1 of 1' });
    expect(await returns(write([...rows, ['shopper', 5, 'purchase', '10']]))).toEqual({ loyal: '1 of 1', never_active: '1 of 1' });
    expect(await returns(write([...rows, ['shopper', 40, 'purchase', '0'], ['shopper', 5]]))).toEqual({
      active: '1 of 1',
      churned: '1 of 1',
    });
  });

  it('counts the same with conditions on events', async () => {
    const rows: Row[] = [
      ...[300, 240, 180, 120, 60].map((daysAgo): Row => ['shopper', daysAgo, 'checkout', '10']),
      ['shopper', 5, 'purchase', '10'],
    ];
    const path = write(rows);
    expect(await returns(path, ['--where', 'event!=nothing'])).toEqual(await returns(path));
  });

  it('is a relation of the printed script, with the same counts', async () => {
    const { stdout, exitCode } = await runCli(['sql', SHOP]);
    expect(exitCode).toBe(0);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      const statements = await connection.extractStatements(stdout);
      for (let index = 0; index < statements.count; index += 1) await (await statements.prepare(index)).run();
      const rows = (await connection.runAndReadAll('select status, users, returned from status_returns order by status')).getRowsJson();
      const proof = await prove(SHOP);
      const expected = Object.entries(proof?.statuses ?? {}).filter(([, { users }]) => users > 0);
      expect(rows.map(([status, users, returned]) => [status, Number(users), Number(returned)])).toEqual(
        expected.map(([status, { users, returned }]) => [status, users, returned]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      );
      expect(rows.length).toBeGreaterThan(3);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
    expect((await runCli(['sql', SHOP, '--no-proof'])).stdout).not.toContain('status_returns');
  });
});
