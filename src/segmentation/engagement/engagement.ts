import type { SegmentInfo } from '../segmentation.js';

/** The segments of `engagement` in reading order (PRODUCT §5). */
export const ENGAGEMENT_SEGMENTS = [
  { name: 'power', meaning: 'active on many days, and among the fifth with the most time', action: 'ask for advice and referrals' },
  { name: 'regular', meaning: 'active in the window, in between', action: 'show what else there is' },
  { name: 'casual', meaning: 'active on one or two days of the window', action: 'give a reason to come again' },
] as const satisfies readonly SegmentInfo[];
