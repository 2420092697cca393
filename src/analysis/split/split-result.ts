import type { ClassifyResult, EntityUse, RowCounts } from '../classify/classify-result.js';

/** Parts of a share of 100 %: shares have up to 4 decimals. */
export const PARTS_OF_ALL = 1_000_000;

/** A group of a random split, and the part of everybody it is to get: `parts` of the sum of all. */
export interface Arm {
  readonly name: string;
  readonly parts: number;
}

export interface ArmSize {
  readonly name: string;
  readonly users: number;
  /** Fractions; of nobody null. */
  readonly share: number | null;
  readonly plannedShare: number;
}

/** Sizes of the arms over the table `split_users`. Plain data. */
export interface SplitSizes {
  readonly users: number;
  readonly arms: readonly ArmSize[];
  /** Of the sizes against the planned shares; null when there are too few users to tell. */
  readonly sampleRatioP: number | null;
  readonly warnings: readonly SplitWarning[];
}

export interface SplitWarning {
  readonly code: 'sample_ratio';
  readonly message: string;
}

/** Where the users came from. */
export type SplitSource =
  | {
      readonly kind: 'events';
      readonly asOf: string;
      readonly timezone: string;
      readonly rows: RowCounts;
      /** Everybody, also those who meet no condition. */
      readonly users: number;
      /** As they were given; all of them hold. */
      readonly conditions: readonly string[];
      readonly filters: ClassifyResult['filters'];
      readonly entity: EntityUse | undefined;
    }
  | {
      readonly kind: 'ids';
      readonly file: string;
      readonly column: string;
      /** They add up to the total; `repeated` are further rows of an id. */
      readonly rows: {
        readonly total: number;
        readonly rejected: number;
        readonly withoutUser: number;
        readonly repeated: number;
        readonly filtered: number;
        readonly used: number;
      };
      /** In words; undefined without `--only` and `--exclude`. */
      readonly filters: string | undefined;
    };

export interface SplitResult extends SplitSizes {
  readonly salt: string;
  readonly source: SplitSource;
  readonly settingsHash: string;
}
