import { join, type Sql, sql } from './sql.js';

/** A share as a fraction. */
export interface QuantileShare {
  readonly numerator: number;
  /** Up to 20: so a quantile between two integers, rounded to hundredths, is still between them. */
  readonly denominator: number;
  readonly column: Sql;
}

/**
 * Type-7 quantiles (linear interpolation, Hyndman & Fan 1996) of an integer column, in hundredths: one row with a column per
 * share, all null when there are no values. They are exact where the denominator divides 100, and elsewhere rounded half up, which
 * moves none of them onto or over an integer: whatever integer was above stays above. Order statistics come from
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
  const part = sql`max(${position}) % ${share.denominator}`;
  if (100 % share.denominator !== 0) return roundedQuantile(lower, upper, part, share.denominator);
  const rest = sql`(${part} * ${100 / share.denominator})`;
  return sql`(${lower} * (100 - ${rest}) + coalesce(${upper}, 0) * ${rest})`;
}

/** lo·100 + (hi − lo)·100·part/denominator; the whole and the rest of the division apart, so that large values don't overflow. */
function roundedQuantile(lower: Sql, upper: Sql, part: Sql, denominator: number): Sql {
  const step = sql`(coalesce(${upper}, ${lower}) - ${lower})`;
  return sql`(${lower} * 100 + ${step} // ${denominator} * 100 * (${part}) + (${step} % ${denominator} * (${part}) * 200 + ${denominator}) // ${2 * denominator})`;
}
