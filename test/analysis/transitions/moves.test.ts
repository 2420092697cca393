import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { movesQuery } from '../../../src/analysis/transitions/moves-query.js';
import { summariseMoves } from '../../../src/analysis/transitions/summarise-moves.js';
import type { Database } from '../../../src/engine/database.js';
import { STATUSES } from '../../../src/segmentation/status/status.js';
import { ident, join, sql } from '../../../src/sql/sql.js';
import { openBareEngine } from '../../support/evaluate-sql.js';

/** What a test says of a member; the other columns stay empty. */
interface Member {
  readonly user_id: string;
  readonly status: string;
  readonly status_reason: string;
  readonly rfm_segment?: string;
  readonly recency_score?: number;
  readonly frequency_score?: number;
  readonly recency_days?: number;
  readonly frequency?: number;
  readonly visitor?: string;
  readonly first_seen?: string;
  readonly last_seen?: string;
  readonly idle_days?: number;
  readonly active_days?: number;
}

const COLUMNS = {
  user_id: 'varchar',
  status: 'varchar',
  status_reason: 'varchar',
  rfm_segment: 'varchar',
  recency_score: 'bigint',
  frequency_score: 'bigint',
  monetary_score: 'bigint',
  recency_days: 'bigint',
  frequency: 'bigint',
  monetary: 'decimal(38, 2)',
  visitor: 'varchar',
  first_seen: 'date',
  last_seen: 'date',
  idle_days: 'bigint',
  tenure_days: 'bigint',
  active_days: 'bigint',
  dormant_after_days: 'decimal(38, 2)',
  churned_after_days: 'decimal(38, 2)',
} as const;

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

async function table(name: string, members: readonly Member[]): Promise<void> {
  const types = { varchar: sql`varchar`, bigint: sql`bigint`, date: sql`date`, 'decimal(38, 2)': sql`decimal(38, 2)` } as const;
  const definitions = Object.entries(COLUMNS).map(([column, type]) => sql`${ident(column)} ${types[type]}`);
  await database.run(sql`create or replace temp table ${ident(name)} (${join(definitions, sql`, `)})`);
  for (const member of members) {
    const values = Object.keys(COLUMNS).map((column) => sql`${(member as unknown as Record<string, string | number>)[column] ?? null}`);
    await database.run(sql`insert into ${ident(name)} values (${join(values, sql`, `)})`);
  }
}

const MEMBERS_BEFORE: readonly Member[] = [
  {
    user_id: 'a',
    status: 'at_risk',
    status_reason: 'overdue',
    first_seen: '2026-01-01',
    last_seen: '2026-05-01',
    idle_days: 30,
    active_days: 9,
  },
  {
    user_id: 'b',
    status: 'active',
    status_reason: 'active',
    first_seen: '2026-01-01',
    last_seen: '2026-05-28',
    idle_days: 3,
    active_days: 9,
  },
  {
    user_id: 'c',
    status: 'active',
    status_reason: 'active',
    first_seen: '2026-01-01',
    last_seen: '2026-05-28',
    idle_days: 3,
    active_days: 9,
  },
  {
    user_id: 'd',
    status: 'new',
    status_reason: 'first_seen',
    first_seen: '2026-05-20',
    last_seen: '2026-05-25',
    idle_days: 6,
    active_days: 3,
  },
  {
    user_id: 'e',
    status: 'churned',
    status_reason: 'uninstall',
    first_seen: '2026-01-01',
    last_seen: '2026-02-01',
    idle_days: 119,
    active_days: 2,
  },
];
const MEMBERS_AFTER: readonly Member[] = [
  // Came back to their pace.
  {
    user_id: 'a',
    status: 'active',
    status_reason: 'active',
    first_seen: '2026-01-01',
    last_seen: '2026-06-29',
    idle_days: 1,
    active_days: 12,
  },
  // Silent since.
  {
    user_id: 'b',
    status: 'dormant',
    status_reason: 'idle',
    first_seen: '2026-01-01',
    last_seen: '2026-05-28',
    idle_days: 33,
    active_days: 9,
  },
  {
    user_id: 'c',
    status: 'active',
    status_reason: 'active',
    first_seen: '2026-01-01',
    last_seen: '2026-06-28',
    idle_days: 2,
    active_days: 19,
  },
  // A day of May that the first export did not hold.
  {
    user_id: 'd',
    status: 'dormant',
    status_reason: 'idle',
    first_seen: '2026-05-20',
    last_seen: '2026-05-27',
    idle_days: 34,
    active_days: 4,
  },
  {
    user_id: 'f',
    status: 'new',
    status_reason: 'first_seen',
    first_seen: '2026-06-20',
    last_seen: '2026-06-21',
    idle_days: 9,
    active_days: 1,
  },
];

// 31 May and 30 June 2026.
const FROM = sql`20604`;
const DAYS = { fromDay: FROM, toDay: sql`20634` } as const;
const STATUS = { segmentation: 'status', column: 'status', ...DAYS, canBeLate: true, hasOldScale: false } as const;
const OF_STATUS = { segmentation: 'status', segments: STATUSES.map(({ name }) => name), from: '2026-05-31', to: '2026-06-30' } as const;

