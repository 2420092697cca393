import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../../../src/input/presets/index.js';
import { writeParquetFixtures } from '../../support/parquet-fixtures.js';
import { runCli } from '../../support/run-cli.js';
import { runScript } from '../../support/run-script.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/presets', import.meta.url));

interface Known {
  readonly preset: string;
  /** When it is more than the file of this name. */
  readonly files?: readonly string[];
  readonly flags?: readonly string[];
  readonly asOf: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly valueTotal: string;
  readonly columns: Readonly<Record<'user' | 'time' | 'event' | 'value', string | null>>;
  /** user_id → orders, net money, events, last active day. */
  readonly users: Readonly<Record<string, readonly [orders: number, monetary: string, events: number, lastSeen: string]>>;
}

const POSTHOG: Known = {
  preset: 'posthog',
  asOf: '2026-03-06',
  rows: { total: 5, used: 4, duplicate: 1 },
  // 40 + 12.50: $revenue goes before revenue.
  valueTotal: '52.50',
  columns: { user: 'person_id or distinct_id', time: 'timestamp', event: 'event', value: 'properties.$revenue or properties.revenue' },
  users: { 'p-ann': [2, '52.50', 3, '2026-03-05'], 'ben@x': [0, '0.00', 1, ''] },
};

const GA4: Known = {
  preset: 'ga4',
  asOf: '2026-04-06',
  rows: { total: 9, used: 8, duplicate: 1 },
  // 55 − 11 of p1, 4.99 of Ben; the 22 that were looked at are no money.
  valueTotal: '48.99',
  columns: {
    user: 'user_id or user_pseudo_id',
    time: 'event_timestamp',
    event: 'event_name',
    value: 'ecommerce.purchase_revenue_in_usd or ecommerce.refund_value_in_usd or event_value_in_usd',
  },
  users: {
    p1: [1, '44.00', 4, '2026-04-02'],
    // The notification of 6 April came to him, he did nothing.
    ben: [1, '4.99', 2, '2026-04-04'],
    p3: [0, '0.00', 2, '2026-04-05'],
  },
};

