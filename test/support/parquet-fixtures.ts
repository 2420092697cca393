import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuckDb } from '../../src/engine/duckdb.js';
import { join as joinSql, list, type Sql, sql } from '../../src/sql/sql.js';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/presets', import.meta.url));

const json = (value: unknown): Sql => sql`${JSON.stringify(value)}`;
const rows = (selects: readonly Sql[]): Sql => joinSql(selects, sql` union all `);

/** The rows of the Parquet files among the fixtures, by file: `npx tsx test/support/parquet-fixtures.ts` writes them. */
export const PARQUET_FIXTURES: Readonly<Record<string, Sql>> = {
  'mixpanel-warehouse.parquet': rows(
    [
      ['d-1', '$device:d-1', 'Page View', 'i1', '2026-02-01 23:30:00.125', '', { $browser: 'Firefox' }],
      ['d-1', 'ann', 'Sign Up', 'i2', '2026-02-02 08:00:00', 'ann', { plan: 'free' }],
      ['d-1', 'ann', 'Purchase', 'i3', '2026-02-03 08:00:00', 'ann', { revenue: 19.9, currency: 'EUR', order_id: 'A-1' }],
      ['d-1', 'ann', 'Purchase', 'i3', '2026-02-03 08:00:00', 'ann', { revenue: 19.9, currency: 'EUR', order_id: 'A-1' }],
      ['d-2', 'ben', 'Purchase', 'i3', '2026-02-04 08:00:00', 'ben', { amount: '5.10', currency: 'EUR', order_id: 'B-1' }],
      ['d-2', 'ben', 'Refund', '', '2026-02-05 08:00:00', 'ben', { revenue: 5.1, currency: 'EUR', order_id: 'B-1' }],
    ].map(
      ([device, distinct, name, insert, time, user, properties]) => sql`
        select ${String(device)} as device_id, ${String(distinct)} as distinct_id, ${String(name)} as event_name, ${String(insert)} as insert_id,
               ${json(properties)} as properties, ${String(time)}::timestamp as time, nullif(${String(user)}, '') as user_id`,
    ),
  ),
  'posthog.parquet': rows(
    [
      ['0190-1', '$pageview', 'anon-1', 'p-ann', '2026-03-01 23:30:00.000001', { $session_id: 's1' }],
      [
        '0190-2',
        'order completed',
        'ann@x',
        'p-ann',
        '2026-03-02 10:00:00',
        { $session_id: 's2', revenue: 40, currency: 'USD', order_id: 'o1' },
      ],
      [
        '0190-2',
        'order completed',
        'ann@x',
        'p-ann',
        '2026-03-02 10:00:00',
        { $session_id: 's2', revenue: 40, currency: 'USD', order_id: 'o1' },
      ],
      [
        '0190-3',
        'order completed',
        'ann@x',
        'p-ann',
        '2026-03-05 10:00:00',
        { $revenue: '12.50', revenue: 99, currency: 'USD', order_id: 'o2' },
      ],
      ['0190-4', 'app uninstalled', 'ben@x', '', '2026-03-06 10:00:00', {}],
    ].map(
      ([uuid, name, distinct, person, time, properties]) => sql`
        select ${String(uuid)} as uuid, ${String(name)} as event, ${json(properties)} as properties, null::varchar as elements, '{}' as "set",
               '{}' as set_once, ${String(distinct)} as distinct_id, 1::bigint as team_id, '' as ip, '' as site_url,
               ${String(time)}::timestamp as timestamp, ${String(time)}::timestamp as created_at, nullif(${String(person)}, '') as person_id,
               '{}' as person_properties`,
    ),
  ),
  'ga4.parquet': rows([
    gaRow({ at: '2026-04-01 22:30:00', name: 'session_start', pseudo: 'p1', bundle: 1, session: 1001 }),
    gaRow({ at: '2026-04-01 22:30:05', name: 'view_item', pseudo: 'p1', bundle: 1, session: 1001, usd: 22 }),
    gaRow({
      at: '2026-04-02 09:00:00',
      name: 'purchase',
      pseudo: 'p1',
      bundle: 2,
      session: 1002,
      usd: 55,
      order: 'T-1',
      revenue: 50,
      revenueUsd: 55,
    }),
    gaRow({
      at: '2026-04-02 09:00:00',
      name: 'purchase',
      pseudo: 'p1',
      bundle: 2,
      session: 1002,
      usd: 55,
      order: 'T-1',
      revenue: 50,
      revenueUsd: 55,
    }),
    gaRow({ at: '2026-04-03 09:00:00', name: 'refund', pseudo: 'p1', bundle: 3, session: 1003, order: 'T-1', refundUsd: 11 }),
    gaRow({
      at: '2026-04-04 09:00:00',
      name: 'in_app_purchase',
      pseudo: 'p2',
      user: 'ben',
      bundle: 1,
      session: 2001,
      usd: 4.99,
      order: '(not set)',
    }),
    gaRow({ at: '2026-04-06 09:00:00', name: 'notification_receive', pseudo: 'p2', user: 'ben', bundle: 2, session: 2001 }),
    gaRow({ at: '2026-04-05 09:00:00', name: 'first_open', pseudo: 'p3', bundle: 1, session: 3001 }),
    gaRow({ at: '2026-04-05 09:30:00', name: 'app_remove', pseudo: 'p3', bundle: 2, session: 3001 }),
  ]),
};

interface GaEvent {
  readonly at: string;
  readonly name: string;
  readonly pseudo: string;
  readonly user?: string;
  readonly bundle: number;
  readonly session: number;
  readonly usd?: number;
  readonly order?: string;
  readonly revenue?: number;
  readonly revenueUsd?: number;
  readonly refundUsd?: number;
}

function gaRow({ at, name, pseudo, user, bundle, session, usd, order, revenue, revenueUsd, refundUsd }: GaEvent): Sql {
  const parameter = (key: string, text: string | null, whole: number | null): Sql => sql`{
    'key': ${key},
    'value': {'string_value': ${text}::varchar, 'int_value': ${whole}::bigint, 'float_value': null::double, 'double_value': null::double}
  }`;
  return sql`
    select ${at.slice(0, 10).replaceAll('-', '')} as event_date, epoch_us(${at}::timestamp) as event_timestamp, ${name} as event_name,
           ${list([parameter('ga_session_id', null, session), parameter('currency', 'EUR', null)])} as event_params,
           ${usd ?? null}::double as event_value_in_usd, ${bundle}::bigint as event_bundle_sequence_id, ${user ?? null}::varchar as user_id,
           ${pseudo} as user_pseudo_id, ${name === 'first_open' ? 'ANDROID' : 'WEB'} as platform, '123' as stream_id,
           {
             'total_item_quantity': null::bigint,
             'purchase_revenue_in_usd': ${revenueUsd ?? null}::double,
             'purchase_revenue': ${revenue ?? null}::double,
             'refund_value_in_usd': ${refundUsd ?? null}::double,
             'transaction_id': ${order ?? null}::varchar
           } as ecommerce`;
}

/** Writes the Parquet fixtures into a folder. */
export async function writeParquetFixtures(folder: string): Promise<void> {
  const spool = mkdtempSync(join(tmpdir(), 'segment-fixtures-'));
  const database = await openDuckDb({
    threads: 1,
    memoryLimitBytes: 2 ** 28,
    tempDirectory: spool,
    allowedPaths: [],
    allowedDirectories: [spool, folder],
  });
  try {
    for (const [name, query] of Object.entries(PARQUET_FIXTURES)) await database.copy(query, join(folder, name), { format: 'parquet' });
  } finally {
    database.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeParquetFixtures(FIXTURES);
