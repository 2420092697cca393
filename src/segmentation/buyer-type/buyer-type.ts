import type { SegmentInfo } from '../segmentation.js';

/** The segments of `buyer_type` in reading order (PRODUCT §5). */
export const BUYER_TYPES = [
  { name: 'never', meaning: 'no order yet', action: 'bring the first order' },
  { name: 'once', meaning: 'exactly one order', action: 'bring the second order' },
  { name: 'repeat', meaning: 'two orders or more', action: 'reward' },
] as const satisfies readonly SegmentInfo[];
