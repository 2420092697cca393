import type { SegmentInfo } from '../segmentation.js';

/** Where a status stands in the life of a user. */
export type StatusGroup = 'engaged' | 'slipping' | 'gone';

export interface StatusInfo extends SegmentInfo {
  readonly group: StatusGroup;
}

/** The statuses in reading order: from the best kept to the lost. Every user has exactly one. */
export const STATUSES = [
  { name: 'new', group: 'engaged', meaning: 'first seen in the last 14 days', action: 'welcome, lead to the first success' },
  { name: 'active', group: 'engaged', meaning: 'comes at their usual pace', action: 'keep the pace, widen the use' },
  { name: 'loyal', group: 'engaged', meaning: 'active nearly every week, or orders again and again', action: 'thank, ask for referrals' },
  { name: 'occasional', group: 'engaged', meaning: 'seen on one or two days only', action: 'give a reason to come again' },
  { name: 'reactivated', group: 'engaged', meaning: 'came back in the last 14 days after a long gap', action: 'make the return worth it' },
  { name: 'at_risk', group: 'slipping', meaning: 'a good user slipping below their own pace', action: 'reach out now' },
  { name: 'dormant', group: 'slipping', meaning: 'idle for longer than twice their usual interval', action: 'win back with news' },
  { name: 'churned', group: 'gone', meaning: 'left, or idle beyond every own gap', action: 'last offer, then let go' },
  { name: 'never_active', group: 'gone', meaning: 'known, but never did anything', action: 'activate or clean up' },
] as const satisfies readonly StatusInfo[];

export type StatusName = (typeof STATUSES)[number]['name'];
