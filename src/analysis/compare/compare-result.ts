import type { Interval } from '../../statistics/interval.js';
import type { ClassifyResult, RowCounts } from '../classify/classify-result.js';

export type { Interval };

export const VERDICTS = ['higher', 'lower', 'no clear difference', 'too few users', 'differs by definition'] as const;
/** What a comparison says of the first group. */
export type Verdict = (typeof VERDICTS)[number];

/** What a value counts; `share` is a fraction. */
export type MetricUnit = 'share' | 'number' | 'minutes' | 'money' | 'days';

export type CompareMethod =
  | 'n-1 chi-square'
  | 'fisher'
  | 'welch'
  | 'poisson bootstrap'
  | 'delta method'
  | "mood's median test, order statistics";

/** One side of a comparison: the users that the metric is about, and its value over them; null without such a user. */
export interface MeasuredSide {
  readonly n: number;
  readonly value: number | null;
  /** 95 %, of the value alone. */
  readonly interval: Interval | null;
}

/** The same difference with the layers held apart. */
export interface Stratified {
  readonly difference: number;
  /** Layers that both groups have users in. */
  readonly layers: number;
  /** Fraction of the users that stand in those layers. */
  readonly share: number;
  /** Mantel and Haenszel's odds ratio; of shares only. */
  readonly oddsRatio: { readonly ratio: number; readonly interval: Interval } | null;
}

export interface ComparedMetric {
  /** `active_7d`, `revenue_per_user`, `event:add_to_cart`. */
  readonly metric: string;
  readonly title: string;
  readonly unit: MetricUnit;
  readonly a: MeasuredSide;
  readonly b: MeasuredSide;
  /** a − b; null where a side has no value. */
  readonly difference: number | null;
  /** 95 %, of the difference. */
  readonly interval: Interval | null;
  /** a ÷ b − 1; null where b is 0 or the metric is a median. */
  readonly lift: number | null;
  readonly liftInterval: Interval | null;
  readonly effect: { readonly kind: "cohen's h" | "cohen's d"; readonly size: number } | null;
  /** Two-sided. */
  readonly p: number | null;
  /** Benjamini and Hochberg over every p of this run. */
  readonly adjustedP: number | null;
  readonly method: CompareMethod | null;
  readonly verdict: Verdict;
  readonly stratified: Stratified | null;
}

export interface ComparedGroup {
  readonly name: string;
  readonly users: number;
  /** Fraction of the compared users. */
  readonly share: number;
  /** Days since first seen. */
  readonly medianTenure: number;
  /** Days of each user that the metrics look at, up to the as-of date. */
  readonly medianObserved: number;
  /** Those days of all its users. */
  readonly observedDays: number;
}

export interface Comparison {
  readonly a: ComparedGroup;
  /** A group, or everybody else. */
  readonly b: ComparedGroup;
  readonly metrics: readonly ComparedMetric[];
}

/** The day from which metrics look, and before which groups are known: so many days after each user was first seen, or one day for all. */
export type Landmark =
  | { readonly kind: 'days'; readonly days: number }
  /** Days since 1970. */
  | { readonly kind: 'date'; readonly day: number };

export interface CompareWarning {
  readonly code: CompareWarningCode;
  readonly message: string;
}

export const COMPARE_WARNING_CODES = {
  immortal_time: 'users had to stay until they belonged to a group, which favours that group',
  unequal_tenure: 'the groups were watched for different lengths of time',
  reversed: 'held apart by layer, a difference points the other way',
  confounded: 'held apart by layer, a difference is another by more than a quarter',
  no_common_layer: 'the groups share no layer, so nothing could be held apart',
  overlap: 'users who are in both groups were left out of both',
  sample_ratio: 'the arms of a split have other sizes than chance gives',
  rest_of_values: 'of many values of a property only the most frequent are compared',
  undated_property: 'a landmark by a column of the users file, which says nothing of when its values came',
  not_observable: 'users who were first seen too late for the landmark, or had left before it, were left out',
} as const satisfies Record<string, string>;
export type CompareWarningCode = keyof typeof COMPARE_WARNING_CODES;

export interface CompareResult {
  readonly asOf: string;
  readonly asOfChosen: 'newest event' | 'given';
  readonly timezone: string;
  readonly historyDays: number;
  readonly rows: RowCounts;
  readonly files: number;
  readonly since: ClassifyResult['since'];
  /** Who may be in the groups; undefined: everybody. */
  readonly filters: ClassifyResult['filters'];
  readonly badAmounts: number;
  readonly settingsHash: string;
  readonly currency: string | null;
  readonly users: number;
  /** Users in no group. */
  readonly usersLeftOut: number;
  /** `paying`, `property:plan`; null for two named groups. */
  readonly by: string | null;
  /** null: groups as of the as-of date, and metrics of all there is. */
  readonly landmark: Landmark | null;
  readonly stratifiedBy: string;
  readonly confidence: number;
  readonly seed: string;
  readonly replicates: number;
  readonly groups: readonly ComparedGroup[];
  readonly comparisons: readonly Comparison[];
  /** How many p-values were adjusted together. */
  readonly tests: number;
  /** Of the arms of a split against the planned shares, which are taken for even where a column names the arms; null where the groups are none. */
  readonly sampleRatio: {
    readonly p: number;
    readonly isEven: boolean;
    readonly arms: readonly { readonly name: string; readonly users: number; readonly plannedShare: number }[];
  } | null;
  readonly warnings: readonly CompareWarning[];
}
