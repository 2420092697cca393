import { BUYER_TYPES } from './buyer-type/buyer-type.js';
import { PAYING_SEGMENTS } from './paying/paying.js';
import { type RfmModel, rfmSegments } from './rfm/rfm-model.js';
import type { SegmentInfo } from './segmentation.js';
import { STATUSES } from './status/status.js';
import { VALUE_TIERS } from './value-tier/value-tier.js';
import { VISITOR_SEGMENTS } from './visitor/visitor.js';

/** A way of segmenting: the column of `members` that holds it, and its segments in reading order. */
export interface Segmentation {
  readonly name: string;
  readonly column: string;
  readonly segments: readonly SegmentInfo[];
  /** Whether every user is in exactly one segment, or some are in none. */
  readonly isPartition: boolean;
  /** Written without `--files all`. */
  readonly isDefaultOutput: boolean;
  /** Columns of a per-segment file after `user_id` (`--segment-files ids`). */
  readonly idColumns: readonly string[];
}

/** Every segmentation, in the order of reports and files; the segments of `rfm` are those of the model. */
export function segmentationsOf(rfmModel: RfmModel): readonly Segmentation[] {
  return [
    { name: 'status', column: 'status', segments: STATUSES, isPartition: true, isDefaultOutput: true, idColumns: ['status_reason'] },
    {
      name: 'rfm',
      column: 'rfm_segment',
      segments: rfmSegments(rfmModel),
      isPartition: true,
      isDefaultOutput: true,
      idColumns: ['rfm_score', 'recency_score', 'frequency_score', 'monetary_score'],
    },
    { name: 'value_tier', column: 'value_tier', segments: VALUE_TIERS, isPartition: true, isDefaultOutput: false, idColumns: [] },
    { name: 'buyer_type', column: 'buyer_type', segments: BUYER_TYPES, isPartition: true, isDefaultOutput: false, idColumns: [] },
    { name: 'paying', column: 'paying', segments: PAYING_SEGMENTS, isPartition: true, isDefaultOutput: false, idColumns: [] },
    { name: 'visitor', column: 'visitor', segments: VISITOR_SEGMENTS, isPartition: false, isDefaultOutput: false, idColumns: [] },
  ];
}
