import type { Interval } from '../../statistics/interval.js';
import type { Step } from '../../time/periods.js';
import type { ClassifyResult } from '../classify/classify-result.js';

/** What followed on the segments of earlier dates, and everything that a reader must know of it. */
export interface BacktestReport extends BacktestResult, Reading {
  /** Of everything that can change a number. */
  readonly settingsHash: string;
}

/** What was read and as of when; as in the report of a classification. */
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
  | 'currency'
>;

/** Plain data. */
export interface BacktestResult {
  readonly segmentation: string;
  readonly step: Step;
  readonly horizonDays: number;
  /** The oldest first, at least one. */
  readonly dates: readonly BacktestDate[];
  /** How many dates that the history allows are left out, by why. */
  readonly leftOut: readonly LeftOutDates[];
  /** Every segment that anybody was in, ordered by who came back, the most first. */
  readonly segments: readonly SegmentOutcomes[];
  /**
   * The probability that of two users of a date, one who came back and one who did not, the first stood in the better segment, ties half:
   * by the order that the segmentation declares (null where it declares none) and by the one seen here. Null when there is no such pair.
   */
  readonly declaredAuc: number | null;
  readonly observedAuc: number | null;
  readonly hasAmounts: boolean;
  readonly notes: readonly string[];
}

/** `without_orders`: before the first order, which the segmentation needs; `nobody`: nobody who counts was seen; `too_many`: older than the dates that are taken at most. */
export interface LeftOutDates {
  readonly reason: 'without_orders' | 'nobody' | 'too_many';
  readonly dates: number;
}

export interface BacktestDate {
  /** ISO days: segments are those of the end of the first, outcomes those of the days after it up to the last, included. */
  readonly asOf: string;
  readonly until: string;
  readonly users: number;
  readonly declaredAuc: number | null;
  readonly segments: readonly DateOutcomes[];
}

export interface DateOutcomes {
  /** Null: in none of the segmentation's segments. */
  readonly segment: string | null;
  readonly users: number;
  readonly returned: number;
  readonly churned: number;
  /** Net, decimal text. */
  readonly revenue: string;
}

/** A share or a mean over all dates with its 95 % interval; null where one user cannot tell. */
export interface Rate {
  readonly value: number;
  readonly interval: Interval | null;
}

export interface SegmentOutcomes {
  readonly segment: string | null;
  /** Place in the declared order, from 1; null without one. */
  readonly place: number | null;
  /** Distinct users, and users of all dates together. */
  readonly users: number;
  readonly cases: number;
  readonly returned: number;
  readonly churned: number;
  readonly revenue: string;
  readonly returnRate: Rate;
  readonly churnRate: Rate;
  /** Of a user at a date, in units of money. */
  readonly revenuePerUser: Rate;
}
