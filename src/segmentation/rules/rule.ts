import type { LintCode } from './lint-codes.js';

/** The segmentation of own segments: the name of its folder, and of its sizes in the summary. */
export const OWN_SEGMENTATION = 'rules';

/** What an own segment can be called: also the name of a file and of a column. */
export const SEGMENT_NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** Where a part of a rule stands in the text it was written in: offsets, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Placed {
  readonly span: Span;
}

/**
 * A rule over one user: true or false for everyone, never unknown. Names and values are any text without control characters and line
 * breaks. No combination stands directly in one of its own kind, or has fewer than two rules.
 */
export type Rule = Combination | Negation | Leaf;

export interface Combination extends Placed {
  readonly kind: 'all' | 'any';
  readonly rules: readonly Rule[];
}

export interface Negation extends Placed {
  readonly kind: 'not';
  readonly rule: Rule;
}

export type Leaf = Behaviour | Occurrence | Relative | Sequence | Regularity | Lapse | Idle | Feature | UserProperty | InSegment;

/** A number of events, or what is measured of them, lies in a range. Without events counts and sums are 0; an average, a least or a greatest is unknown, and lies in none. */
export interface Behaviour extends Placed {
  readonly kind: 'behaviour';
  readonly value: EventValue;
  /** The range is of the value per day, week (7 days) or month of the window. Only with windows of a whole number of them. */
  readonly per: Unit | null;
  readonly range: Range;
}

/** The n-th of the user's events ever (1: the first) lies in the window; events at one instant follow each other in any order. */
export interface Occurrence extends Placed {
  readonly kind: 'occurrence';
  readonly n: number;
  readonly events: EventSelector;
  readonly window: Window;
}

/** A more often (or more in sum …) than B: `value` in relation to `factor` times `other`. */
export interface Relative extends Placed {
  readonly kind: 'relative';
  readonly value: EventValue;
  readonly operator: '>' | '>=' | '<' | '<=';
  /** Decimal text. */
  readonly factor: string;
  readonly other: EventValue;
}

/**
 * An event of the first kind in the window is followed by one of the second, strictly later and not later than `within` after it.
 * Of more than two steps each is strictly later than the one before, and the last not later than `within` after the first.
 * `isMissed`, only of two steps with a `within`: some event of the first kind was not followed so although the time was over as of the
 * as-of instant.
 */
export interface Sequence extends Placed {
  readonly kind: 'sequence';
  readonly steps: readonly EventSelector[];
  readonly within: Duration | null;
  readonly isMissed: boolean;
  readonly window: Window;
}

/** In at least `least` of the last `of` units, counted back from the as-of day, the number of events lies in the range. */
export interface Regularity extends Placed {
  readonly kind: 'regularity';
  readonly events: EventSelector;
  readonly each: Range;
  readonly unit: Unit;
  readonly least: number;
  readonly of: number;
}

/** stopped: did in the days before the recent ones, and not in these. restarted: did in the recent days, not in the days before, and ever before those. */
export interface Lapse extends Placed {
  readonly kind: 'stopped' | 'restarted';
  readonly events: EventSelector;
  readonly recentDays: number;
  readonly beforeDays: number;
}

/** Days without activity, or how many times the user's own usual interval they are. Nobody without activity is idle. */
export interface Idle extends Placed {
  readonly kind: 'idle';
  readonly of: 'days' | 'usual_interval';
  readonly range: Range;
}

/** A column of `members`. */
export interface Feature extends Placed {
  readonly kind: 'feature';
  readonly column: string;
  readonly test: Test;
}

export interface UserProperty extends Placed {
  readonly kind: 'property';
  readonly property: string;
  /** Latest non-empty value as of the as-of day; any value ever; the first non-empty one. Of a users file: the one that stands there. */
  readonly which: 'latest' | 'any' | 'first';
  readonly test: Test;
}

/** In another own segment; a segment of ours is a value of a feature. */
export interface InSegment extends Placed {
  readonly kind: 'segment';
  readonly segment: string;
}

