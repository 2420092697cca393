import { describe, expect, it } from 'vitest';
import { describeRows, renderReading } from '../../../src/report/classify/reading.js';
import { createPage } from '../../../src/report/page.js';
import { sampleResult } from './sample-result.js';

const page = createPage({ width: 200, colorLevel: 0, isUnicode: true });

function line(label: string, changes: Parameters<typeof sampleResult>[0] = {}): string | undefined {
  return renderReading(sampleResult(changes), page).find((text) => text.startsWith(`${label}:`));
}

describe('what was read', () => {
  it('accounts for every row, only in the parts there are', () => {
    const rows = { total: 10, used: 10, rejected: 0, duplicate: 0, afterAsOf: 0, withoutUser: 0 };
    const words = (changes: Parameters<typeof sampleResult>[0]): string => describeRows(sampleResult(changes)).replaceAll('\u0001', ' ');
    expect(words({ rows })).toBe('10 rows, all used.');
    expect(words({ rows: { ...rows, total: 1, used: 1 }, files: 3 })).toBe('1 row in 3 files, all used.');
    expect(words({ rows: { total: 15, used: 5, rejected: 1, withoutUser: 2, afterAsOf: 3, duplicate: 4 }, badAmounts: 1 })).toBe(
      '15 rows: 5 used, 1 rejected, 2 without a user, 3 after as-of, 4 duplicate. 1 amount could not be read.',
    );
  });

  it('fits the accounting of a usual file into one line of 80', () => {
    const narrow = renderReading(sampleResult(), createPage({ width: 80, colorLevel: 0, isUnicode: true }));
    expect(narrow[0]).toBe('Read:    61,204 rows: 60,899 used, 120 rejected, 12 after as-of, 173 duplicate.');
  });

  it('names the columns, what the value is made of, and the missing event column', () => {
    const columns = { ...sampleResult().columns, event: null, value: 'Price', quantity: 'Quantity', order: null, eventId: null };
    expect(line('Columns', { columns })).toBe(
      'Columns: user = user_id, time = event_time, value = Price × Quantity. No event column: every row is a purchase.',
    );
    expect(line('Columns', { columns: { ...columns, quantity: null, refunded: 'Refunded Amount' } })).toBe(
      'Columns: user = user_id, time = event_time, value = Price less Refunded Amount. No event column: every row is a purchase.',
    );
  });

  it('names the preset and what told it, and whether all of it is verified', () => {
    const preset = {
      name: 'shopify',
      title: 'Shopify orders',
      evidence: ['Name', 'Email', 'Total', 'Id', 'Tags'],
      isNamed: false,
      unverified: [],
    };
    expect(line('Preset', { preset })).toBe('Preset:  Shopify orders (shopify), told by the columns Name, Email, Total, Id and 1 more.');
    expect(line('Preset', { preset: { ...preset, evidence: [], isNamed: true, unverified: ['x'] } })).toBe(
      'Preset:  Shopify orders (shopify), as given. Not all of it is verified: segment presets shopify.',
    );
  });

  it('says how the as-of date was chosen', () => {
    const rows = { ...sampleResult().rows, afterAsOf: 0 };
    expect(line('As of', { rows })).toBe('As of:   end of 30 June 2026 (UTC), the day of the newest event.');
    // Rows after a day that nobody gave are those of a wrong clock.
    expect(line('As of')).toBe('As of:   end of 30 June 2026 (UTC), the day of the newest plausible event.');
    expect(line('As of', { asOfChosen: 'given', timezone: 'Asia/Kathmandu' })).toBe(
      'As of:   end of 30 June 2026 (Asia/Kathmandu), as given.',
    );
  });

  it('says what a short history cannot tell', () => {
    const rulesOff = [
      { status: 'new', why: 'needs sign-up dates' },
      { status: 'loyal', why: '60 days' },
      { status: 'churned', why: '90 days' },
    ] as const;
    expect(line('History', { historyDays: 21, rulesOff })).toBe(
      "History: 21 days. Can't tell new (needs sign-up dates), loyal (60 days), churned by inactivity (90 days).",
    );
  });

  it('says the days the history covers, and how old the newest event is', () => {
    expect(line('History')).toBe('History: 412 days, 15 May 2025 to 30 June 2026.');
    // 15 May 2025 to 30 June 2026 are 412 days, 12 more to 12 July.
    expect(line('History', { asOf: '2026-07-12', historyDays: 424 })).toBe(
      'History: 424 days, 15 May 2025 to 12 July 2026. The newest event is of 30 June 2026.',
    );
    expect(line('History', { asOf: '2026-07-12', historyDays: 21, rulesOff: [{ status: 'loyal', why: '60 days' }] })).toBe(
      "History: 21 days. The newest event is of 30 June 2026. Can't tell loyal (60 days).",
    );
  });

  it('says which money revenue means', () => {
    // The revenues of the statuses add up to 1,024,185.00, those of the last 365 days; all the input holds 1,301,220.75.
    expect(line('Revenue')).toBe('Revenue: 1,024,185 in the last 365 days, which is what revenue means below; 1,301,221 in all.');
    expect(line('Revenue', { valueTotal: '1024185.00', currency: 'EUR' })).toBe('Revenue: 1,024,185 EUR in all.');
    expect(line('Revenue', { columns: { ...sampleResult().columns, value: null } })).toBeUndefined();
  });

  it('says from which manifest the pace was taken', () => {
    expect(line('Pace', { frozenFrom: 'segments/manifest.json' })).toMatch(
      /\(2,840 returning users\)\. Frozen, like the edges of RFM: taken from segments\/manifest\.json\.$/,
    );
  });

  it('says when the pace is assumed', () => {
    expect(line('Pace')).toBe(
      'Pace:    half of the gaps between active days are at most 7 days, 75 % at most 16, 90 % at most 41 (2,840 returning users).',
    );
    const populationGaps = { p50: 30, p75: 60, p90: 120, users: 3 };
    expect(line('Pace', { populationGaps, warnings: [{ code: 'no_cadence', message: '' }] })).toBe(
      'Pace:    too few users came back to tell; 30, 60 and 120 days are assumed.',
    );
  });
});
