import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rfmOnOldScaleQuery, statusOnOldScaleQuery } from '../../../src/analysis/transitions/old-scale-query.js';
import type { Database } from '../../../src/engine/database.js';
import { DEFAULT_RFM_MODEL } from '../../../src/segmentation/rfm/models/index.js';
import { parseParameters } from '../../../src/segmentation/status/status-parameters.js';
import { ident, join, sql } from '../../../src/sql/sql.js';
import { openBareEngine } from '../../support/evaluate-sql.js';

let database: Database;
beforeAll(async () => {
  database = await openBareEngine();
});
afterAll(() => database.close());

/** At both dates: status and reason of the earlier one, idle days then and later, the limits of then, active days, and what is new. */
interface Case {
  readonly status: string;
  readonly reason: string;
  readonly idle: readonly [number, number];
  readonly dormant: number;
  readonly churned: number;
  readonly days: number;
  readonly tenure?: number;
  readonly isNew?: true;
}

async function stays(cases: Readonly<Record<string, Case>>): Promise<string[]> {
  const rows = (isAfter: boolean) =>
    Object.entries(cases).map(
      ([id, { status, reason, idle, dormant, churned, days, tenure = 300, isNew }]) => sql`
      select ${id} as user_id, ${status} as status, ${reason} as status_reason, date '2025-06-01' as first_seen, date '2026-01-01' as last_seen,
             ${idle[isAfter ? 1 : 0]}::bigint as idle_days, ${tenure}::bigint as tenure_days, ${days}::bigint as active_days,
             ${days + (isAfter && isNew ? 1 : 0)}::bigint as events,
             ${String(dormant)}::decimal(38, 2) as dormant_after_days, ${String(churned)}::decimal(38, 2) as churned_after_days`,
    );
  for (const [table, isAfter] of [
    ['members_before', false],
    ['members_after', true],
  ] as const) {
    await database.run(sql`create or replace temp table ${ident(table)} as ${join(rows(isAfter), sql` union all `)}`);
  }
  const found = await database.rows<{ user_id: string }>(statusOnOldScaleQuery(parseParameters([])));
  return found.map(({ user_id }) => user_id);
}

describe('who would have the same status by the earlier limits', () => {
  test('as far as nothing new but the time that passed can tell', async () => {
    expect(
      await stays({
        // Dormant above 30, churned above 60: 50 idle days are still between them, 61 are not.
        dormant: { status: 'dormant', reason: 'idle', idle: [40, 50], dormant: 30, churned: 60, days: 5 },
        'dormant no more': { status: 'dormant', reason: 'idle', idle: [40, 61], dormant: 30, churned: 60, days: 5 },
        // An event that came in between: the columns do not tell what it would have done.
        'dormant with news': { status: 'dormant', reason: 'idle', idle: [40, 50], dormant: 30, churned: 60, days: 5, isNew: true },
        churned: { status: 'churned', reason: 'inactivity', idle: [70, 100], dormant: 30, churned: 60, days: 5 },
        'churned by an event': { status: 'churned', reason: 'uninstall', idle: [70, 100], dormant: 30, churned: 60, days: 5 },
        // Overdue from 0.75 × 40 = 30 on, up to 40; with two active days there is but one gap, and nobody is overdue.
        'at risk': { status: 'at_risk', reason: 'overdue', idle: [31, 40], dormant: 40, churned: 80, days: 5 },
        'at risk no more': { status: 'at_risk', reason: 'overdue', idle: [31, 41], dormant: 40, churned: 80, days: 5 },
        'at risk of two days': { status: 'at_risk', reason: 'declining', idle: [31, 40], dormant: 40, churned: 80, days: 2 },
        occasional: { status: 'occasional', reason: 'few_days', idle: [10, 40], dormant: 40, churned: 80, days: 2 },
        'occasional no more': { status: 'occasional', reason: 'few_days', idle: [10, 41], dormant: 40, churned: 80, days: 2 },
        // Fewer than 6 days are never declining, fewer than 4 never loyal; with 5, only before a tenure of 60 days.
        active: { status: 'active', reason: 'active', idle: [5, 30], dormant: 40, churned: 80, days: 3 },
        'active and overdue': { status: 'active', reason: 'active', idle: [5, 31], dormant: 40, churned: 80, days: 3 },
        'active of many days': { status: 'active', reason: 'active', idle: [5, 30], dormant: 40, churned: 80, days: 6, tenure: 50 },
        'active, maybe loyal': { status: 'active', reason: 'active', idle: [5, 30], dormant: 40, churned: 80, days: 5 },
        'active, too new for that': { status: 'active', reason: 'active', idle: [5, 30], dormant: 40, churned: 80, days: 5, tenure: 59 },
        loyal: { status: 'loyal', reason: 'consistent', idle: [5, 6], dormant: 40, churned: 80, days: 50 },
        'new': { status: 'new', reason: 'first_seen', idle: [5, 6], dormant: 40, churned: 80, days: 1 },
      }),
    ).toEqual(['active', 'active, too new for that', 'at risk', 'churned', 'dormant', 'occasional']);
  });

  test('RFM by the earlier edges: strictly above an edge, in hundredths, money to its last decimal', async () => {
    await database.run(sql`
      create or replace temp table members_after as
      select 'a' as user_id, 10::bigint as recency_days, 5::bigint as frequency, 100.00::decimal(38, 2) as monetary, 'x' as rfm_segment
      union all select 'b', 11, 4, 100.01, 'x'
      union all select 'c', 41, 1, 3.5, 'x'
      union all select 'd', null, 0, 0, 'lost'
      union all select 'e', null, 0, 0, 'prospects'`);
    const money = 10n ** 12n;
    const rows = await database.rows<{ user_id: string; rfm_segment: string }>(
      rfmOnOldScaleQuery(DEFAULT_RFM_MODEL, {
        basis: 'orders',
        edges: {
          recency: [1000n, 2000n, 3000n, 4000n],
          frequency: [100n, 200n, 300n, 400n],
          monetary: [1n, 2n, 3n, 100n].map((edge) => edge * money),
        },
        moneyScale: 10,
      }),
    );
    // a: R5 (10 is not above 10) F5; b: R4 F4 (4 is not above 4); c: R1 F1; the unscored stay what they are.
    expect(rows.map(({ user_id, rfm_segment }) => [user_id, rfm_segment])).toEqual([
      ['a', 'champions'],
      ['b', 'loyal_customers'],
      ['c', 'hibernating'],
      ['d', 'lost'],
      ['e', 'prospects'],
    ]);
  });
});
