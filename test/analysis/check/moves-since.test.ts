import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { movesSince } from '../../../src/analysis/check/moves-since.js';
import type { Database } from '../../../src/engine/database.js';
import { openDuckDb } from '../../../src/engine/duckdb.js';
import { ident, sql } from '../../../src/sql/sql.js';

let folder = '';
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segment-moves-since-'));
  database = await openDuckDb({ threads: 1, memoryLimitBytes: 1e9, tempDirectory: folder, allowedPaths: [], allowedDirectories: [] });
  for (const table of ['members_before', 'members']) {
    await database.run(sql`create temp table ${ident(table)} (
      user_id varchar, status varchar, status_reason varchar, rfm_segment varchar, rfm_score varchar, recency_days bigint, frequency bigint,
      monetary decimal(38, 4), orders bigint, visitor varchar, first_seen date, last_seen date, idle_days bigint, tenure_days bigint,
      active_days bigint, dormant_after_days decimal(38, 2), churned_after_days decimal(38, 2))`);
  }
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function put(table: string, user: string, status: string, reason: string, idle: number, dormantAfter: string): Promise<void> {
  await database.run(sql`insert into ${ident(table)} values (
    ${user}, ${status}, ${reason}, 'champions', '555', ${idle}, 7, 12.5, 7, null, '2026-01-01', '2026-06-01', ${idle}, 100, 9, ${dormantAfter}, 90)`);
}

const STATUS = { name: 'status', column: 'status' };

it('counts who moved, entered and left, and shows one user of each flow with the rules before and after', async () => {
  for (const user of ['b', 'a', 'c']) await put('members_before', user, 'at_risk', 'overdue', 20, '26.00');
  await put('members_before', 'd', 'active', 'active', 1, '14.00');
  await put('members_before', 'e', 'loyal', 'consistent', 1, '14.00');
  await put('members_before', 'f', 'loyal', 'consistent', 1, '14.00');
  for (const user of ['c', 'b', 'a']) await put('members', user, 'dormant', 'idle', 20, '14.00');
  await put('members', 'd', 'active', 'active', 1, '7.00');
  await put('members', 'e', 'active', 'active', 1, '7.00');
  await put('members', 'g', 'new', 'first_seen', 0, '14.00');

  const [status] = await movesSince(database, [STATUS], { hasSamples: true });
  expect(status).toMatchObject({ segmentation: 'status', moved: 4, entered: 1, left: 1 });
  expect(status?.flows).toEqual([
    { change: 'moved', from: 'at_risk', to: 'dormant', users: 3 },
    { change: 'entered', from: null, to: 'new', users: 1 },
    { change: 'left', from: 'loyal', to: null, users: 1 },
    { change: 'moved', from: 'loyal', to: 'active', users: 1 },
  ]);
  // The largest flow first, then the others by their names; 'a' is the least of its three users.
  expect(status?.samples).toEqual([
    {
      userId: 'a',
      change: 'moved',
      from: 'at_risk',
      to: 'dormant',
      ruleBefore: 'overdue: idle_days 20, dormant_after_days 26.00',
      ruleAfter: 'idle_days 20 > dormant_after_days 14.00',
    },
    { userId: 'g', change: 'entered', from: null, to: 'new', ruleBefore: null, ruleAfter: 'first_seen 2026-01-01' },
    { userId: 'f', change: 'left', from: 'loyal', to: null, ruleBefore: 'consistent, tenure_days 100', ruleAfter: null },
  ]);
});

it('of time shows no user, and of a further segmentation nobody who merely entered', async () => {
  await put('members_before', 'a', 'active', 'active', 1, '14.00');
  await put('members', 'b', 'active', 'active', 1, '14.00');
  const moves = await movesSince(database, [STATUS, { name: 'rfm', column: 'rfm_segment' }], { hasSamples: true });
  expect(moves.map(({ samples }) => samples.map(({ userId }) => userId))).toEqual([['b', 'a'], []]);
  expect(moves[0]?.samples[0]?.ruleAfter).toBe('idle_days 1, active_days 9');
  const [status] = await movesSince(database, [STATUS], { hasSamples: false });
  expect(status?.samples).toEqual([]);
});

it('users of no segment are told from those who are not there', async () => {
  await put('members_before', 'a', 'active', 'active', 1, '14.00');
  await put('members', 'a', 'active', 'active', 1, '14.00');
  await database.run(sql`update members set visitor = 'new'`);
  const [visitor] = await movesSince(database, [{ name: 'visitor', column: 'visitor' }], { hasSamples: true });
  expect(visitor?.flows).toEqual([{ change: 'moved', from: null, to: 'new', users: 1 }]);
  expect(visitor?.samples[0]).toMatchObject({ ruleBefore: 'first_seen 2026-01-01, last_seen 2026-06-01' });
});

it('a score is told with its values, money as the files have it', async () => {
  await put('members_before', 'a', 'active', 'active', 1, '14.00');
  await put('members', 'a', 'active', 'active', 1, '14.00');
  await database.run(sql`update members set rfm_segment = 'prospects', rfm_score = null, orders = 0`);
  const [rfm] = await movesSince(database, [{ name: 'rfm', column: 'rfm_segment' }], { hasSamples: true });
  expect(rfm?.samples[0]).toMatchObject({
    ruleBefore: 'score 555, recency_days 1, frequency 7, monetary 12.50',
    ruleAfter: 'orders 0',
  });
});
