import type { Interval } from '../../statistics/interval.js';
import type { ClassifyResult } from '../classify/classify-result.js';
import type { ComparedMetric, CompareMethod, MeasuredSide, Verdict } from '../compare/compare-result.js';

/** The quartiles of a number over those members, or those of the rest, who have one. */
export interface Quartiles {
  /** Users who have the number. */
  readonly users: number;
  /** Users who have none. */
  readonly without: number;
  /** Decimal text, type 7; null without a user. */
  readonly low: string | null;
  readonly median: string | null;
  readonly high: string | null;
}

/** What a typical value counts; `days` and `number` are whole but for their quartiles. */
export type TypicalUnit = 'days' | 'number' | 'money';

export interface TypicalValue {
  /** `idle_days`, `order_value`. */
  readonly name: string;
  readonly title: string;
  readonly unit: TypicalUnit;
  /** Who has no such number, as in "12 without orders". */
  readonly lacking: string;
  readonly members: Quartiles;
  readonly rest: Quartiles;
}

/** The share of members with a mark beside that of the rest. */
export interface ComparedShare {
  /** `event`, a segmentation, or `column` for one that was carried along. */
  readonly kind: string;
  /** The name of the column, where it is one that was carried along. */
  readonly column: string | null;
  /** The event, the segment, the value; null for users who have none. */
  readonly value: string | null;
  readonly members: MeasuredSide;
  readonly rest: MeasuredSide;
  /** Of the shares, members less the rest; null where a side has no users. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Members ÷ rest; null where the rest has none. */
  readonly ratio: number | null;
  readonly ratioInterval: Interval | null;
  readonly p: number | null;
  readonly adjustedP: number | null;
  readonly method: CompareMethod | null;
  readonly verdict: Verdict;
}

/** A column whose values are too many to be compared. */
export interface ColumnLeftOut {
  readonly column: string;
  readonly values: number;
  /** Of users with a value, those with one of the most frequent values. */
  readonly covered: number;
}

/** A part of the activity of members, each counting equally. */
export interface ActivityShare {
  readonly name: string;
  /** The mean over active members of the part of their own activity. */
  readonly members: number;
  /** 95 %; null for fewer than two. */
  readonly interval: Interval | null;
  /** The same over the rest; null when nobody of them was active. */
  readonly rest: number | null;
}

/** The hour, or the weekday, with most of the activity. */
export interface BestTime {
  readonly top: string;
  /** Those that may be as good, the top among them, most activity first: the best is one of them with 95 %. */
  readonly asGood: readonly string[];
}

export interface DayTimes {
  /** Active members, and active users of the rest, whose times count. */
  readonly members: number;
  readonly rest: number;
  /** In order of the clock or the week, all of them; empty when no member counts. */
  readonly shares: readonly ActivityShare[];
  /** Null where nothing can be said. */
  readonly best: BestTime | null;
  /** Why nothing can be said; null where it can. */
  readonly why: 'too few' | 'no times' | 'none stands out' | null;
}

/** The card of a segment. Plain data. */
export interface ProfileResult
  extends Pick<
    ClassifyResult,
    | 'asOf'
    | 'asOfChosen'
    | 'timezone'
    | 'historyDays'
    | 'rows'
    | 'files'
    | 'since'
    | 'filters'
    | 'badAmounts'
    | 'currency'
    | 'users'
    | 'entity'
    | 'rulesOff'
  > {
  /** The conditions as they were given: `status=at_risk`. */
  readonly segment: readonly string[];
  /** What a user in it is, and what to do; null where nobody wrote it down. */
  readonly meaning: string | null;
  readonly goal: string | null;
  readonly members: number;
  /** Of all users; the interval is that of a sample of users like these. */
  readonly share: number;
  readonly shareInterval: Interval;
  /** Net amounts of the last 365 days, decimal text; null without amounts. */
  readonly revenue: { readonly members: string; readonly all: string } | null;
  /** What members are worth beside the rest. */
  readonly worth: readonly ComparedMetric[];
  readonly typical: readonly TypicalValue[];
  /** Events and values of columns, those first whose difference is surely greatest; then the mix of segments. */
  readonly shares: readonly ComparedShare[];
  /** Names of events there are, and how many were compared. */
  readonly events: { readonly names: number; readonly compared: number };
  readonly columnsLeftOut: readonly ColumnLeftOut[];
  /** Columns of the events that nobody asked to carry along. */
  readonly otherColumns: readonly string[];
  /** Whether members and the rest were watched for lengths of time that make what they did hard to compare. */
  readonly hasUnequalTenure: boolean;
  /** What members do, most of their activity first. */
  readonly favourites: readonly ActivityShare[];
  readonly hours: DayTimes;
  readonly weekdays: DayTimes;
  /** Of the activity in the lookback, the part whose rows say no time of day. */
  readonly untimed: number;
  readonly lookbackDays: number | 'all';
  readonly confidence: number;
  readonly tests: number;
  readonly settingsHash: string;
}
