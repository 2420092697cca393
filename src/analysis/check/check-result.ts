/** What is judged: part of the input, the whole population, or a segment. */
export type SubjectKind = 'rows' | 'users' | 'days' | 'newest' | 'rejected' | 'event' | 'segment';

export interface Subject {
  readonly kind: SubjectKind;
  /** `status=at_risk`, `event purchase`, `users` … */
  readonly name: string;
}

/** Which rule spoke. */
export type RuleName = 'limit' | 'robust' | 'previous' | 'health';

export interface Finding {
  readonly subject: Subject;
  readonly rule: RuleName;
  /** A pending one failed in this run, but not yet in as many runs in a row as asked for. */
  readonly level: 'fail' | 'pending' | 'holds';
  readonly seen: number;
  /** Of `seen`, `expected` and `usual`: users, rows or days; days since 1970; a fraction. */
  readonly unit: 'count' | 'day' | 'share';
  /** What it may be; null ends are open. */
  readonly expected: { readonly low: number | null; readonly high: number | null };
  /** The middle of the earlier runs, or the run before. */
  readonly usual: number | null;
  /** The same weekday 52 weeks before, where the baseline reaches as far. */
  readonly lastYear: number | null;
}

/** A setting, edge or gap that is not what it was in the newest comparable run. */
export interface DefinitionChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How far the mix of a segmentation moved: a note, no verdict. */
export interface MixDrift {
  readonly segmentation: string;
  /** As-of date of the run it is compared with. */
  readonly since: string;
  /** Population stability index. */
  readonly psi: number;
  /** What the index stays below in 999 of 1,000 cases when nothing changed. */
  readonly noise: number;
}

export interface CheckResult {
  readonly asOf: string;
  readonly verdict: 'holds' | 'regressed';
  /** Earlier runs of the same definitions, and how many the robust rule wants. */
  readonly history: { readonly runs: number; readonly needed: number };
  readonly definitionChanges: readonly DefinitionChange[];
  /** Failed ones first, in the order of the rules. */
  readonly findings: readonly Finding[];
  /** The input is broken: its segments were not judged one by one. */
  readonly isInputBroken: boolean;
  /** Since the newest run of the same definitions; none where the input is broken. */
  readonly drifts: readonly MixDrift[];
}

/** A verdict with what it was found by, and what became of the baseline. */
export interface CheckReport extends CheckResult {
  readonly users: number;
  /** Rows that count, and the fraction of all rows that were rejected; null where the rows are not known. */
  readonly rows: { readonly used: number; readonly rejectedShare: number } | null;
  readonly settingsHash: string;
  readonly baseline: {
    /** As the user named it. */
    readonly file: string;
    /** There was none. */
    readonly isNew: boolean;
    /** As-of date of its newest run, before this one; null when it has none. */
    readonly newestRun: string | null;
    /** What this run added to it; null when it was left alone. */
    readonly added: 'run' | 'accepted' | 'failure' | null;
  };
}
