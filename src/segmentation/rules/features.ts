import { BUYER_TYPES } from '../buyer-type/buyer-type.js';
import { PAYING_SEGMENTS } from '../paying/paying.js';
import type { SegmentInfo } from '../segmentation.js';
import { STATUSES } from '../status/status.js';
import { VALUE_TIERS } from '../value-tier/value-tier.js';
import { VISITOR_SEGMENTS } from '../visitor/visitor.js';

export interface FeatureInfo {
  readonly kind: 'text' | 'number' | 'date';
  /** The values there are, where they do not hang on settings or data. */
  readonly values?: readonly string[];
}

/** The columns of `members` that a rule can ask for. */
export const FEATURES: ReadonlyMap<string, FeatureInfo> = new Map(
  Object.entries({
    status: named(STATUSES),
    status_reason: { kind: 'text' },
    status_group: { kind: 'text', values: [...new Set(STATUSES.map(({ group }) => group))] },
    rfm_segment: { kind: 'text' },
    rfm_score: { kind: 'text' },
    recency_score: { kind: 'number' },
    frequency_score: { kind: 'number' },
    monetary_score: { kind: 'number' },
    recency_days: { kind: 'number' },
    frequency: { kind: 'number' },
    monetary: { kind: 'number' },
    value_tier: named(VALUE_TIERS),
    buyer_type: named(BUYER_TYPES),
    orders: { kind: 'number' },
    paying: named(PAYING_SEGMENTS),
    visitor: named(VISITOR_SEGMENTS),
    first_seen: { kind: 'date' },
    last_seen: { kind: 'date' },
    idle_days: { kind: 'number' },
    tenure_days: { kind: 'number' },
    active_days: { kind: 'number' },
    events: { kind: 'number' },
    usual_interval_days: { kind: 'number' },
    dormant_after_days: { kind: 'number' },
    churned_after_days: { kind: 'number' },
  } satisfies Readonly<Record<string, FeatureInfo>>),
);

function named(segments: readonly SegmentInfo[]): FeatureInfo {
  return { kind: 'text', values: segments.map(({ name }) => name) };
}
