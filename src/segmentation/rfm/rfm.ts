import type { SegmentInfo } from '../segmentation.js';

/** The ten scored segments and the two unscored ones, best first. */
export const RFM_SEGMENTS = [
  { name: 'champions', meaning: 'bought very recently and most often', action: 'reward, early access, referrals' },
  { name: 'loyal_customers', meaning: 'buy often and lately', action: 'upsell, ask for reviews' },
  { name: 'potential_loyalists', meaning: 'recent buyers with some orders', action: 'offer membership, recommend more' },
  { name: 'new_customers', meaning: 'bought very recently, few orders', action: 'onboard, bring the second order' },
  { name: 'promising', meaning: 'bought recently, few orders', action: 'build awareness, small incentive' },
  { name: 'needs_attention', meaning: 'average buyers cooling off', action: 'limited offer on what they like' },
  { name: 'about_to_sleep', meaning: 'few orders, a while ago', action: 'share popular products, reconnect' },
  { name: 'at_risk_customers', meaning: 'bought often, long ago', action: 'personal win-back' },
  { name: 'cant_lose', meaning: 'bought most often, now gone quiet', action: 'call, ask what went wrong' },
  { name: 'hibernating', meaning: 'few orders, long ago', action: 'cheap reminder or none' },
  { name: 'lost', meaning: 'last order before the lookback', action: 'leave out of paid campaigns' },
  { name: 'prospects', meaning: 'never ordered', action: 'bring the first order' },
] as const satisfies readonly SegmentInfo[];

export type RfmSegment = (typeof RFM_SEGMENTS)[number]['name'];

/** Segment by recency score (columns R1…R5) and frequency score (rows F5…F1): the R × F grid. */
export const RFM_GRID: readonly (readonly RfmSegment[])[] = [
  ['cant_lose', 'cant_lose', 'loyal_customers', 'loyal_customers', 'champions'],
  ['at_risk_customers', 'at_risk_customers', 'loyal_customers', 'loyal_customers', 'champions'],
  ['at_risk_customers', 'at_risk_customers', 'needs_attention', 'potential_loyalists', 'potential_loyalists'],
  ['hibernating', 'hibernating', 'about_to_sleep', 'potential_loyalists', 'potential_loyalists'],
  ['hibernating', 'hibernating', 'about_to_sleep', 'promising', 'new_customers'],
];

/** The grid's segment of two scores, 1 (worst) to 5 (best). */
export function gridSegment(recencyScore: number, frequencyScore: number): RfmSegment {
  const segment = RFM_GRID[5 - frequencyScore]?.[recencyScore - 1];
  if (segment === undefined) throw new RangeError(`no cell R${recencyScore} F${frequencyScore}`);
  return segment;
}