/** Worked by hand from the files; fixtures/README.md tells the stories. */
const KNOWN: Readonly<Record<string, Known>> = {
  'mixpanel-warehouse.parquet': {
    preset: 'mixpanel-warehouse',
    asOf: '2026-02-05',
    // One purchase stands there twice; Ben's has the same insert id, but is another person's.
    rows: { total: 6, used: 5, duplicate: 1 },
    // 19.90 of Ann; 5.10 − 5.10 of Ben.
    valueTotal: '19.90',
    columns: {
      user: 'user_id or distinct_id',
      time: 'time',
      event: 'event_name',
      value: 'properties.revenue or properties.amount or properties.$amount',
    },
    users: {
      '$device:d-1': [0, '0.00', 1, '2026-02-01'],
      ann: [1, '19.90', 2, '2026-02-03'],
      ben: [1, '0.00', 2, '2026-02-04'],
    },
  },
  'posthog.parquet': POSTHOG,
  'posthog.jsonl': POSTHOG,
  'ga4.parquet': GA4,
  'ga4.jsonl': GA4,
  'mixpanel.jsonl': {
    preset: 'mixpanel',
    asOf: '2026-02-05',
    // Ben's purchase has Ann's insert id, but is his.
    rows: { total: 6, used: 5, duplicate: 1 },
    valueTotal: '24.90',
    columns: {
      user: 'properties.$user_id or properties.distinct_id',
      time: 'properties.time',
      event: 'event',
      value: 'properties.revenue or properties.amount or properties.$amount',
    },
    users: {
      '$device:a': [0, '0.00', 1, '2026-02-01'],
      ann: [1, '19.90', 2, '2026-02-03'],
      ben: [1, '5.00', 2, '2026-02-04'],
    },
  },
  'amplitude.jsonl': {
    preset: 'amplitude',
    asOf: '2026-03-05',
    // Sent again with another uuid, but the same $insert_id.
    rows: { total: 5, used: 4, duplicate: 1 },
    valueTotal: '12.50',
    columns: {
      user: 'user_id or amplitude_id',
      time: 'event_time',
      event: 'event_type',
      value: 'event_properties.$revenue',
    },
    users: {
      // Beyond 2^53: a number that doubles would round.
      '9007199254740993': [0, '0.00', 1, '2026-03-01'],
      ann: [1, '12.50', 2, '2026-03-02'],
      '007': [0, '0.00', 1, '2026-03-05'],
    },
  },
  'clevertap.json': {
    preset: 'clevertap',
    asOf: '2026-04-05',
    rows: { total: 6, used: 6 },
    // Two orders in one second, each with its own id.
    valueTotal: '99.00',
    columns: { user: 'profile.identity or profile.objectId', time: 'ts', event: 'eventName', value: 'eventProps.Amount' },
    users: {
      // The push of 5 April was shown to her, she did nothing.
      ann: [2, '99.00', 4, '2026-04-02'],
      __g2: [0, '0.00', 2, '2026-04-03'],
    },
  },
  'segment-tracks.csv': {
    preset: 'segment-tracks',
    asOf: '2026-06-05',
    rows: { total: 7, used: 5, duplicate: 1, without_user: 1 },
    valueTotal: '0.00',
    columns: { user: 'user_id or anonymous_id', time: 'timestamp', event: 'event', value: null },
    users: {
      // Before she was known; the same person as u1, which the tracks alone do not say.
      'anon-1': [0, '0.00', 1, '2026-06-01'],
      // The cancelled order is a refund, no activity.
      u1: [1, '0.00', 2, '2026-06-02'],
      u2: [0, '0.00', 2, '2026-06-04'],
    },
  },
  'rudderstack-tracks.csv': {
    preset: 'rudderstack-tracks',
    asOf: '2026-06-11',
    rows: { total: 4, used: 3, duplicate: 1 },
    // Revenue before total: 50 + 20 + 30.
    valueTotal: '100.00',
    columns: { user: 'user_id or anonymous_id', time: 'timestamp', event: 'event', value: 'revenue or total' },
    users: { u1: [2, '70.00', 2, '2026-06-10'], 'a-9': [1, '30.00', 1, '2026-06-11'] },
  },
  'snowplow.csv': {
    preset: 'snowplow',
    asOf: '2026-05-04',
    rows: { total: 5, used: 4, duplicate: 1 },
    valueTotal: '80.00',
    columns: {
      user: 'user_id or domain_userid or network_userid',
      time: 'derived_tstamp or collector_tstamp',
      event: 'event_name or event',
      value: 'tr_total',
    },
    users: {
      // Collected after midnight, done before it.
      d1: [0, '0.00', 1, '2026-05-01'],
      u1: [1, '80.00', 2, '2026-05-03'],
      n9: [0, '0.00', 1, '2026-05-04'],
    },
  },
  'heap.csv': {
    preset: 'heap',
    asOf: '2026-05-02',
    // Event 101 is a page view and a checkout page: two events; the checkout page is there twice.
    rows: { total: 5, used: 4, duplicate: 1 },
    valueTotal: '0.00',
    columns: { user: 'user_id', time: 'time', event: 'event_table_name', value: null },
    users: { '8000000000000000001': [1, '0.00', 3, '2026-05-01'], '8000000000000000002': [0, '0.00', 1, '2026-05-02'] },
  },
  matomo: {
    preset: 'matomo',
    files: ['matomo-actions.csv', 'matomo-conversions.csv'],
    asOf: '2026-04-03',
    // Action 2 is there twice, and the goal it led to once.
    rows: { total: 7, used: 6, duplicate: 1 },
    // The order; what a goal is worth and what lay in a cart are no money.
    valueTotal: '59.90',
    columns: { user: 'idvisitor', time: 'server_time', event: 'idgoal', value: 'revenue' },
    users: { a1b2c3d4e5f60718: [1, '59.90', 4, '2026-04-01'], '00ff00ff00ff00ff': [0, '0.00', 2, '2026-04-03'] },
  },
  'shopify.csv': {
    preset: 'shopify',
    asOf: '2026-03-29',
    rows: { total: 10, used: 9, without_user: 1 },
    // 64.90 + (65.00 − 20.00) of Ann, 15.00 of Cleo; the guest's 12.00 are nobody's.
    valueTotal: '124.90',
    columns: { user: 'Email', time: 'Created at', event: 'Cancelled at and Financial Status', value: 'Total' },
    users: {
      // Three item rows and two; two rows have no email of their own.
      'ann@example.com': [2, '109.90', 5, '2026-03-05'],
      // One voided, one cancelled: refunds, so never active.
      'ben@example.com': [0, '0.00', 2, ''],
      // 23:30 at +02:00 is still the 29th in UTC; the refunded order is an order without money.
      'cleo@example.com': [2, '15.00', 2, '2026-03-29'],
    },
  },
  'stripe.csv': {
    preset: 'stripe',
    asOf: '2026-04-30',
    rows: { total: 9, used: 8, duplicate: 1 },
    // 29 + 29 of Ann, 1,200 − 200 of Ben, 45 − 45 of Cleo, 99 of Dora.
    valueTotal: '1157.00',
    columns: { user: 'Customer ID or Customer Email', time: 'Created (UTC)', event: 'Status and Captured', value: 'Amount' },
    users: {
      // The failed payment of 30 April happened to her, she did nothing.
      cus_ann: [2, '58.00', 3, '2026-03-31'],
      // The uncaptured 50 are no money yet.
      cus_ben: [1, '1000.00', 2, '2026-04-05'],
      cus_cleo: [1, '0.00', 2, '2026-03-20'],
      'dora@example.com': [1, '99.00', 1, '2026-04-12'],
    },
  },
  'stripe-api.csv': {
    preset: 'stripe-api',
    asOf: '2026-03-04',
    rows: { total: 4, used: 4 },
    // Yen have no smaller unit: 1,999 + (500 − 100) + 1,200.
    valueTotal: '3599.00',
    columns: { user: 'customer or receipt_email', time: 'created', event: 'status and captured', value: 'amount' },
    users: {
      cus_1: [2, '2399.00', 2, '2026-03-02'],
      cus_2: [0, '0.00', 1, ''],
      'guest@example.com': [1, '1200.00', 1, '2026-03-04'],
    },
  },
  'woocommerce.csv': {
    preset: 'woocommerce',
    asOf: '2026-05-20',
    rows: { total: 8, used: 8 },
    // 45 (once, though it stands on two rows) + 25 − 10, and the guest's 15.
    valueTotal: '75.00',
    columns: { user: 'customer_id or billing_email', time: 'date', event: 'status', value: 'order_total' },
    users: {
      '7': [2, '60.00', 3, '2026-05-10'],
      // Pending on the 12th: an attempt of theirs. Failed on the 13th: also. Cancelled on the 14th: a refund.
      '8': [0, '0.00', 3, '2026-05-13'],
      '9': [1, '0.00', 1, '2026-05-20'],
      'guest@example.com': [1, '15.00', 1, '2026-05-11'],
    },
  },
  'rees46.csv': {
    preset: 'rees46',
    asOf: '2019-10-04',
    rows: { total: 7, used: 7 },
    // 130.76 + (642.69 + 29.51) + 29.51; the prices of views and carts are worth nothing.
    valueTotal: '832.47',
    columns: { user: 'user_id', time: 'event_time', event: 'event_type', value: 'price' },
    users: {
      '520088904': [0, '0.00', 2, '2019-10-04'],
      '543272936': [1, '130.76', 1, '2019-10-01'],
      // Two items in one second are one order.
      '551377651': [2, '701.71', 4, '2019-10-03'],
    },
  },
  'retailrocket.csv': {
    preset: 'retailrocket',
    asOf: '2015-06-04',
    rows: { total: 8, used: 7, duplicate: 1 },
    valueTotal: '0.00',
    columns: { user: 'visitorid', time: 'timestamp', event: 'event', value: null },
    users: {
      '257597': [0, '0.00', 2, '2015-06-03'],
      // Transactions 4000 (two items, one of them twice) and 5216.
      '992329': [2, '0.00', 5, '2015-06-04'],
    },
  },
  'uci-online-retail.csv': {
    preset: 'uci-online-retail',
    asOf: '2010-12-06',
    rows: { total: 7, used: 6, without_user: 1 },
    // 15.30 + 20.34 + 11.10 − 19.80 of 17850, −27.50 of 14527, 54.08 of 13047.
    valueTotal: '53.52',
    columns: { user: 'CustomerID', time: 'InvoiceDate', event: 'InvoiceNo', value: 'UnitPrice' },
    users: {
      // 12/1/2010 is 1 December; the cancelled line of 6 December is no activity.
      '17850': [2, '26.94', 4, '2010-12-02'],
      '14527': [0, '-27.50', 1, ''],
      '13047': [1, '54.08', 1, '2010-12-04'],
    },
  },
  'uci-online-retail-ii.csv': {
    preset: 'uci-online-retail',
    asOf: '2009-12-04',
    rows: { total: 5, used: 4, without_user: 1 },
    // 83.40 + 81.00 + 100.80 of 13085, −35.40 of 16321.
    valueTotal: '229.80',
    columns: { user: 'Customer ID', time: 'InvoiceDate', event: 'Invoice', value: 'Price' },
    users: { '13085.0': [2, '265.20', 3, '2009-12-03'], '16321.0': [0, '-35.40', 1, ''] },
  },
  'cdnow.txt': {
    preset: 'cdnow',
    flags: ['--preset', 'cdnow'],
    asOf: '1998-05-28',
    rows: { total: 6, used: 6 },
    // 11.77 + 12.00 + 77.00 + 20.76 + 20.76 + 16.99
    valueTotal: '159.28',
    columns: { user: 'customer_id', time: 'date', event: null, value: 'dollar_value' },
    users: {
      '00001': [1, '11.77', 1, '1997-01-01'],
      // Two rows of one day are one order.
      '00002': [1, '89.00', 2, '1997-01-12'],
      '00003': [3, '58.51', 3, '1998-05-28'],
    },
  },
};

