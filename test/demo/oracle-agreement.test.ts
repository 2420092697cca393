import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoShapeName } from '../../src/demo/demo.js';
import type { OracleSettings } from '../oracle/oracle.js';
import type { OracleColumns } from '../oracle/read-events.js';
import { expectBothWaysEqual, oracleSettings } from '../support/classify-both-ways.js';
import { makeRunFolder } from '../support/classify-once.js';
import { runCli } from '../support/run-cli.js';

const folder = makeRunFolder();
afterAll(folder.remove);

const SESSIONS = { user: 'user_id', time: 'timestamp', event: 'event', eventId: 'event_id', sessionId: 'session_id' };
const COLUMNS: Readonly<Record<DemoShapeName, OracleColumns>> = {
  shop: { ...SESSIONS, amount: 'revenue', orderId: 'order_id' },
  saas: { ...SESSIONS, amount: 'amount', orderId: 'invoice_no' },
  media: { ...SESSIONS, amount: 'revenue', orderId: 'order_id' },
};

/** The demo ends on 30 June 2026, after 400 days. */
const DATES: readonly (readonly [string, Partial<OracleSettings>])[] = [
  ['the newest event', {}],
  ['the end of 2025, in Kathmandu', { asOf: '2025-12-31', timezone: 'Asia/Kathmandu' }],
  ['60 days in, payments that failed as risk', { asOf: '2025-07-25', riskEvents: ['payment_failed', 'refund'] }],
  ['all orders, quintiles, a year later', { asOf: '2027-06-30', lookbackDays: 'all', scoring: 'quantile' }],
];

describe.each(['shop', 'saas', 'media'] as const)('the demo %s against the oracle', (shape) => {
  const file = join(folder.path, `${shape}.csv`);
  beforeAll(async () => {
    const argv = ['demo', '--users', '250', '--days', '400', '--seed', '11', '--shape', shape, '--out', file];
    expect((await runCli(argv)).exitCode).toBe(0);
  });

  it.each(DATES)('%s', async (_when, changes) => {
    const answer = await expectBothWaysEqual(file, COLUMNS[shape], oracleSettings(changes));
    expect(answer.users.length).toBeGreaterThan(20);
  });
});
