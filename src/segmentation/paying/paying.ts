import type { SegmentInfo } from '../segmentation.js';

/** Latest values of a plan column that nobody pays for; a plan of no name in these lists is paid. */
export const FREE_PLANS = ['free', 'freemium', 'none', 'no', 'false', '0'] as const;
export const TRIAL_PLANS = ['trial', 'trialing'] as const;

/** The segments of `paying` in reading order (PRODUCT §5). */
export const PAYING_SEGMENTS = [
  { name: 'paid', meaning: 'an order with a positive amount, ever, an open subscription or a paid plan', action: 'keep, upsell' },
  { name: 'trial', meaning: 'started a trial that is not over', action: 'show the value before it ends' },
  { name: 'free', meaning: 'never paid', action: 'bring the first payment' },
] as const satisfies readonly SegmentInfo[];
