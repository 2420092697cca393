import type { Flow } from '../transitions/transitions-result.js';

/** What is judged: part of the input, the whole population, or a segment. */
export type SubjectKind = 'rows' | 'users' | 'days' | 'newest' | 'rejected' | 'event' | 'segment';

export interface Subject {
  readonly kind: SubjectKind;
  /** `status=at_risk`, `event purchase`, `users` … */
  readonly name: string;
  /** The segment, where it is one. */
  readonly segment?: SegmentName | undefined;
}

export interface SegmentName {
  readonly segmentation: string;
  readonly segment: string;
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
  /** The same weekday 52 weeks before, or the day nearest to it within that week, where the baseline reaches as far. */
  readonly lastYear: number | null;
}

/** A setting, edge or gap that is not what it was in the newest comparable run. */
export interface DefinitionChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Where users are that an earlier membership had elsewhere. */
export interface MovesSince {
  /** As the user named it. */
  readonly directory: string;
  /** ISO day of the earlier membership. */
  readonly asOf: string;
  /**
   * What lies between both: other definitions on the same data of the same date (an edit), nothing at all, other data of the same date, an
   * unknown difference on the same date, or time.
   */
  readonly by: 'definitions' | 'nothing' | 'data' | 'unknown' | 'time';
  readonly definitionChanges: readonly DefinitionChange[];
  /** Of those that both memberships have. */
  readonly segmentations: readonly SegmentationMoves[];
}

export interface SegmentationMoves {
  readonly segmentation: string;
  /** Users of both memberships who are in another segment. */
  readonly moved: number;
  readonly entered: number;
  readonly left: number;
  /** All but those who stayed, largest first. */
  readonly flows: readonly Flow[];
  /** Users who moved, entered or left, of the largest flows; only where no time lies between both. */
  readonly samples: readonly MovedUser[];
}

export interface MovedUser {
  readonly userId: string;
  readonly change: Flow['change'];
  readonly from: string | null;
  readonly to: string | null;
  /** Why they were, and are, in the segment; null where there is no rule to tell. */
  readonly ruleBefore: string | null;
  readonly ruleAfter: string | null;
}

/** What restricts who is counted. */
export interface CheckedFilters {
  /** All of it in words: "only those in vip.csv, where plan=pro". */
  readonly words: string;
  readonly where: readonly string[];
  /** Names of the files; null without one. */
  readonly only: string | null;
  readonly exclude: string | null;
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
  readonly filters: CheckedFilters | null;
  /** ISO day, the first that counts, where one was named. */
  readonly since: string | null;
  /** The file of people, where there is one. */
  readonly usersFile: string | null;
  /** null where the settings are not known. */
  readonly settingsHash: string | null;
  /** null without an earlier membership. */
  readonly moves: MovesSince | null;
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