/** Which events, what of them, when. */
export interface EventValue {
  readonly events: EventSelector;
  readonly measure: Measure;
  readonly window: Window;
}

export interface EventSelector extends Placed {
  /** Compared as event names are; empty: every activity event. */
  readonly names: readonly string[];
  /** All of them hold. */
  readonly where: readonly EventCondition[];
}

export type EventCondition = Placed &
  (
    | { readonly kind: 'property'; readonly property: string; readonly test: Test }
    /** Hours of the day in the report zone, 0 to 24, the end excluded; from > to goes over midnight. */
    | { readonly kind: 'hours'; readonly from: number; readonly to: number }
    /** 1 Monday … 7 Sunday, in the report zone. */
    | { readonly kind: 'weekdays'; readonly days: readonly number[] }
  );

export type Measure =
  | { readonly kind: 'count' }
  | { readonly kind: 'distinct'; readonly of: Unit }
  | ({ readonly kind: 'distinct_values'; readonly property: string } & Placed)
  /** Of a property read as a number, or of `amount`, the value column; what is no number is left out. */
  | ({ readonly kind: 'sum' | 'average' | 'least' | 'greatest'; readonly property: string } & Placed);

/** Days ago of which none is farther away. */
export const LONGEST_AGO = 36_500;

/** Weeks are seven days counted back from the as-of day; months are those of the calendar. */
export type Unit = 'day' | 'week' | 'month';

export type Window =
  | { readonly kind: 'ever' }
  /** Hours: from that many before the as-of instant. Days: the as-of day and those before it. Weeks: 7 days each. Months: after the same day that many months ago (the last of a shorter month). */
  | { readonly kind: 'last'; readonly count: number; readonly unit: 'hour' | Unit }
  /** Whole days before the as-of day, both included; `from` is the greater, LONGEST_AGO for all that was before. */
  | { readonly kind: 'ago'; readonly from: number; readonly to: number }
  /** Calendar days, both included. */
  | { readonly kind: 'dates'; readonly first: number | null; readonly last: number | null }
  /** The day first seen and the `days - 1` after it. */
  | { readonly kind: 'since_first_seen'; readonly days: number }
  /** Strictly after, or before, the user's first or last event of another kind; without such an event the window is empty. `within`: and not farther than that. */
  | {
      readonly kind: 'around';
      readonly side: 'after' | 'before';
      readonly which: 'first' | 'last';
      readonly events: EventSelector;
      readonly within: Duration | null;
    };

export interface Duration {
  readonly microseconds: bigint;
  /** As it was written. */
  readonly text: string;
}

/** Numbers as exact decimal text; never empty, and with an end. Only a range with both its ends included is negated. */
export interface Range {
  readonly low: Bound | null;
  readonly high: Bound | null;
  readonly isNegated: boolean;
}

export interface Bound {
  readonly value: string;
  readonly isIncluded: boolean;
}

/** What is asked of a text; a negated test holds for whoever has no value, too. */
export type Test = { readonly isNegated: boolean } & (
  | { readonly kind: 'set' }
  | { readonly kind: 'in'; readonly values: readonly string[] }
  | { readonly kind: 'contains'; readonly text: string }
  | { readonly kind: 'matches'; readonly pattern: string }
  | { readonly kind: 'numbers' | 'dates'; readonly low: Bound | null; readonly high: Bound | null }
);

/** What an analyst wrote. */
export interface SegmentDefinition {
  readonly name: string;
  readonly description: string;
  readonly goal: string;
  readonly minSize: number | null;
  /** 1 comes first; null: none given. */
  readonly priority: number | null;
  readonly rule: Rule;
  /** What `segment lint` is not to say of it. */
  readonly ignore: readonly LintIgnore[];
  readonly span: Span;
}

export interface LintIgnore {
  readonly code: LintCode;
  readonly reason: string;
  readonly span: Span;
}
