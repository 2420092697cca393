import type { DaySpan } from '../input/partition-days.js';

/** How a file of tonight stands to what is kept. */
export type FileState =
  /** Never read before. */
  | 'new'
  /** Read before, with other content. */
  | 'changed'
  /** As it was read. */
  | 'known'
  /** Written again, or under another name, with the same content. */
  | 'touched'
  /** Of the same content as another file of tonight: both count once. */
  | 'same'
  /** As it was read, but what is kept of it is damaged. */
  | 'damaged'
  /** Not there any more; what it held counts. */
  | 'gone';

/** Where it is known from which days a file reaches into. */
export type DaysSource = 'folder' | 'name' | 'kept';

export interface PlannedFile {
  readonly name: string;
  /** Bytes; of a file that is gone, those it had. */
  readonly size: number;
  readonly state: FileState;
  readonly isLoaded: boolean;
  /** The file it is the same as. */
  readonly sameAs: string | null;
  /** Of those to load: the days of its events as far as they are known without reading it, and how; null where nothing tells. */
  readonly days: (DaySpan & { readonly by: readonly DaysSource[] }) | null;
}

/** Why files are loaded. */
export type LoadReason = 'nothing new' | 'new files' | 'first run' | 'other settings of reading' | 'damaged';

/** A setting that was another one at the last run; null: it was or is not given. */
export interface ChangedSetting {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One as-of date that would be made. */
export interface PlannedDate {
  /** ISO day; null: it is known once the files are read. */
  readonly asOf: string | null;
  readonly chosen: 'given' | 'newest event';
  /** The run it would be. */
  readonly id: string;
  /** The run of the same date, whose place it takes. */
  readonly replaces: string | null;
  /** Whether it would be recorded only, as a later date is published. */
  readonly isOlder: boolean;
}

/** What the nightly job would do. */
export interface RunPlan {
  /** As the user named it. */
  readonly state: string;
  /** What would have to be put right before, in sentences. */
  readonly repairs: readonly string[];
  /** The newest run of the history; null before the first. */
  readonly lastRun: { readonly id: string; readonly asOf: string } | null;
  readonly files: readonly PlannedFile[];
  /** Files in folders of days before those that count, which are not looked at. */
  readonly skippedFiles: number;
  readonly reasons: readonly LoadReason[];
  /** Of reading; null where files are loaded again and it is not known which. */
  readonly changedReading: readonly ChangedSetting[] | null;
  readonly dates: readonly PlannedDate[];
  /** Definitions that are others than at the last run; null where those are not known. */
  readonly changedDefinitions: readonly ChangedSetting[] | null;
  readonly publish: {
    /** The output folder as the user named it. */
    readonly directory: string;
    readonly when: string;
    /** Runs whose sizes say what is usual. */
    readonly judgedBy: number;
    readonly limits: readonly string[];
    /** The run whose set readers get now. */
    readonly current: { readonly id: string; readonly asOf: string } | null;
  };
  /** What would be removed once all is published. */
  readonly removed: {
    /** Ids, of runs and of published sets. */
    readonly runs: readonly string[];
    readonly sets: readonly string[];
    /** Names of files of which an earlier version is kept. */
    readonly files: readonly string[];
    /** What runs that broke off left in the state folder. */
    readonly leftovers: readonly string[];
  };
}
