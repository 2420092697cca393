import type { RfmModel } from '../../segmentation/rfm/rfm-model.js';
import type { StatusName } from '../../segmentation/status/status.js';
import type { StatusParameters } from '../../segmentation/status/status-parameters.js';
import type { SegmentOverlaps } from '../overlaps/overlaps.js';
import type { Proof } from '../proof/proof.js';

/** `total` is the sum of the others: nothing is dropped silently. */
export interface RowCounts {
  readonly total: number;
  readonly used: number;
  readonly rejected: number;
  readonly duplicate: number;
  readonly afterAsOf: number;
  /** Before the first day that counts, where one was named. */
  readonly beforeSince?: number | undefined;
  readonly withoutUser: number;
  /** Left out by a filter; undefined without one. */
  readonly filtered?: number | undefined;
}

export interface SegmentSize {
  readonly segment: string;
  readonly users: number;
  /** Fraction of all users, 0–1. */
  readonly share: number;
  /** Net value of the last 365 days, decimal text with at least 2 decimals. */
  readonly revenue: string;
  /** Fraction of all users' revenue of the last 365 days; 0 when there is none. */
  readonly revenueShare: number;
  /** Median idle days (type 7), one decimal at most; null when nobody in it was ever active. */
  readonly medianIdleDays: number | null;
}

export interface SegmentationSizes {
  /** `status`, `rfm`, `buyer_type`, … */
  readonly name: string;
  /** Every segment in its own order, also the empty ones. */
  readonly segments: readonly SegmentSize[];
  /** By `--by`. */
  readonly isFurther?: true;
  /** Of own segments, which may overlap. */
  readonly own?: {
    /** In the order of `segments`. */
    readonly segments: readonly OwnSegmentInfo[];
    /** How many users are in none of them. */
    readonly usersInNone: number;
  };
}

/** What an analyst wrote beside the rule of an own segment. */
export interface OwnSegmentInfo {
  readonly goal: string;
  readonly description: string;
  /** Fewer users than this are too few to act on. */
  readonly minSize: number | null;
}

export interface Edges {
  /** Decimal texts, one fewer than there are scores: with five, the 20/40/60/80 % cut points. */
  readonly recencyDays: readonly string[];
  readonly frequency: readonly string[];
  readonly monetary: readonly string[] | null;
}

export interface RfmSummary {
  readonly model: RfmModel;
  readonly basis: 'orders' | 'activity';
  /** null when nobody is scored. */
  readonly edges: Edges | null;
  /** Set when frequency is scored among the users above the first edge: the fraction at or below it. */
  readonly oneTimeShare: number | null;
  readonly lookbackDays: number | 'all';
  /** Users and revenue by recency and frequency score; cells without users are listed with 0. */
  readonly cells: readonly {
    readonly recencyScore: number;
    readonly frequencyScore: number;
    readonly users: number;
    readonly revenue: string;
  }[];
}