it('the Parquet files are those that are written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'segment-parquet-'));
  await writeParquetFixtures(folder);
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name)).equals(readFileSync(join(FIXTURES, name))), name).toBe(true);
  }
  expect(readdirSync(folder)).toHaveLength(3);
});

it('every preset has a fixture, and every fixture an answer', () => {
  expect(readdirSync(FIXTURES).sort()).toEqual(
    Object.entries(KNOWN)
      .flatMap(([name, { files }]) => files ?? [name])
      .sort(),
  );
  expect(new Set(Object.values(KNOWN).map(({ preset }) => preset))).toEqual(new Set(PRESETS.map(({ name }) => name)));
});

describe.each(Object.entries(KNOWN))('%s', (name, known) => {
  const given = [...(known.files ?? [name]), ...(known.flags ?? [])];
  let cwd = '';
  let summary: Record<string, unknown>;
  beforeAll(async () => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'segment-preset-')));
    for (const file of known.files ?? [name]) cpSync(join(FIXTURES, file), join(cwd, file));
    const { stdout, stderr, exitCode } = await runCli(['classify', ...given, '--lookback', 'all', '--json'], { cwd });
    expect(stderr.includes('error:') ? stderr : '').toBe('');
    expect(exitCode).toBe(0);
    summary = JSON.parse(stdout) as Record<string, unknown>;
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const members = (): readonly Record<string, string>[] => parse(readFileSync(join(cwd, 'segments', 'members.csv')), { columns: true });

  it('is told by its columns, and every row of it is accounted for', () => {
    const rows = { total: 0, used: 0, rejected: 0, duplicate: 0, after_as_of: 0, without_user: 0, ...known.rows };
    expect(summary).toMatchObject({ preset: known.preset, as_of: known.asOf, columns: known.columns, rows, bad_amounts: 0 });
  });

  it('has the orders, the money and the last days worked out by hand', () => {
    const found = members().map((member) => [
      member['user_id'],
      [Number(member['orders']), member['monetary'], Number(member['events']), member['last_seen']],
    ]);
    // Without a single order row nobody has money: monetary is empty then.
    expect(Object.fromEntries(found)).toEqual(known.users);
    expect(summary['value_total']).toBe(known.valueTotal);
  });

  it('is what the printed SQL makes of it', async () => {
    const { stdout } = await runCli(['sql', ...given, '--lookback', 'all'], { cwd });
    const copy = /^-- First make a copy that DuckDB can read, for example: (.*)$/m.exec(stdout)?.[1];
    expect(copy !== undefined).toBe(name === 'cdnow.txt');
    if (copy !== undefined) execFileSync('sh', ['-c', copy]);
    const rows = await runScript(stdout, cwd);
    expect(rows.map(({ user_id, status, rfm_segment, orders }) => ({ user_id, status, rfm_segment, orders }))).toEqual(
      members().map(({ user_id, status, rfm_segment, orders }) => ({ user_id, status, rfm_segment, orders: Number(orders) })),
    );
  });
});
