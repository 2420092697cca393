import type { TransactionNames } from '../analysis/suggest/recovery/recovery-queries.js';
import { COMPLETED_EVENTS, STARTED_EVENTS } from '../config/recipes/transaction-recovery.js';
import type { Database } from '../engine/database.js';
import { isSameEvent } from '../events/event-roles.js';
import { sql } from '../sql/sql.js';

/** `event_days` → the names that start and complete a transaction in the recipe `transaction-recovery`, as the files have them; undefined where one of both is missing. */
export async function findTransactionNames(database: Database): Promise<TransactionNames | undefined> {
  const rows = await database.rows<{ event: string }>(sql`select distinct event from event_days order by event`);
  const among = (given: readonly string[]): string[] =>
    rows.map(({ event }) => event).filter((event) => given.some((name) => isSameEvent(name, event)));
  const [started, completed] = [among(STARTED_EVENTS), among(COMPLETED_EVENTS)];
  return started.length === 0 || completed.length === 0 ? undefined : { started, completed };
}
