import { join, type Sql, sql } from './sql.js';

/** A share as a fraction whose denominator divides 100, so that its type-7 quantile is exact in hundredths. */
export interface QuantileShare {
  readonly numerator: number;
  readonly denominator: 2 | 4 | 5 | 10 | 20;
  readonly column: Sql;
}

/**
 * Exact type-7 quantiles (linear interpolation, Hyndman & Fan 1996) of an integer column, in hundredths:
 * one row with a column per share, all null when there are no values. Order statistics come from
 * cumulative counts and are interpolated in integers: `quantile_cont` on DOUBLE can put an edge below equal
 * values, on DECIMAL it cuts to the column's scale.
 *
 * `values` is a query with one column `value`.
 */
export function quantilesQuery(values: Sql, shares: readonly QuantileShare[]): Sql {
  return sql`
    select ${join(
      shares.map((share) => sql`${quantile(share)} as ${share.column}`),
      sql`,
           `,
    )}
    from (
      select value,
             sum(users) over (order by value) as upto,
             sum(users) over () as total
      from (select value, count(*) as users from (${values}) as value_rows group by value) as value_counts
    ) as cumulative_counts`;
}

/** lo·(100 − r) + hi·r, with r the hundredths of the position (n − 1)·share above the lower order statistic. */
function quantile(share: QuantileShare): Sql {
  const position = sql`(total - 1) * ${share.numerator}`;
  const lower = sql`min(value) filter (where upto > (${position}) // ${share.denominator})`;
  const upper = sql`min(value) filter (where upto > (${position}) // ${share.denominator} + 1)`;
  const rest = sql`(max(${position}) % ${share.denominator} * ${100 / share.denominator})`;
  return sql`(${lower} * (100 - ${rest}) + coalesce(${upper}, 0) * ${rest})`;
}