export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface RejectedRow {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What `--users` brought. */
export interface UsersFileSummary {
  readonly file: string;
  readonly userColumn: string;
  /** null: nothing says when people signed up. */
  readonly signupColumn: string | null;
  /** `total` is the sum of the others; `duplicate` rows repeat a user, those `afterAsOf` sign up later and have no events yet. */
  readonly rows: RowCounts;
  /** Sign-up times that could not be read. */
  readonly badSignups: number;
  /** People of the file who sign up after the as-of day. */
  readonly laterSignups: number;
  /** Users, also those who are not in the file, whose sign-up is not known. */
  readonly withoutSignup: number;
  /** Users with events who are not in the file. */
  readonly notListed: number;
  /** Users who never had an event. */
  readonly withoutEvents: number;
}

/** What `--identity` brought. */
export interface IdentitySummary {
  readonly file: string;
  readonly fromColumn: string;
  readonly toColumn: string;
  /** `total` is the sum of the others; `incomplete` rows lack an id, `repeated` ones say nothing new. */
  readonly rows: {
    readonly total: number;
    readonly pairs: number;
    readonly rejected: number;
    readonly incomplete: number;
    readonly repeated: number;
  };
  /** Rows up to the as-of day whose id became another, how many ids they had, and of how many users those now are. */
  readonly events: number;
  readonly ids: number;
  readonly users: number;
  /** Ids of the first column that no event has. */
  readonly unmatched: number;
}

export interface ListSummary {
  readonly file: string;
  readonly column: string;
  /** Distinct ids. */
  readonly ids: number;
  readonly withoutUser: number;
  readonly rejected: number;
}

/** What restricts who, and which events, are in the result. */
export interface FilterSummary {
  /** All of them in words: "only those in vip.csv, where plan=pro". */
  readonly words: string;
  /** As they were given. */
  readonly where: readonly string[];
  /** `absent`: ids that nobody in the result has. */
  readonly only: (ListSummary & { readonly absent: number }) | undefined;
  readonly exclude: ListSummary | undefined;
}

/** What is counted, in the words of a sentence: `account`, `accounts`, `an account`. */
export interface Unit {
  readonly one: string;
  readonly many: string;
  readonly articled: string;
}

export const USER_UNIT: Unit = { one: 'user', many: 'users', articled: 'a user' };

/** What is counted in place of people. */
export interface EntityUse {
  readonly column: string;
  readonly unit: Unit;
  /** null: no column says who belongs to an entity. */
  readonly peopleColumn: string | null;
  /** The distinct people of all entities; undefined without such a column. */
  readonly people: number | undefined;
}

/** Which input column plays which role; null when none does. */
export interface ColumnRoles {
  readonly user: string;
  /** The people beside an entity. */
  readonly person?: string | null;
  readonly time: string;
  readonly event: string | null;
  readonly value: string | null;
  readonly quantity: string | null;
  /** What the value is reduced by. */
  readonly refunded: string | null;
  readonly order: string | null;
  readonly eventId: string | null;
  readonly session: string | null;
  readonly currency: string | null;
}

/** Which preset was taken, and why. */
export interface PresetUse {
  readonly name: string;
  readonly title: string;
  /** The columns that told it, as they stand in the files. */
  readonly evidence: readonly string[];
  /** By `--preset`. */
  readonly isNamed: boolean;
  /** What of it nobody could check. */
  readonly unverified: readonly string[];
}

/** Everything a reporter may show of one classification. Plain data. */
export interface ClassifyResult {
  /** ISO day. */
  readonly asOf: string;
  readonly asOfChosen: 'newest event' | 'given';
  readonly timezone: string;
  /** From the day of the earliest used event to the as-of day, both counted, paused days not. */
  readonly historyDays: number;
  /** Paused days from the day of the earliest used event to the as-of day. */
  readonly pausedDays: number;
  /** Closed seasons as given, in order, those that overlap or touch as one; first and last day. */
  readonly pauses: readonly { readonly first: string; readonly last: string }[];
  /** The first day that counts, ISO, where one was named, and how many files in folders of earlier days were not opened. */
  readonly since?: { readonly day: string; readonly skippedFiles: number } | undefined;
  readonly files: number;
  readonly rows: RowCounts;
  readonly badAmounts: number;
  readonly users: number;
  /** Fraction of all users with exactly one active day. Above 0.6 the status says little. */
  readonly singleDayShare: number;
  readonly period: { readonly first: string; readonly last: string };
  /** Net sum of the amounts of all used value events, decimal text. */
  readonly valueTotal: string;
  readonly currency: string | null;
  readonly columns: ColumnRoles;
  /** The preset that read the input. */
  readonly preset: PresetUse | null;
  /** Set where `--entity` names what is counted. */
  readonly entity?: EntityUse | undefined;
  readonly usersFile?: UsersFileSummary | undefined;
  readonly identity?: IdentitySummary | undefined;
  readonly filters?: FilterSummary | undefined;
  /** Config files and environment variables that gave settings. */
  readonly givenBy?: readonly string[] | undefined;
  /** The manifest that gaps and edges were taken from, as the user named it. */
  readonly frozenFrom?: string | undefined;
  readonly populationGaps: { readonly p50: number; readonly p75: number; readonly p90: number; readonly users: number };
  /** Of the status rules. */
  readonly parameters: StatusParameters;
  /** Rules the history is too short for, with the reason in words ("60 days"). */
  readonly rulesOff: readonly { readonly status: StatusName; readonly why: string }[];
  /** `status` first, then `rfm`, then the others. */
  readonly segmentations: readonly SegmentationSizes[];
  readonly rfm: RfmSummary;
  /** Users per status and RFM segment; absent pairs are 0. */
  readonly statusByRfm: readonly { readonly status: StatusName; readonly rfmSegment: string; readonly users: number }[];
  /** Who of each status of 30 days earlier came back; undefined below 120 days of history, or when not asked for. */
  readonly proof?: Proof | undefined;
  /** Of own segments; undefined when not asked for. */
  readonly overlaps?: SegmentOverlaps | undefined;
  /** The first 20. */
  readonly rejects: readonly RejectedRow[];
  readonly warnings: readonly Warning[];
}
