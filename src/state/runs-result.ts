import type { CheckResult } from '../analysis/check/check-result.js';
import type { TransitionsReport } from '../analysis/transitions/transitions-result.js';
import type { Retention } from './retained-runs.js';
import type { RunChanges, RunResult } from './run-result.js';

/** One run of the history in a list. */
export interface ListedRun {
  readonly id: string;
  /** ISO day. */
  readonly asOf: string;
  /** ISO instant in UTC. */
  readonly at: string;
  readonly verdict: 'holds' | 'regressed';
  readonly isPublished: boolean;
  /** Why a set of its own is not the one that readers got; null where it was, or where that is not known. */
  readonly held: RunResult['held'];
  readonly accepted: string | null;
  readonly users: number;
  readonly rows: number;
  /** Until it was recorded; null where that is not known. */
  readonly seconds: number | null;
  readonly bytes: number;
  /** Why it cannot be used; null where nothing is missing. */
  readonly problem: string | null;
}

/** A file beside what the last run knew of it. */
export interface PendingInput {
  readonly name: string;
  readonly change: 'new' | 'changed' | 'gone';
}

export interface HealthNote {
  /** A problem asks for somebody; a note does not. */
  readonly level: 'problem' | 'note';
  readonly text: string;
}

/** Sizes of one segment over time. */
export interface SizeLine {
  readonly segmentation: string;
  readonly segment: string;
  /** By step of time, the last one last; null where no run tells. */
  readonly users: readonly (number | null)[];
}

/** The history of the nightly job. */
export interface RunsList {
  readonly kind: 'list';
  /** As the user named it. */
  readonly state: string;
  /** The run that readers get; null before the first. */
  readonly published: string | null;
  /** By as-of date. */
  readonly runs: readonly ListedRun[];
  readonly sizes: {
    /** Days between two places of a line. */
    readonly stepDays: number;
    /** ISO days of the first and last place. */
    readonly first: string;
    readonly last: string;
    readonly lines: readonly SizeLine[];
  } | null;
  /** null where no inputs are named, or they are not there: `pendingProblem` then says why. */
  readonly pending: readonly PendingInput[] | null;
  readonly pendingProblem: string | null;
  readonly health: readonly HealthNote[];
  /** `sets`: of the output folder. */
  readonly bytes: {
    readonly runs: number;
    readonly inputs: number;
    readonly days: number;
    readonly other: number;
    readonly sets: number;
  };
}

/** A file as the ledger of a run has it. */
export interface LedgerFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** Everything of one run. */
export interface RunDetails {
  readonly kind: 'run';
  readonly state: string;
  /** The run that readers get; null before the first. */
  readonly published: string | null;
  readonly run: ListedRun;
  readonly settingsHash: string;
  /** Settings that are not as they would be with nothing given, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly ledger: readonly LedgerFile[] | null;
  readonly inputs: RunResult['inputs'] | null;
  readonly totalRows: number | null;
  readonly sizes: RunSizes;
  /** Cut points as decimal texts, in days, orders and money. */
  readonly edges: Readonly<Record<string, readonly string[] | null>> | null;
  readonly populationGaps: { readonly p50: number; readonly p75: number; readonly p90: number } | null;
  /** null where the run is of an earlier version. */
  readonly check: CheckResult | null;
  readonly changes: RunChanges | null;
}

/** Users by segmentation and segment. */
export type RunSizes = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What somebody wrote in one run and not so in the other; null: nothing. */
export interface SettingDifference {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a file became from one run to another. */
export interface LedgerDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
  readonly same: number;
}

export interface SizeDifference {
  readonly segmentation: string;
  readonly segment: string;
  readonly before: number;
  readonly after: number;
}

/** Two runs side by side. */
export interface RunsDifference {
  readonly kind: 'difference';
  readonly state: string;
  readonly before: ListedRun;
  readonly after: ListedRun;
  readonly settings: readonly SettingDifference[];
  /** null where either does not say. */
  readonly files: LedgerDifference | null;
  readonly sizes: readonly SizeDifference[];
  /** Who moved between statuses. */
  readonly moves: TransitionsReport;
}

/** A part of what is kept that is not as it was written. */
export interface StateProblem {
  /** From the state folder on, or `out/…` as the user named that folder. */
  readonly name: string;
  readonly problem: string;
}

/** What was checked, and what is wrong. */
export interface StateVerification {
  readonly kind: 'verification';
  readonly state: string;
  readonly checked: {
    readonly runs: number;
    readonly inputs: number;
    readonly sets: number;
    readonly files: number;
    readonly bytes: number;
  };
  readonly problems: readonly StateProblem[];
  readonly notes: readonly string[];
}

/** What goes by the rule that says what stays. */
export interface PruneReport {
  readonly kind: 'prune';
  readonly state: string;
  readonly isDryRun: boolean;
  readonly rule: Retention;
  readonly gone: readonly { readonly id: string; readonly asOf: string; readonly bytes: number }[];
  /** Folders that no run of the history needs. */
  readonly orphans: readonly { readonly name: string; readonly bytes: number }[];
  readonly kept: number;
}

export type RunsAnswer = RunsList | RunDetails | RunsDifference | StateVerification | PruneReport;
