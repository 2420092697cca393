import { type Sql, sql } from '../../sql/sql.js';

/** `paying` of a row of `users`, from orders alone: paid = an order with a positive amount, ever. */
export function payingQuery(): Sql {
  return sql`case when has_paid_order then 'paid' else 'free' end`;
}
