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
}
