import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.js';

/** Rows of one customer: 6 × 2.55 + 2 × 3.39 = 22.08 on one invoice, 1 × 4.25 a month later, and 6 × 2.55 taken back. */
const rows = (invoice: string, price: string, customer: string): string =>
  [
    `${invoice},StockCode,Description,Quantity,InvoiceDate,${price},${customer},Country`,
    '489434,85048,LIGHTS,6,2009-12-01 07:45:00,2.55,13085.0,United Kingdom',
    '489434,79323P,CHERRY,2,2009-12-01 07:45:00,3.39,13085.0,United Kingdom',
    '489500,22041,FRAME,1,2010-01-02 10:00:00,4.25,13085.0,United Kingdom',
    'C489501,85048,LIGHTS,-6,2010-01-03 10:00:00,2.55,13085.0,United Kingdom',
    '489502,22041,FRAME,1,2010-01-04 10:00:00,1.00,,United Kingdom',
    '',
  ].join('\n');

describe.each([
  ['I', rows('InvoiceNo', 'UnitPrice', 'CustomerID')],
  ['II', rows('Invoice', 'Price', 'Customer ID')],
])('Online Retail %s with ISO dates, without flags', (_edition, csv) => {
  it('multiplies price and quantity, counts invoices and takes cancelled lines as refunds', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'segment-test-'));
    writeFileSync(join(cwd, 'retail.csv'), csv);
    const { stdout, exitCode } = await runCli(['classify', 'retail.csv', '--json', '--dry-run'], { cwd });
    expect(exitCode).toBe(0);
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    // 22.08 + 4.25 − 15.30; the row without a customer counts for nobody.
    expect(summary).toMatchObject({
      preset: 'uci-online-retail',
      value_total: '11.03',
      users: 1,
      rows: { total: 5, used: 4, without_user: 1 },
    });
    expect(summary['segmentations']).toMatchObject({ buyer_type: { repeat: { users: 1 } } });
  });
});
