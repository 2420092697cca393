import type { ParameterName } from '../../segmentation/status/status-parameters.js';
import type { ClassifyResult } from '../classify/classify-result.js';
import type { CandidateFindings } from './candidates/find-candidates.js';
import type { MetricBreaks } from './find-breaks.js';
import type { EventName } from './judge-events.js';
import type { RecoveryCurve } from './recovery/recovery-curve.js';
import type { ReturnCurve } from './return-curve.js';
import type { BorderPlaces, ChurnBorder, DormantBorder, IdleRatio } from './separate-borders.js';

/** Thresholds from the data, each with what supports it, and everything that a reader must know of them. */
export interface SuggestReport extends SuggestResult, Reading {
  /** Of everything that can change a number of it. */
  readonly settingsHash: string;
}

type Reading = Pick<
  ClassifyResult,
  | 'asOf'
  | 'asOfChosen'
  | 'timezone'
  | 'historyDays'
  | 'rows'
  | 'files'
  | 'since'
  | 'badAmounts'
  | 'entity'
  | 'filters'
  | 'pauses'
  | 'users'
  | 'currency'
  | 'populationGaps'
  | 'frozenFrom'
>;

export interface SuggestResult {
  readonly returns: ReturnCurve;
  readonly intervals: UsualIntervals;
  /** null: the history is too short to look back from an earlier day. */
  readonly borders: BorderFindings | null;
  readonly breaks: readonly MetricBreaks[];
  /** What recency and frequency count. */
  readonly basis: 'orders' | 'activity';
  /** Parameters that would better be something else. */
  readonly values: readonly SuggestedValue[];
  /** null: the files name no events. */
  readonly events: EventNames | null;
  /** Groups that behave otherwise than the rest. */
  readonly candidates: CandidateFindings;
  /** null: the files name nothing that starts or completes a transaction. */
  readonly recovery: RecoveryCurve | null;
}

/** What names of events look like, the most frequent first. */
export interface EventNames {
  /** Days since in which somebody came back or not. */
  readonly within: number;
  readonly names: readonly EventName[];
  /** The same of any active day. */
  readonly anyBack: EventName['back'];
}

/** The usual intervals of those who came on two days at least. */
export interface UsualIntervals {
  readonly users: number;
  /** How many have an interval of up to so many days, by rising days. */
  readonly counts: readonly { readonly upTo: number; readonly users: number }[];
}

/** How borders of an earlier day did. */
export interface BorderFindings {
  /** The earlier day, ISO, and the days since in which somebody came back or not. */
  readonly asOf: string;
  readonly within: number;
  readonly ratios: readonly IdleRatio[];
  readonly dormant: readonly DormantBorder[];
  readonly churned: ChurnBorder;
  /** As they stand, and with the suggested values (null: none). */
  readonly present: BorderPlaces;
  readonly suggested: BorderPlaces | null;
}

export interface SuggestedValue {
  readonly parameter: ParameterName;
  readonly present: number;
  readonly value: number;
}
