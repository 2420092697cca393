import type { JsonObject } from '../../membership/publish/canonical-json.js';
import type { ClassifyResult, EntityUse, RowCounts } from '../classify/classify-result.js';

/** Who moved, and everything that a reader must know of it. */
export interface TransitionsReport extends TransitionsResult {
  readonly timezone: string;
  /** What is counted in place of people. */
  readonly entity?: EntityUse | undefined;
  /** Of the exports that were read; undefined where memberships were. */
  readonly rows?: RowCounts | undefined;
  /** The memberships that were read in place of exports. */
  readonly folders?: { readonly before: FolderSource; readonly after: FolderSource } | undefined;
  /** Who may be among them; undefined: everybody. */
  readonly filters: ClassifyResult['filters'];
  /** Of everything that can change who moved. */
  readonly settingsHash: string;
  readonly scale: MovesScale;
  /** Who is kept out of the files of who entered; undefined where nobody is. */
  readonly holdout?: HoldoutCounts | undefined;
  /** The same dates a year earlier; null when the data do not reach that far. */
  readonly yearEarlier: TransitionsResult | null;
  readonly notes: readonly string[];
}

/** A published membership. */
export interface FolderSource {
  /** As the user named it. */
  readonly directory: string;
  readonly settingsHash: string;
  /** The row accounting of its run, as its summary has it. */
  readonly rows: JsonObject | null;
}

/**
 * Where the population gaps and RFM edges of the later date come from: `frozen` from the earlier date, `measured` anew (as asked for),
 * `given` by a manifest for both, or `measured_without_base`: the earlier date has none that fit. Of two memberships: the `same` in
 * both, or `each` its own.
 */
export type MovesScale = 'frozen' | 'measured' | 'given' | 'measured_without_base' | 'same' | 'each';

/** A random control group among those who entered a segment, from outside or from another one. */
export interface HoldoutCounts {
  /** Fraction. */
  readonly plannedShare: number;
  readonly salt: string;
  readonly entrants: number;
  readonly heldOut: number;
  /** They add up to all. */
  readonly segments: readonly { readonly segment: string; readonly entrants: number; readonly heldOut: number }[];
  /** Of those held out against the planned share; null when there are too few to tell. */
  readonly sampleRatioP: number | null;
}

/** Who moved between two memberships of one segmentation. Plain data. */
export interface TransitionsResult {
  readonly segmentation: string;
  /** ISO days. */
  readonly from: string;
  readonly to: string;
  readonly usersBefore: number;
  readonly usersAfter: number;
  /** How many users of each kind; they add up to everybody in either. */
  readonly changes: Readonly<Record<Change, number>>;
  /** Of those who moved or entered. */
  readonly causes: Readonly<Record<Cause, number>>;
  /** Segments in reading order; null stands for users in no segment of it, where there are any. */
  readonly segments: readonly (string | null)[];
  /** Every pair with users, largest first; `from` null with `isEntered` for those who were not there before, `to` null with `isLeft`. */
  readonly flows: readonly Flow[];
  readonly rates: readonly Rate[];
  /** Whether a segment's size changed beyond what movers in both directions explain. */
  readonly tests: {
    readonly segments: readonly { readonly segment: string; readonly left: number; readonly entered: number; readonly p: number }[];
    readonly whole: { readonly chiSquare: number; readonly df: number; readonly p: number } | null;
  };
}

export type Change = 'entered' | 'left' | 'moved' | 'stayed';
export type Cause = 'user' | 'late_data' | 'threshold' | 'rule';

export interface Flow {
  readonly change: Change;
  readonly from: string | null;
  readonly to: string | null;
  readonly users: number;
}

/** A rate with the name people use: `hits` of those who could. */
export interface Rate {
  readonly name: string;
  /** Whom it is of, and what they became. */
  readonly meaning: string;
  readonly hits: number;
  readonly of: number;
}
