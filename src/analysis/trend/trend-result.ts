import type { Measure } from '../../segmentation/rules/measures-of-rules.js';
import type { Step } from '../../time/periods.js';
import type { ClassifyResult } from '../classify/classify-result.js';
import type { Flow } from '../transitions/transitions-result.js';

/** Sizes and flows over time, and everything that a reader must know of them. */
export interface TrendReport extends TrendResult, Reading {
  readonly step: Step;
  /** Of everything that can change a size. */
  readonly settingsHash: string;
}

/** What was read and as of when; as in the report of a classification. */
type Reading = Pick<
  ClassifyResult,
  'asOf' | 'asOfChosen' | 'timezone' | 'historyDays' | 'rows' | 'files' | 'since' | 'badAmounts' | 'entity' | 'filters' | 'pauses'
>;

/**
 * Where the population gaps and RFM edges of a period come from: `measured` at each, `frozen` from the first one (as asked for), or `given`
 * by a manifest for all.
 */
export type TrendScale = 'measured' | 'frozen' | 'given';

/** How large the segments of one segmentation were at the end of each period, and who moved in it. Plain data. */
export interface TrendResult {
  readonly segmentation: string;
  /** Of own segments a user may be in several; their flows are those in and out of each, where null is who is not in it. */
  readonly isOverlapping: boolean;
  /** What is measured at a date that the segments are decided by. */
  readonly hangsOn: readonly Measure[];
  readonly scale: TrendScale;
  /** How many periods were asked for. */
  readonly asked: number;
  /** Those of them that are left out, all at the beginning, by why. */
  readonly leftOut: readonly LeftOut[];
  /** ISO day of the first event that counts. */
  readonly firstDay: string;
  /** Segments in reading order; null stands for users in no segment of it, where there are any; not among segments that overlap. */
  readonly segments: readonly (string | null)[];
  /** The oldest first, at least one. */
  readonly periods: readonly TrendPeriod[];
  readonly notes: readonly string[];
}

/** `before_data`: it ends before the first day; `without_orders`: before the first order, which the scale or the model needs; `nobody`: before anybody who counts was seen. */
export type LeftOutReason = 'before_data' | 'without_orders' | 'nobody';

export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly periods: number;
}

export interface TrendPeriod {
  /** ISO days, both included. Sizes are those at the end of the last one. */
  readonly first: string;
  readonly last: string;
  readonly days: number;
  /** Days of it that the data cover; fewer than `days` only in the first period. */
  readonly coveredDays: number;
  readonly users: number;
  /** Of every segment of the result, in its order. */
  readonly sizes: readonly number[];
  /** Of statuses, those who are not dormant, churned or never active; null for other segmentations. */
  readonly active: number | null;
  /** Since the period before; null in the first one. */
  readonly flows: PeriodFlows | null;
}

export interface PeriodFlows {
  /** Every pair with users, the largest first. */
  readonly flows: readonly PeriodFlow[];
  readonly entered: number;
  readonly left: number;
  /** Into another segment; where segments overlap, into or out of one or more. */
  readonly moved: number;
  /** Of those who moved, those who by the scale of the period before would have stayed; null when there is none that fits. */
  readonly byThreshold: number | null;
  /** active = active before + fresh + resurrected − newlyInactive; null for other segmentations. */
  readonly active: ActiveFlows | null;
}

export interface PeriodFlow extends Flow {
  /** Of its users, those who moved only because the scale did. */
  readonly byThreshold: number;
}

export interface ActiveFlows {
  /** Active now and not in the population before. */
  readonly fresh: number;
  /** Active now, in the population but not active before. */
  readonly resurrected: number;
  /** Active before and not now. */
  readonly newlyInactive: number;
  /** Of these, those who by the scale of the period before would have stayed in their segment. */
  readonly resurrectedByThreshold: number;
  readonly newlyInactiveByThreshold: number;
}
