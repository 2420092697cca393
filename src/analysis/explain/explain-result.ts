import type { RfmModel } from '../../segmentation/rfm/rfm-model.js';
import type { StatusGroup, StatusName } from '../../segmentation/status/status.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import type { ClassifyResult, Edges, EntityUse, FilterSummary } from '../classify/classify-result.js';

/** What a user did, or was sent, on a day. */
export type DaySign = 'active' | 'order' | 'refund' | 'churn' | 'passive';

/** A day with events; days without are left out. */
export interface UserDay {
  /** ISO day in the report zone. */
  readonly day: string;
  /** Each kind once: `active` on an active day (an order is activity too), `passive` when something was sent. */
  readonly signs: readonly DaySign[];
}

/** The status rules, each clause apart, in the order they are tried. Named like the booleans of the status query. */
export const RULE_NAMES = [
  'hasLeft',
  'isNeverActive',
  'isInactive',
  'isPayingButIdle',
  'isNew',
  'isDormant',
  'hasReturned',
  'hasRiskEvent',
  'isDeclining',
  'isOverdue',
  'isCancelling',
  'isConsistent',
  'isRepeatBuyer',
  'isOccasional',
] as const;

export type RuleName = (typeof RULE_NAMES)[number];

/** What the status rules look at. Days are whole; lengths that may not be are exact decimal text in days. */
export interface StatusValues {
  /** ISO days; null without an event and a known sign-up. */
  readonly firstSeen: string | null;
  /** Up to the as-of day; null when no users file tells it. */
  readonly signUp: string | null;
  readonly lastActive: string | null;
  readonly idleDays: number | null;
  readonly tenureDays: number | null;
  readonly activeDays: number;
  readonly events: number;
  readonly gaps: number;
  readonly medianGap: string | null;
  readonly longestGap: number | null;
  readonly usualInterval: string | null;
  /** Exact, not rounded: idle days are compared with it. */
  readonly dormantAfter: string | null;
  readonly churnedAfter: string | null;
  /** The latest churn event, and whether activity came later than the grace hours after it. */
  readonly churnEvent: { readonly name: string; readonly day: string; readonly isUndone: boolean } | null;
  /** The latest risk event of the window. */
  readonly riskEvent: { readonly name: string; readonly day: string } | null;
  /** Whether the latest start of a subscription has no end after it. */
  readonly hasOpenSubscription: boolean;
  /** The day of the latest cancellation of the risk window, and whether the subscription was started again since. */
  readonly cancellation: { readonly day: string; readonly isUndone: boolean } | null;
  /** The longest gap that ended within the reactivation window, and the longest that ended before it. */
  readonly comebackGap: number | null;
  readonly earlierGap: number | null;
  /** Active days in the risk window, and in the baseline before it. */
  readonly recentDays: number;
  readonly baselineDays: number;
  /** Of the last 12 seven-day weeks, those with activity. */
  readonly activeWeeks: number;
  /** Days with an order in the last 365 days. */
  readonly orderDays: number;
}

export interface ExplainedOrder {
  readonly day: string;
  readonly orderId: string | null;
  /** Decimal text; null when unknown. */
  readonly amount: string | null;
}

export interface RfmValues {
  readonly segment: string;
  readonly recencyDays: number | null;
  readonly frequency: number;
  /** Decimal text; null when activity is scored. */
  readonly monetary: string | null;
  /** null when not scored. */
  readonly scores: { readonly recency: number; readonly frequency: number; readonly monetary: number | null } | null;
  /** Orders of all time. */
  readonly orders: number;
  /** Up to ten, the newest first. */
  readonly newestOrders: readonly ExplainedOrder[];
}

/** A rule that did not fire, and by how much it missed. */
export interface NearestRule {
  readonly rule: RuleName;
  readonly status: StatusName;
  /** What would have to change, as a number and what it counts: 3 days, 2 active weeks. */
  readonly missing: number;
  readonly unit: 'days' | 'active days' | 'active weeks' | 'order days';
}

/** The next day on which the status changes if the user does nothing more. */
export interface NextFlip {
  readonly day: string;
  readonly status: StatusName;
  readonly reason: string;
}

export interface ExplainedUser {
  readonly userId: string;
  /** Why this user is shown: asked for, an ordinary one of the status, or the one nearest to another status. */
  readonly chosen: 'named' | 'typical' | 'nearest border';
  readonly status: StatusName;
  readonly reason: string;
  readonly group: StatusGroup;
  readonly values: StatusValues;
  /** Every clause by itself, whether or not an earlier one decided. */
  readonly rules: Readonly<Record<RuleName, boolean>>;
  readonly nearest: NearestRule | null;
  readonly nextFlip: NextFlip | null;
  readonly rfm: RfmValues;
  /** By the segmentations that `--by` asks for, in their order; null outside all of their segments. */
  readonly further: readonly { readonly name: string; readonly segment: string | null }[];
  /** Own segments, in the order of their definitions. */
  readonly own: readonly ExplainedSegment[];
  /** In order. */
  readonly days: readonly UserDay[];
}

/** An own segment, and what of a user each condition of its rule looks at. */
export interface ExplainedSegment {
  readonly segment: string;
  readonly holds: boolean;
  /** In the segmentation by the first match: the earlier segment that took the user, who is in this one too. */
  readonly takenBy?: string | undefined;
  /** In the words of the short form. */
  readonly rule: string;
  readonly leaves: readonly {
    readonly text: string;
    /** The user's value as text; null for none. */
    readonly value: string | null;
    readonly holds: boolean;
  }[];
}

/** One user, or a few of one status, with everything that decided. Plain data. */
export interface ExplainResult {
  /** ISO day. */
  readonly asOf: string;
  readonly timezone: string;
  /** Config files and environment variables that gave settings. */
  readonly givenBy?: readonly string[] | undefined;
  readonly filters?: FilterSummary | undefined;
  readonly entity?: EntityUse | undefined;
  readonly currency: string | null;
  /** Closed seasons, first and last day: lengths of time and windows are counted without them. */
  readonly pauses: ClassifyResult['pauses'];
  /** ISO day of the earliest used event of the input. */
  readonly inputFirstDay: string;
  readonly historyDays: number;
  readonly populationGaps: { readonly p50: number; readonly p75: number; readonly p90: number; readonly users: number };
  /** The 60 % quantile of order days over users with any, decimal text. */
  readonly orderDaysQuantile: string;
  readonly parameters: StatusParameters;
  /** Whether the input holds events of subscriptions or trials. */
  readonly hasPlanEvents: boolean;
  readonly rfm: {
    readonly model: RfmModel;
    readonly basis: 'orders' | 'activity';
    readonly lookbackDays: number | 'all';
    readonly edges: Edges | null;
  };
  /** Set for `--status`: which, and how many users have it. */
  readonly ofStatus: { readonly status: StatusName; readonly users: number } | null;
  readonly users: readonly ExplainedUser[];
}
