import { type Sql, sql } from '../../sql/sql.js';

/** `buyer_type` of a row of `users`, by orders of all time. */
export function buyerTypeQuery(): Sql {
  return sql`case orders when 0 then 'never' when 1 then 'once' else 'repeat' end`;
}
