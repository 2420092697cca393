import type { CheckResult } from '../analysis/check/check-result.js';

/** What one run of the nightly job did. */
export interface RunResult {
  readonly id: string;
  /** ISO day. */
  readonly asOf: string;
  readonly users: number;
  readonly rows: { readonly total: number; readonly used: number };
  /** Files whose events count; of these those loaded in this run, and those that are not found any more; those in folders of days before `--since`, which do not count. */
  readonly inputs: { readonly all: number; readonly loaded: number; readonly gone: number; readonly skipped: number };
  readonly check: CheckResult;
  /** Why a run that is off counts as usual from now on; null where nobody said so. */
  readonly accepted: string | null;
  /** null where the set of an earlier run stays the one that readers get. */
  readonly published: { readonly directory: string; readonly files: number } | null;
  /** Why not; null where it was published. */
  readonly held: 'check failed' | 'older than the published one' | null;
  /** Against the published run of the latest earlier date; null without one. */
  readonly changes: RunChanges | null;
  /** Of statuses, RFM segments and own segments; empty where nobody asked for them. */
  readonly segments: readonly SegmentChange[];
  /** As messages call them. */
  readonly loadedFiles: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly seconds: number;
}

/** A segment now and at the run it is compared with: `users` = `before` + `entered` − `left`. */
export interface SegmentChange {
  readonly segmentation: string;
  readonly segment: string;
  readonly users: number;
  /** null, like the others, where the earlier run knew no such segment or there was none. */
  readonly before: number | null;
  readonly entered: number | null;
  readonly left: number | null;
}

export interface RunChanges {
  /** The run that is compared with, and its ISO day. */
  readonly since: string;
  readonly sinceAsOf: string;
  /** Of statuses. */
  readonly moved: number;
  readonly entered: number;
  readonly left: number;
}

/** What the job did, all dates together. */
export interface RunReport {
  /** As the user named it. */
  readonly state: string;
  /** What had to be put right before, in sentences. */
  readonly repairs: readonly string[];
  readonly runs: readonly RunResult[];
}
