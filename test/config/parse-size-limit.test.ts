import { describe, expect, test } from 'vitest';
import { parseSizeLimit } from '../../src/config/parse-size-limit.js';

describe('the bound of a size', () => {
  test.each([
    ['status=at_risk max 500', { segmentation: 'status', segment: 'at_risk', of: 'users', low: null, high: 500 }],
    ['status=at_risk min 20', { segmentation: 'status', segment: 'at_risk', of: 'users', low: 20, high: null }],
    [' status = at_risk  20..500 ', { segmentation: 'status', segment: 'at_risk', of: 'users', low: 20, high: 500 }],
    ['status=loyal share 0.05..0.3', { segmentation: 'status', segment: 'loyal', of: 'share', low: 0.05, high: 0.3 }],
    ['status=loyal share ..0.3', { segmentation: 'status', segment: 'loyal', of: 'share', low: null, high: 0.3 }],
    ['property:plan=pro = plus max 3', { segmentation: 'property:plan', segment: 'pro = plus', of: 'users', low: null, high: 3 }],
  ])('%s', (text, limit) => {
    expect(parseSizeLimit(text)).toEqual({ limit, text });
  });

  test.each([
    '',
    'status=at_risk',
    'status=at_risk 500',
    'at_risk max 500',
    'status=at_risk max -1',
    'status=at_risk max 1.5',
    'status=at_risk 5..3',
    'status=at_risk ..',
    'status=at_risk share 0.05',
    'status=at_risk share 5..30',
    'status= max 5',
    '=x max 5',
  ])('not %j', (text) => {
    expect(parseSizeLimit(text)).toBeUndefined();
  });
});
