import { describe, it } from 'vitest';
import type { OracleSettings } from '../oracle/oracle.js';
import { expectBothWaysEqual, oracleSettings } from '../support/classify-both-ways.js';
import { EXPORTS, hasSharedData, sharedFile } from '../support/shared-data.js';

/** Every export at several dates: the newest event, well inside, and soon after the beginning. */
const RUNS: readonly [keyof typeof EXPORTS, string, Partial<OracleSettings>][] = [
  ['cdnowSample', 'the newest event', {}],
  ['cdnowSample', '90 days in', { asOf: '1997-03-31' }],
  ['cdnowSample', '21 days in', { asOf: '1997-01-21' }],
  ['cdnowSample', 'the end of 1997, all orders, quintiles', { asOf: '1997-12-31', lookbackDays: 'all', scoring: 'quantile' }],
  ['cdnowSample', 'a 90-day lookback, every row an order', { asOf: '1998-03-15', lookbackDays: 90, everyRowIsAnOrder: true }],
  ['cdnowSample', 'a year after the last event', { asOf: '1999-06-30' }],
  ['cdnowMaster', 'the newest event', {}],
  ['cdnowMaster', 'a year in', { asOf: '1997-12-31' }],
  ['rfmOrders', 'the newest event', {}],
  ['rfmOrders', 'all orders', { asOf: '2006-12-31', lookbackDays: 'all', everyRowIsAnOrder: true }],
  ['rfmOrders', 'three years in', { asOf: '2004-10-15' }],
  ['cdnowSample', 'thirds', { model: 'thirds' }],
  ['cdnowSample', 'the map of 125 cells', { model: 'map125', asOf: '1997-12-31' }],
  ['rfmOrders', 'thirds of all orders', { model: 'thirds', lookbackDays: 'all' }],
  ['rfmOrders', 'the map of 125 cells', { model: 'map125', scoring: 'quantile' }],
  ['rees46', 'its only day', {}],
  ['rees46', 'thirds', { model: 'thirds' }],
  ['rees46', 'in New York, where most of it is the evening before', { timezone: 'America/New_York' }],
  ['rees46', 'a month later', { asOf: '2019-11-05' }],
  ['rees46', 'carts as value events', { valueEvents: ['cart'], riskEvents: ['cart'] }],
  ['ecom', 'the newest event', {}],
  ['ecom', 'the leap day', { asOf: '2024-02-29' }],
  ['ecom', '59 days in', { asOf: '2024-03-02' }],
  ['ecom', '60 days in', { asOf: '2024-03-03' }],
  ['ecom', '61 days in', { asOf: '2024-03-04' }],
  ['ecom', '89 days in', { asOf: '2024-04-01' }],
  ['ecom', '90 days in', { asOf: '2024-04-02' }],
  ['ecom', 'May, errors as risk', { asOf: '2024-05-20', riskEvents: ['payment_error', 'Checkout Bug'] }],
  ['ecom', 'in New York over the clock change', { asOf: '2024-03-10', timezone: 'America/New_York' }],
  ['ecom', 'in Kathmandu', { asOf: '2024-06-15', timezone: 'Asia/Kathmandu' }],
  ['ecom', 'other thresholds', { parameters: { 'dormant.min': 7, 'new.days': 30, 'loyal.weeks': 5, 'churned.history': 60 } }],
  ['ecom', 'leaving by visiting the account page', { churnEvents: ['account_page'], passiveEvents: ['home', 'search'] }],
];

describe.skipIf(!hasSharedData)('the command line against the oracle (../shared/data)', () => {
  it.each(RUNS)('%s: %s', async (name, _when, changes) => {
    const { file, columns } = EXPORTS[name];
    await expectBothWaysEqual(sharedFile(file), columns, oracleSettings(changes));
  });
});
