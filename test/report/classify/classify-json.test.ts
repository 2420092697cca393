import { describe, expect, it } from 'vitest';
import type { RenderOptions } from '../../../src/report/render-options.js';
import { REPORTERS } from '../../../src/report/reporters/index.js';
import { hasHarmfulSigns } from '../naughty-strings.js';
import { activityResult, emptyResult, sampleResult } from './sample-result.js';

const OPTIONS: RenderOptions = { width: 80, colorLevel: 3, isUnicode: false, output: null };

function parse(result: ReturnType<typeof sampleResult>): Record<string, unknown> {
  return JSON.parse(REPORTERS.json.render(result, OPTIONS)) as Record<string, unknown>;
}

describe('summary.json', () => {
  it('is the same text every time, whatever the place', async () => {
    const text = REPORTERS.json.render(sampleResult(), OPTIONS);
    expect(
      REPORTERS.json.render(sampleResult(), { width: 160, colorLevel: 0, isUnicode: true, output: { directory: 'x', files: 1 } }),
    ).toBe(text);
    await expect(text).toMatchFileSnapshot('golden/summary.json');
  });

  it('has the keys of the contract, in its order', () => {
    const summary = parse(sampleResult());
    expect(Object.keys(summary)).toEqual([
      'as_of',
      'as_of_chosen',
      'timezone',
      'history_days',
      'paused_days',
      'pauses',
      'rows',
      'bad_amounts',
      'users',
      'period',
      'value_total',
      'columns',
      'preset',
      'population_gaps',
      'rules_off',
      'segmentations',
      'proof',
      'edges',
      'rejects',
      'warnings',
    ]);
    expect(summary['rows']).toEqual({ total: 61204, used: 60899, rejected: 120, duplicate: 173, after_as_of: 12, without_user: 0 });
    expect(summary['columns']).toEqual({ user: 'user_id', time: 'event_time', event: 'event', value: 'amount' });
    expect(summary['edges']).toEqual({
      recency_days: ['12.6', '34', '77.4', '160'],
      frequency: ['1', '2', '4', '9'],
      monetary: ['24.5', '60', '141.125', '310'],
    });
  });

  it('lists every segment, also with nobody, shares with six decimals', () => {
    const { segmentations } = parse(emptyResult()) as { segmentations: Record<string, Record<string, unknown>> };
    expect(Object.keys(segmentations)).toEqual(['status', 'rfm', 'buyer_type', 'value_tier']);
    expect(Object.keys(segmentations['status'] ?? {})).toEqual([
      'new',
      'active',
      'loyal',
      'occasional',
      'reactivated',
      'at_risk',
      'dormant',
      'churned',
      'never_active',
    ]);
    expect(segmentations['status']?.['loyal']).toEqual({ users: 0, share: 0, revenue: '0.00', revenue_share: 0, returned_30d: null });
    const text = REPORTERS.json.render(sampleResult(), OPTIONS);
    expect(text).toContain('"users": 716,\n        "share": 0.170071,\n        "revenue": "501820.00",\n        "revenue_share": 0.489970');
  });

  it('says what RFM scores', () => {
    const basis = (result: ReturnType<typeof sampleResult>): unknown =>
      (parse(result) as { segmentations: { rfm: { basis: string } } }).segmentations.rfm.basis;
    expect(basis(sampleResult())).toBe('orders');
    expect(basis(activityResult())).toBe('activity');
    expect(parse(activityResult())['edges']).toMatchObject({ monetary: null });
    expect(parse(emptyResult())['edges']).toBeNull();
  });

  it('holds twenty rejects at most, and no control character of theirs', () => {
    const rejects = Array.from({ length: 25 }, (_, index) => ({ file: 'a\u001b[2J\u009b.csv', line: index + 2, reason: 'bad_time' }));
    const text = REPORTERS.json.render(sampleResult({ rejects }), OPTIONS);
    expect((JSON.parse(text) as { rejects: unknown[] }).rejects).toEqual(rejects.slice(0, 20));
    expect(hasHarmfulSigns(text)).toBe(false);
  });
});
