import type { ClassifyResult, EntityUse, RejectedRow, RowCounts } from '../classify/classify-result.js';
import type { NamedRole } from './named-roles.js';

/** What was looked at: all records, or the first of every file that is longer. */
export interface Scope {
  readonly isSample: boolean;
  readonly records: number;
}

export interface InspectedFile {
  readonly name: string;
  readonly bytes: number;
  /** As messages call it: `delimited text`. */
  readonly format: string;
  readonly compression: string;
  /** Null for formats that are no text. */
  readonly encoding: string | null;
  readonly delimiter: string | null;
  /** Physical line, from 1; 0: the file has none. Null for formats that have no such line. */
  readonly headerLine: number | null;
  readonly columns: number;
  /** Those that were looked at. */
  readonly records: number;
  readonly isSample: boolean;
}

export interface InspectedPreset {
  readonly name: string;
  readonly title: string;
  readonly evidence: readonly string[];
  readonly isNamed: boolean;
  readonly unverified: readonly string[];
}

/** Why a column plays its role: by a flag, by the preset, by its name, by what its values show, or because a problem had to be settled. */
export type RoleReason = 'flag' | 'assumed' | 'preset' | 'name' | 'repeating_id' | 'unique_id' | 'only_time';

export interface ColumnRoleFinding {
  /** `user`, `time`, `event`, `value`, … */
  readonly role: string;
  /** The column, or what the preset calls those it takes it from. */
  readonly column: string;
  readonly reason: RoleReason;
  /** The flag that names another. */
  readonly flag: string;
  /** First values that differ; none where it is no column of a file. */
  readonly values: readonly string[];
}

export interface InspectedColumn {
  readonly name: string;
  readonly type: string;
  /** The role it plays, if it does. */
  readonly role: string | null;
  /** Records in which it is not empty. */
  readonly filled: number;
  /** Fraction of the records, 0–1. */
  readonly fillRate: number;
  readonly distinct: number;
  readonly values: readonly string[];
}

export interface InspectedTimes {
  /** How times are written, in words, each way once. */
  readonly ways: readonly string[];
  readonly zone: string;
  /** Earliest and latest used event, UTC, `YYYY-MM-DD HH:MM:SS[.ffffff]`; null when there is none. */
  readonly span: { readonly first: string; readonly last: string } | null;
  /** ISO days of the report zone. */
  readonly period: { readonly first: string; readonly last: string } | null;
}

export type EventRole = NamedRole | 'activity' | 'value';
/** A flag, the built-in list, the preset, an amount that is not empty, a negative one, or that no other role takes it. */
export type EventRoleReason = 'flag' | 'list' | 'preset' | 'amount' | 'negative_amount' | 'default' | 'no_event_column';

export interface EventRoleFinding {
  readonly role: EventRole;
  readonly reason: EventRoleReason;
}

export interface InspectedEvent {
  /** Null: rows whose event is empty. */
  readonly name: string | null;
  readonly events: number;
  readonly users: number;
  /** Fraction of all users who have it, 0–1. */
  readonly reach: number;
  readonly amounts: number;
  readonly roles: readonly EventRoleFinding[];
  /** Whether its name may mean that a user left, or is about to. */
  readonly mayMeanChurn: boolean;
}

/** What is odd about ids, with examples; all of them count as they are written. */
export interface IdOddity {
  readonly kind: 'placeholder' | 'near_duplicate' | 'mangled' | 'leading_zero' | 'numeric_float';
  readonly ids: number;
  readonly examples: readonly string[];
}

export type Severity = 'error' | 'warning' | 'note';

export interface Problem {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** One thing to try, naming the flag. */
  readonly hint: string | null;
  /** What the rest of the report takes for granted, as it is typed; empty when nothing is. */
  readonly assumed: readonly string[];
}

export interface CalendarDay {
  /** ISO. */
  readonly day: string;
  readonly users: number;
}

/** Days in a row; ISO, both ends included. */
export interface CalendarRun {
  readonly first: string;
  readonly last: string;
  readonly days: number;
}

export interface Calendar {
  /** Every day from the first to the last, also those without anybody. */
  readonly days: readonly CalendarDay[];
  readonly missing: readonly CalendarRun[];
  /** With the fraction of the usual number of users that was missing. */
  readonly seasons: readonly (CalendarRun & { readonly fall: number })[];
}

/** Names that play a role, as they are compared. */
export interface RoleNames {
  readonly role: NamedRole;
  readonly names: readonly string[];
}

/** Everything a reporter may show of one inspection. Plain data. */
export interface InspectResult {
  readonly scope: Scope;
  readonly files: readonly InspectedFile[];
  readonly preset: InspectedPreset | null;
  readonly roles: readonly ColumnRoleFinding[];
  readonly columns: readonly InspectedColumn[];
  /** Null where the columns could not be told, so that rows are no events. */
  readonly reading: {
    readonly rows: RowCounts;
    readonly since: ClassifyResult['since'];
    readonly users: number;
    readonly entity?: EntityUse | undefined;
    readonly badAmounts: number;
    readonly currency: string | null;
    readonly times: InspectedTimes;
    readonly ids: readonly IdOddity[];
    /** Most frequent first, the first of many. */
    readonly events: readonly InspectedEvent[];
    /** How many names there are. */
    readonly eventNames: number;
    /** The first 20. */
    readonly rejects: readonly RejectedRow[];
    /** Null for a sample. */
    readonly calendar: Calendar | null;
  } | null;
  readonly roleNames: readonly RoleNames[];
  readonly problems: readonly Problem[];
  /** The command that classifies the files so; null when none does. */
  readonly command: string | null;
}
