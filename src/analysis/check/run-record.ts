import { dayOfIso } from '../../time/day.js';
import type { ClassifyResult } from '../classify/classify-result.js';

/** What one run is judged by, and what a baseline keeps of it. */
export interface RunRecord {
  /** ISO day. */
  readonly asOf: string;
  /** Of everything that decides who is in which segment; null where that is not known. */
  readonly definitions: Definitions | null;
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

/** What a classification is judged by. `events`: rows that count by event name, see `eventTotals`. */
export function recordOfResult(result: ClassifyResult, definitions: Definitions, events: Health['events']): RunRecord {
  return {
    asOf: result.asOf,
    definitions,
    health: healthOf(result, events),
    users: result.users,
    sizes: Object.fromEntries(
      result.segmentations.map(({ name, segments }) => [name, Object.fromEntries(segments.map(({ segment, users }) => [segment, users]))]),
    ),
  };
}

/** Of `ClassifyResult` or of `summary.json`. */
interface Accounting {
  readonly rows: { readonly total: number; readonly used: number; readonly rejected: number };
  readonly period: ClassifyResult['period'];
}

/** The health of the data by its row accounting and period. */
export function healthOf({ rows, period }: Accounting, events: Health['events']): Health {
  return {
    rows: rows.used,
    rejectedShare: rows.total === 0 ? 0 : rows.rejected / rows.total,
    days: (dayOfIso(period.last) ?? 0) - (dayOfIso(period.first) ?? 0) + 1,
    newest: period.last,
    events,
  };
}
