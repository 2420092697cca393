import type { Database } from '../../engine/database.js';
import { STATUSES, type StatusName } from '../../segmentation/status/status.js';
import { sql } from '../../sql/sql.js';
import { isoOfDay } from '../../time/day.js';
import { countedDay, dayOfCounted, type Pause } from '../../time/pauses.js';

/** Days that somebody has to come back in. */
export const PROOF_DAYS = 30;
/** History below which nothing is proven: 90 days before the earlier date, as rule 3 of the statuses needs. */
const PROOF_HISTORY_DAYS = 120;

/** How many of those who had a status on an earlier day came back since. */
export interface StatusReturn {
  readonly status: StatusName;
  readonly users: number;
  /** With an activity event after the earlier day. */
  readonly returned: number;
  /** Of the returned, those whom a churn event had made churned. */
  readonly returnedLeavers: number;
}

/** Whether the statuses meant something: who of each came back. */
export interface Proof {
  /** The earlier day, ISO: the day before the last 30 days. */
  readonly asOf: string;
  readonly days: number;
  /** Every status in its own order, also those that nobody had. */
  readonly statuses: readonly StatusReturn[];
}

/**
 * The day before the last 30 days, the as-of day being the last of them: the end of day D − 30. Paused days are no days: they lie before
 * the 30 counted ones or between them. Undefined below 120 days of history.
 */
export function proofDay(historyDays: number, asOfDay: number, pauses: readonly Pause[]): number | undefined {
  if (historyDays < PROOF_HISTORY_DAYS) return undefined;
  return dayOfCounted(countedDay(asOfDay, pauses) - PROOF_DAYS + 1, pauses) - 1;
}

/** `status_returns` → the proof; undefined when nobody had a status yet. */
export async function readProof(database: Database, earlierDay: number): Promise<Proof | undefined> {
  const found = await database.rows<StatusReturn>(sql`
    select status,
           users,
           returned,
           returned_leavers as "returnedLeavers"
    from status_returns
    order by status`);
  if (found.length === 0) return undefined;
  return {
    asOf: isoOfDay(earlierDay),
    days: PROOF_DAYS,
    statuses: STATUSES.map(
      ({ name }) => found.find(({ status }) => status === name) ?? { status: name, users: 0, returned: 0, returnedLeavers: 0 },
    ),
  };
}
