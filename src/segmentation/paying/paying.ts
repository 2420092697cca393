import type { SegmentInfo } from '../segmentation.js';

/** The segments of `paying` in reading order (PRODUCT §5). */
export const PAYING_SEGMENTS = [
  { name: 'paid', meaning: 'an order with a positive amount, ever, or an open subscription', action: 'keep, upsell' },
  { name: 'trial', meaning: 'started a trial that is not over', action: 'show the value before it ends' },
  { name: 'free', meaning: 'never paid', action: 'bring the first payment' },
] as const satisfies readonly SegmentInfo[];
