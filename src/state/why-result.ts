import type { LedgerDifference, ListedRun, SettingDifference } from './runs-result.js';

/** What changed from one run to another: the data, the definitions, or the people. */
export interface WhyReport {
  /** As the user named it. */
  readonly state: string;
  readonly before: ListedRun;
  readonly after: ListedRun;
  readonly data: {
    /** null where either run does not say. */
    readonly files: LedgerDifference | null;
    /** Rows that count. */
    readonly rowsBefore: number;
    readonly rowsAfter: number;
    /** How many more rows than before are of days up to the earlier date; null where that cannot be told. */
    readonly lateRows: number | null;
  };
  readonly definitions: readonly SettingDifference[];
  /** Why data and people cannot be told from definitions, in a sentence without a full stop; null where they were. */
  readonly untold: string | null;
  /** Users with another status by data and people, with the cause, and who came and went; with definitions where these cannot be told apart. */
  readonly people: Readonly<Record<'user' | 'late_data' | 'threshold' | 'entered' | 'entered_late' | 'left', number>>;
  /** Users with another status by other definitions alone; null where that cannot be told. */
  readonly byDefinitions: { readonly moved: number; readonly entered: number; readonly left: number } | null;
  readonly sizes: readonly WhySize[];
}

/** A segment's size: `before` + `data` + `people` + `definitions` = `after`. */
export interface WhySize {
  /** null: everybody. */
  readonly segmentation: string | null;
  readonly segment: string;
  readonly before: number;
  /** By rows of days up to the earlier date that are new or gone. null where it cannot be told from the others. */
  readonly data: number | null;
  readonly people: number | null;
  readonly definitions: number | null;
  readonly after: number;
}
