import type { ContactProblem } from './contacts-query.js';

/** Why a member has no row: the first that applies. */
export const LEFT_OUT_REASONS = [
  'suppressed',
  'no_contact',
  'invalid_id',
  'invalid_email',
  'invalid_phone',
  'phone_without_country',
  'ambiguous_phone',
  'hashed',
  'duplicate',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** Why a cell of a row that is written stays empty although there is a value. */
export type EmptiedReason = ContactProblem | 'repeated' | 'incomplete_address';

export interface AudienceFile {
  /** Relative to the folder, `/`-separated. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/** One segment for one tool. `members` = `rows` + the sum of `leftOut`. Plain data. */
export interface Audience {
  readonly destination: string;
  /** As the tool calls itself, and where it takes the files. */
  readonly title: string;
  readonly upload: string;
  /** As it was asked for; undefined: everybody whom the conditions leave. */
  readonly segment: string | undefined;
  readonly members: number;
  readonly rows: number;
  /** Each reason, also with 0 members. */
  readonly leftOut: Readonly<Record<LeftOutReason, number>>;
  /** The headers of the file in their order, the column that each is made of, and how many cells have a value. */
  readonly columns: readonly { readonly header: string; readonly from: string; readonly filled: number }[];
  /** Only those that occur. */
  readonly emptied: readonly { readonly reason: EmptiedReason; readonly cells: number }[];
  readonly files: readonly AudienceFile[];
}

export interface AudienceWarning {
  readonly code: 'audience_small' | 'audience_empty' | 'suppress_phones' | 'suppress_column' | 'properties_left_out';
  readonly message: string;
}

/** Where the members came from. */
export type AudienceSource =
  | { readonly kind: 'events'; readonly rows: number; readonly filters: string | undefined }
  | { readonly kind: 'folder'; readonly directory: string };

/** What an export wrote, or would write. Plain data. */
export interface ExportResult {
  /** ISO day. */
  readonly asOf: string;
  readonly timezone: string;
  readonly source: AudienceSource;
  /** All members, also those who meet no condition. */
  readonly users: number;
  /** As they were given; all of them hold for every audience. */
  readonly conditions: readonly string[];
  readonly audiences: readonly Audience[];
  /** Entries of the suppression list; undefined without one. */
  readonly suppression: { readonly file: string; readonly entries: number } | undefined;
  readonly settingsHash: string;
  readonly warnings: readonly AudienceWarning[];
}
