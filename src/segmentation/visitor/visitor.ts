import type { SegmentInfo } from '../segmentation.js';

/** The segments of `visitor` in reading order (PRODUCT §5). */
export const VISITOR_SEGMENTS = [
  { name: 'new', meaning: 'active in the last 28 days, first seen in them', action: 'welcome' },
  { name: 'returning', meaning: 'active in the last 28 days, known before', action: 'recognise, recommend' },
] as const satisfies readonly SegmentInfo[];
