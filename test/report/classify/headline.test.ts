import { describe, expect, it } from 'vitest';
import type { ClassifyResult, SegmentSize } from '../../../src/analysis/classify/classify-result.js';
import { composeHeadline } from '../../../src/report/classify/headline.js';
import { activityResult, emptyResult, sampleResult } from './sample-result.js';

/** The result with one segment's size changed. */
function withSize(result: ClassifyResult, segmentation: string, segment: string, change: Partial<SegmentSize>): ClassifyResult {
  return {
    ...result,
    segmentations: result.segmentations.map((sizes) =>
      sizes.name === segmentation
        ? { ...sizes, segments: sizes.segments.map((size) => (size.segment === segment ? { ...size, ...change } : size)) }
        : sizes,
    ),
  };
}

describe('the headline', () => {
  it('speaks of the loyal and of the money at risk', () => {
    // 716 of 4,210 are 17.007 %; 501,820 of 1,024,185 are 48.997 %
    expect(composeHeadline(sampleResult())).toBe(
      "4,210 users to 30 June 2026. 17 % loyal bring 49 % of revenue. 130 at risk hold 61,400 of last year's revenue.",
    );
  });

  it('names the currency, and a shorter history than a year', () => {
    expect(composeHeadline(sampleResult({ currency: 'EUR', historyDays: 200 }))).toContain('130 at risk hold 61,400 EUR of the revenue.');
  });

  it('agrees with one', () => {
    const one = withSize(sampleResult({ users: 1 }), 'status', 'at_risk', { users: 1 });
    expect(composeHeadline(one)).toMatch(/^1 user to 30 June 2026\..* 1 at risk holds 61,400 of/);
  });

  it('speaks of champions when nobody is loyal, of the dormant when nobody is at risk', () => {
    const result = withSize(withSize(sampleResult(), 'status', 'loyal', { users: 0, share: 0 }), 'status', 'at_risk', { users: 0 });
    expect(composeHeadline(result)).toBe(
      "4,210 users to 30 June 2026. 10 % champions bring 39 % of revenue. 521 dormant hold 98,400 of last year's revenue.",
    );
  });

  it('speaks of repeat buyers in an order export', () => {
    const columns = { ...sampleResult().columns, event: null };
    expect(composeHeadline(sampleResult({ columns }))).toBe(
      "4,210 users to 30 June 2026. 50 % bought more than once and bring 81 % of last year's revenue. 130 at risk hold 61,400 of it.",
    );
    expect(composeHeadline(sampleResult({ columns, historyDays: 365 }))).toBe(
      "4,210 users to 30 June 2026. 50 % bought more than once and bring 81 % of revenue. 130 at risk hold 61,400 of last year's revenue.",
    );
  });

  it('speaks of users where there is no money', () => {
    expect(composeHeadline(activityResult())).toBe(
      '4,210 users to 30 June 2026. 64 % are engaged, 15 % slipping, 20 % gone. 17 % are loyal, 130 at risk.',
    );
  });

  it('sends to RFM where most were there on one day only', () => {
    expect(composeHeadline(sampleResult({ singleDayShare: 0.72 }))).toBe(
      "4,210 users to 30 June 2026. 50 % bought more than once and bring 81 % of last year's revenue. 72 % were active on one day only: status says little here; use RFM and buyer_type.",
    );
    // not over 60 %
    expect(composeHeadline(sampleResult({ singleDayShare: 0.6 }))).not.toContain('says little');
    expect(composeHeadline(activityResult({ singleDayShare: 0.9 }))).toMatch(/status says little here; use RFM\.$/);
  });

  it('has one sentence for nobody', () => {
    expect(composeHeadline(emptyResult())).toBe('0 users to 30 June 2026.');
  });
});
