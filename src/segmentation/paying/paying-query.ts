import { type Sql, sql } from '../../sql/sql.js';

/** `paying` of a row of `users`: paid by an order with a positive amount, ever, or an open subscription; else by a trial that is not over. */
export function payingQuery(): Sql {
  return sql`case when has_paid_order or has_open_subscription then 'paid' when is_in_trial then 'trial' else 'free' end`;
}
