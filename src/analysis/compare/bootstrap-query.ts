import { stableHash } from '../../sql/functions.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';

export interface BootstrapSettings {
  /** One column `value` of whole numbers, at most `LARGEST_BOOTSTRAPPED` away from 0: the users of both groups together. */
  readonly values: Sql;
  /** Of the first group among both. */
  readonly share: number;
  readonly replicates: number;
  /** Tells this bootstrap from every other. */
  readonly seed: string;
}

/** Values are cut to so many steps, which is fine beside their spread, and few to draw. */
export const LARGEST_BOOTSTRAPPED = 10_000;

/** A Mersenne prime: products of two smaller numbers fit into 64 bits. */
const PRIME = 2_147_483_647;
/** Up to this mean a Poisson number is read off its distribution, above it made from a normal one. */
const LARGEST_TABLED_MEAN = 6;
const TABLED_COUNTS = 20;
/** What rounding and the correction for skewness add to the variance. */
const ADDED_VARIANCE = 5 / 36;
const COEFFICIENTS = ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3'] as const;

/**
 * A Poisson bootstrap of two groups under no difference: `replicates` rows with the weight, the weighted sum and the weighted sum of
 * squares of each group (`weight_a, sum_a, squares_a, weight_b …`, as text), both drawn from the users of both. The histogram of the values
 * is drawn from, which is exact: c equal values together weigh Poisson(c · share).
 *
 * The random numbers are our own: md5 gives every value its seed and every replicate its coefficients, and a polynomial of the third
 * degree modulo a prime mixes them, any four draws independent (Wegman and Carter 1981), so no version of the engine changes them.
 */
export function bootstrapQuery(settings: BootstrapSettings): Sql {
  return sql`
with histogram as (${histogram(settings)}),
     replicates as (${replicates(settings)}),
     draws as (${draws()}),
     weights as (${weights()})
select replicate,
       sum(weight_a)::varchar as weight_a,
       sum(weight_a * value)::varchar as sum_a,
       sum(weight_a * value * value)::varchar as squares_a,
       sum(weight_b)::varchar as weight_b,
       sum(weight_b * value)::varchar as sum_b,
       sum(weight_b * value * value)::varchar as squares_b
from weights
group by replicate
order by replicate`;
}

/** A number below the prime. */
const seedOf = (text: Sql): Sql => sql`${stableHash(text)} % ${PRIME}`;

/** Distinct values, how many users have each, its seed, and where its chances of 0, 1, 2 … end. */
function histogram({ values, share, seed }: BootstrapSettings): Sql {
  const ends = SIDES.flatMap((side) =>
    Array.from(
      { length: TABLED_COUNTS },
      (_, count) => sql`,
           ${CHANCES[side]}[${count + 1}] as ${endOf(side, count)}`,
    ),
  );
  return sql`
    select value,
           rate_a,
           rate_b,
           seed${join(ends, sql``)}
    from (
      select *,
             ${chances(sql`rate_a`)} as chances_a,
             ${chances(sql`rate_b`)} as chances_b
      from (
        select value,
               count(*) * ${share}::double as rate_a,
               count(*) * ${1 - share}::double as rate_b,
               ${seedOf(sql`concat(${seed}, '|value|', value)`)} as seed
        from (${values}) as value_rows
        group by value
      ) as value_counts
    ) as value_chances`;
}

const SIDES = ['a', 'b'] as const;
type Side = (typeof SIDES)[number];
const CHANCES = { a: sql`chances_a`, b: sql`chances_b` } as const;

/** Below this a draw is so many of a value at most. Columns, as lists are ten times slower. */
const endOf = (side: Side, count: number): Sql => ident(`end_${side}_${count}`);

function chances(rate: Sql): Sql {
  return sql`case when ${rate} <= ${LARGEST_TABLED_MEAN} then list_transform(
               range(0, ${TABLED_COUNTS}),
               lambda count: exp(-${rate}) * list_sum(
                 list_transform(range(0, count + 1), lambda part: pow(${rate}, part) / factorial(part::integer))
               )
             ) end`;
}

function replicates({ replicates: count, seed }: BootstrapSettings): Sql {
  const coefficients = COEFFICIENTS.map(
    (name) => sql`,
           ${seedOf(sql`concat(${seed}, '|', ${name}, '|', replicate)`)} as ${columns[name]}`,
  );
  return sql`
    select replicate${join(coefficients, sql``)}
    from range(0, ${count}) as numbers(replicate)`;
}

const columns = {
  a0: sql`a0`,
  a1: sql`a1`,
  a2: sql`a2`,
  a3: sql`a3`,
  b0: sql`b0`,
  b1: sql`b1`,
  b2: sql`b2`,
  b3: sql`b3`,
} as const;

/** Two numbers of [0, 1) a value and replicate. */
function draws(): Sql {
  const mixed = (side: Side): Sql => {
    const [c0, c1, c2, c3] = [columns[`${side}0`], columns[`${side}1`], columns[`${side}2`], columns[`${side}3`]];
    return sql`(((((${c3} * seed + ${c2}) % ${PRIME}) * seed + ${c1}) % ${PRIME}) * seed + ${c0}) % ${PRIME}`;
  };
  return sql`
    select histogram.*,
           replicate,
           (${mixed('a')}) / ${PRIME}::double as draw_a,
           (${mixed('b')}) / ${PRIME}::double as draw_b
    from histogram
    cross join replicates`;
}

function weights(): Sql {
  const turn = sql`${2 * Math.PI}::double * draw_b`;
  return sql`
    select replicate,
           value,
           ${poisson('a', sql`rate_a`, sql`draw_a`, sql`cos(${turn})`)} as weight_a,
           ${poisson('b', sql`rate_b`, sql`draw_b`, sql`sin(${turn})`)} as weight_b
    from draws`;
}

/** A Poisson number: from its distribution, or for a large mean a normal number corrected for skewness (Cornish and Fisher), rounded. */
function poisson(side: Side, rate: Sql, draw: Sql, direction: Sql): Sql {
  const tabled = Array.from(
    { length: TABLED_COUNTS },
    (_, count) => sql`
                when ${draw} < ${endOf(side, count)} then ${count}`,
  );
  const z = sql`sqrt(-2 * ln(1 - draw_a)) * ${direction}`;
  return sql`case${join(tabled, sql``)}
                when ${rate} <= ${LARGEST_TABLED_MEAN} then ${TABLED_COUNTS}
                else greatest(0, floor(${rate} + (pow(${z}, 2) - 1) / 6 + ${z} * sqrt(${rate} - ${ADDED_VARIANCE}::double) + 0.5))::bigint
           end`;
}
