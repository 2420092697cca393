/** What one run is judged by, and what a baseline keeps of it. */
export interface RunRecord {
  /** ISO day. */
  readonly asOf: string;
  /** Of everything that decides who is in which segment. */
  readonly definitions: Definitions;
  /** What the input was; null where the run is known by its members only. */
  readonly health: Health | null;
  readonly users: number;
  /** Users by segmentation and segment, in reading order. */
  readonly sizes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Settings, edges and gaps that decided, as decimal or plain texts by name. Two runs with equal ones differ by their data alone. */
export type Definitions = Readonly<Record<string, string>>;

export interface Health {
  /** Rows that count. */
  readonly rows: number;
  /** Fraction of all rows. */
  readonly rejectedShare: number;
  /** From the first to the last day with a row that counts. */
  readonly days: number;
  /** ISO day of the newest row that counts. */
  readonly newest: string;
  /** Rows that count by event name; null where they were not counted. */
  readonly events: Readonly<Record<string, number>> | null;
}
