import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { metricColumn, RATIO_BELOW } from './compared-users-query.js';
import type { Metric } from './metrics.js';

/** Values up to here can be cubed and summed over ten million users in 128 bits. */
const LARGEST_CUBED = 10_000_000_000n;

/** Metrics whose spread counts, not only their sum. */
export const hasSpread = ({ kind }: Metric): boolean => kind === 'mean' || kind === 'ratio';

/** `compared_users` → one row: the largest absolute value of every metric with a spread, as text. */
export function largestQuery(metrics: readonly Metric[]): Sql {
  return sql`
select ${join(
    metrics.map(({ name }) => sql`coalesce(max(abs(${metricColumn(name)})), 0)::varchar as ${ident(name)}`),
    sql`,
       `,
  )}
from compared_users`;
}

/** What a metric's values are divided by before they are squared and cubed: 1 for everyday sizes, so that the moments are exact. */
export function momentDivisor(largest: bigint): bigint {
  return largest <= LARGEST_CUBED ? 1n : largest / LARGEST_CUBED + 1n;
}

/** A metric and the divisor of its moments. */
export interface MeasuredMetric extends Metric {
  readonly momentDivisor: bigint;
}

/**
 * `compared_users` → per `place` and `layer` the users, and of every metric `n` (users it is about) and `total` (exact sum); with a
 * spread also `s1, s2, s3`, sums of the powers of value // divisor, and for the ratio the sums with what it is divided by. All whole
 * numbers as text, so that no thread count and no order changes a digit.
 */
export function momentsQuery(metrics: readonly MeasuredMetric[]): Sql {
  const columns = metrics.flatMap((metric) => sumsOf(metric).map(({ name, value }) => sql`${value}::varchar as ${ident(name)}`));
  return sql`
select place,
       layer,
       count(*) as users${join(
         columns.map(
           (column) => sql`,
       ${column}`,
         ),
         sql``,
       )}
from compared_users
group by place, layer
order by place, layer`;
}

interface NamedSum {
  readonly name: string;
  readonly value: Sql;
}

function sumsOf(metric: MeasuredMetric): NamedSum[] {
  const value = metricColumn(metric.name);
  const sum = (suffix: string, of: Sql): NamedSum => ({ name: `${metric.name}.${suffix}`, value: sql`coalesce(sum(${of}), 0)` });
  const counts = [{ name: `${metric.name}.n`, value: sql`count(${value})` }, sum('total', value)];
  if (metric.kind === 'median') return counts.slice(0, 1);
  if (!hasSpread(metric)) return counts;
  const x = sql`(${value} // ${metric.momentDivisor})::hugeint`;
  const moments = [...counts, sum('s1', x), sum('s2', sql`${x} * ${x}`), sum('s3', sql`${x} * ${x} * ${x}`)];
  if (metric.kind !== 'ratio') return moments;
  const below = sql`case when ${value} is not null then ${RATIO_BELOW} end`;
  return [...moments, sum('below', below), sum('below2', sql`${below}::hugeint * ${below}`), sum('cross', sql`${x} * ${below}`)];
}
