import { unitsOf } from '../../sql/functions.js';
import { quantilesQuery } from '../../sql/quantile-query.js';
import { type Sql, sql } from '../../sql/sql.js';

/**
 * `users` → one row `value_edge_50, value_edge_80, value_edge_95`: type-7 quantiles of money over users with an
 * order in the lookback, in hundredths of the smallest unit of money; null where nobody has one.
 */
export function valueEdgesQuery(moneyScale: number): Sql {
  return quantilesQuery(
    sql`
        select ${unitsOf(sql`coalesce(monetary, 0)`, moneyScale)} as value
        from users
        where frequency > 0`,
    [
      { numerator: 1, denominator: 2, column: sql`value_edge_50` },
      { numerator: 4, denominator: 5, column: sql`value_edge_80` },
      { numerator: 19, denominator: 20, column: sql`value_edge_95` },
    ],
  );
}

/** `value_tier` of a row with the RFM metrics and the `value_edges`; none without an order in the lookback. */
export function valueTierQuery(): Sql {
  return sql`case when monetary_units is null or not is_scored then 'none'
                when 100 * monetary_units > value_edge_95 then 'top'
                when 100 * monetary_units > value_edge_80 then 'high'
                when 100 * monetary_units > value_edge_50 then 'mid'
                else 'low'
           end`;
}
