import { NEWEST_EVENT } from './newest-finding.js';
import type { RunRecord } from './run-record.js';

/** The earlier runs that a run is compared with; runs that failed are not among them. */
export interface Baseline {
  /** By their as-of dates, earliest first, one a date. */
  readonly runs: readonly BaselineRun[];
  /** The newest run, when it failed: what failed, and how many runs in a row. */
  readonly failing: FailingRun | null;
}

export interface BaselineRun extends RunRecord {
  /** Why a run that failed was accepted, and what had failed. What came before it says nothing about these subjects any more. */
  readonly accepted?: { readonly reason: string; readonly subjects: readonly string[] } | undefined;
}

export interface FailingRun {
  readonly asOf: string;
  /** Subject and in how many runs in a row it failed. */
  readonly subjects: Readonly<Record<string, number>>;
}

export const EMPTY_BASELINE: Baseline = { runs: [], failing: null };

/** Runs that a baseline keeps: a year and eight weeks of nightly ones, so that the same week last year is among them. */
const KEPT_RUNS = 420;

/** A baseline with a run that held, or was accepted; it takes the place of an earlier run of the same date. */
export function withRun(baseline: Baseline, run: BaselineRun): Baseline {
  const others = baseline.runs.filter(({ asOf }) => asOf !== run.asOf);
  const runs = [...others, run].sort((left, right) => (left.asOf < right.asOf ? -1 : 1)).slice(-KEPT_RUNS);
  return { runs, failing: null };
}

/** A baseline that remembers a run that failed, without its sizes. A run of the same date counts once, but for an export that stands still and so repeats its date. */
export function withFailure(baseline: Baseline, asOf: string, subjects: readonly string[]): Baseline {
  const before = baseline.failing;
  const counted = (subject: string): number => (before === null || before.asOf === asOf ? 0 : (before.subjects[subject] ?? 0));
  if (before?.asOf === asOf) {
    const stale = subjects.filter((subject) => subject === NEWEST_EVENT);
    const again = stale.map((subject) => [subject, (before.subjects[subject] ?? 0) + 1] as const);
    return { runs: baseline.runs, failing: { asOf, subjects: { ...before.subjects, ...Object.fromEntries(again) } } };
  }
  return {
    runs: baseline.runs,
    failing: { asOf, subjects: Object.fromEntries(subjects.map((subject) => [subject, counted(subject) + 1])) },
  };
}
