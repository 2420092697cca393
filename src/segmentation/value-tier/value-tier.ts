import type { SegmentInfo } from '../segmentation.js';

/** The segments of `value_tier` in reading order (PRODUCT §5). */
export const VALUE_TIERS = [
  { name: 'top', meaning: 'money above the 95 % quantile of scored users', action: 'personal care' },
  { name: 'high', meaning: 'money above the 80 % quantile', action: 'early access' },
  { name: 'mid', meaning: 'money above the median', action: 'cross-sell' },
  { name: 'low', meaning: 'scored, at or below the median', action: 'bundle' },
  { name: 'none', meaning: 'no order in the lookback', action: 'none by value' },
] as const satisfies readonly SegmentInfo[];