describe('who moved', () => {
  beforeAll(async () => {
    await table('members_before', MEMBERS_BEFORE);
    await table('members_after', MEMBERS_AFTER);
    await database.run(sql`create or replace temp table moves as ${movesQuery(STATUS)}`);
  });

  test('a row for everybody in either', async () => {
    const rows = await database.rows(
      sql`select user_id, from_segment, to_segment, change, reason_before, reason_after, cause from moves order by user_id`,
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['a', 'at_risk', 'active', 'moved', 'overdue', 'active', 'user'],
      ['b', 'active', 'dormant', 'moved', 'active', 'idle', 'user'],
      ['c', 'active', 'active', 'stayed', 'active', 'active', null],
      ['d', 'new', 'dormant', 'moved', 'first_seen', 'idle', 'late_data'],
      ['e', 'churned', null, 'left', 'uninstall', null, null],
      ['f', null, 'new', 'entered', null, 'first_seen', 'user'],
    ]);
  });

  test('what flipped', async () => {
    const rows = await database.rows<{ flipped: string }>(sql`select flipped from moves where flipped is not null order by user_id`);
    expect(rows.map(({ flipped }) => flipped)).toEqual([
      'no longer at_risk: idle_days 30 → 1, active_days 9 → 12',
      'idle_days 33 > dormant_after_days ',
      'idle_days 34 > dormant_after_days ',
    ]);
  });

  test('sums balance: before − left + entered = after', async () => {
    const result = await summariseMoves(database, OF_STATUS);
    expect(result).toMatchObject({
      usersBefore: 5,
      usersAfter: 5,
      changes: { entered: 1, left: 1, moved: 3, stayed: 1 },
      causes: { user: 3, late_data: 1, threshold: 0, rule: 0 },
    });
    expect(result.flows.reduce((sum, { users }) => sum + users, 0)).toBe(6);
  });

  test('rates by their names', async () => {
    const { rates } = await summariseMoves(database, OF_STATUS);
    expect(rates.map(({ name, hits, of }) => [name, hits, of])).toEqual([
      // a of a.
      ['saved', 1, 1],
      // none of e, who left the population.
      ['reactivated', 0, 1],
      // b and d of a, b, c, d.
      ['lost', 2, 4],
      // none of d.
      ['activated', 0, 1],
    ]);
  });
});

describe('what moved them', () => {
  test('by the earlier scale they would have stayed', async () => {
    await table('members_before', MEMBERS_BEFORE);
    await table('members_after', MEMBERS_AFTER);
    await table(
      'members_on_old_scale',
      MEMBERS_AFTER.map((member) => (member.user_id === 'b' ? { ...member, status: 'active', status_reason: 'active' } : member)),
    );
    await database.run(sql`create or replace temp table moves as ${movesQuery({ ...STATUS, canBeLate: false, hasOldScale: true })}`);
    const { causes } = await summariseMoves(database, OF_STATUS);
    expect(causes).toEqual({ user: 3, late_data: 0, threshold: 1, rule: 0 });
  });

  test('RFM goes up and down by its scores, and no score is the least', async () => {
    const member = (
      user_id: string,
      rfm_segment: string,
      recency_score?: number,
      frequency_score?: number,
      recency_days?: number,
    ): Member => ({
      user_id,
      status: 'active',
      status_reason: 'active',
      rfm_segment,
      ...(recency_score && frequency_score ? { recency_score, frequency_score } : {}),
      ...(recency_days === undefined ? {} : { recency_days }),
    });
    await table('members_before', [
      member('a', 'promising', 4, 1, 20),
      member('b', 'champions', 5, 4, 2),
      member('c', 'hibernating', 1, 2, 300),
      member('d', 'lost'),
    ]);
    await table('members_after', [
      member('a', 'champions', 5, 4, 1),
      member('b', 'loyal_customers', 4, 5, 12),
      member('c', 'lost'),
      member('d', 'new_customers', 5, 1, 3),
    ]);
    await database.run(sql`create or replace temp table moves as ${movesQuery({ ...STATUS, segmentation: 'rfm', column: 'rfm_segment' })}`);
    const result = await summariseMoves(database, { ...OF_STATUS, segmentation: 'rfm', segments: ['champions'] });
    // a from 5 to 9; b from 9 to 9; c from 3 to none; d was not scored.
    expect(result.rates.map(({ name, hits, of }) => [name, hits, of])).toEqual([
      ['upgraded', 1, 3],
      ['downgraded', 1, 3],
    ]);
    const [row] = await database.rows<{ flipped: string }>(sql`select flipped from moves where user_id = 'a'`);
    expect(row?.flipped).toBe('recency score 4 → 5 (20 → 1), frequency score 1 → 4 (none → none)');
  });

  test('users in no segment stand in a line of their own', async () => {
    await table('members_before', [
      { user_id: 'a', status: 'active', status_reason: 'active', visitor: 'new' },
      { user_id: 'b', status: 'active', status_reason: 'active' },
    ]);
    await table('members_after', [
      { user_id: 'a', status: 'active', status_reason: 'active' },
      { user_id: 'b', status: 'active', status_reason: 'active' },
    ]);
    await database.run(sql`create or replace temp table moves as ${movesQuery({ ...STATUS, segmentation: 'visitor', column: 'visitor' })}`);
    const result = await summariseMoves(database, { ...OF_STATUS, segmentation: 'visitor', segments: ['new', 'returning'] });
    expect(result.segments).toEqual(['new', 'returning', null]);
    expect(result.flows).toEqual([
      { change: 'moved', from: 'new', to: null, users: 1 },
      { change: 'stayed', from: null, to: null, users: 1 },
    ]);
    expect(result.tests.segments[0]).toMatchObject({ segment: 'new', left: 1, entered: 0 });
  });
});
