import { unitsOf } from '../../sql/functions.js';
import { quantilesQuery } from '../../sql/quantile-query.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { RFM_GRID } from './rfm.js';

/** What recency and frequency count: order rows and orders, or without any order active days. */
export type RfmBasis = 'orders' | 'activity';

export interface RfmSettings {
  readonly asOfDay: Sql;
  readonly basis: RfmBasis;
  readonly scoring: 'auto' | 'quantile';
  /** Decimals of money; monetary is compared in whole units of the last one. */
  readonly moneyScale: number;
}

const FIFTHS = [1, 2, 3, 4] as const;
const QUARTERS = [1, 2, 3] as const;

/**
 * A relation with the columns of `users` → the same rows with the metrics of PRODUCT §4 added: `recency_days`,
 * `rfm_frequency`, `monetary_units` (whole smallest units of money, null when activity is scored), `is_scored` and
 * `was_scorable` (would have been in a longer lookback).
 */
export function rfmMetricsQuery(source: Sql, { asOfDay, basis, moneyScale }: RfmSettings): Sql {
  if (basis === 'activity')
    return sql`
    select *,
           case when lookback_active_days > 0 then ${asOfDay} - last_active_day end as recency_days,
           lookback_active_days as rfm_frequency,
           null::hugeint as monetary_units,
           lookback_active_days > 0 as is_scored,
           active_days > 0 as was_scorable
    from ${source}`;
  return sql`
    select *,
           case when frequency > 0 then ${asOfDay} - newest_order_day end as recency_days,
           frequency as rfm_frequency,
           ${unitsOf(sql`coalesce(monetary, 0)`, moneyScale)} as monetary_units,
           frequency > 0 as is_scored,
           orders > 0 as was_scorable
    from ${source}`;
}

/**
 * `users` → one row with `recency_edge_1` … `monetary_edge_4`: cut points in hundredths of a day, of an
 * order, of the smallest unit of money, null where nobody is scored; and `is_frequency_split`: frequency is
 * scored among the users above the first edge (20 % and 40 % edges coincide and somebody lies above them).
 */
export function rfmEdgesQuery(settings: RfmSettings): Sql {
  const { scoring, basis } = settings;
  return sql`
with rfm_metrics as (${rfmMetricsQuery(sql`users`, settings)}),
     recency_edges as (${fifthsQuery('recency')}),
     frequency_fifths as (${fifthsQuery('frequency')}),
     frequency_quarters as (${frequencyQuartersQuery()}),
     frequency_edges as (${frequencyEdgesQuery(scoring)}),
     monetary_edges as (${basis === 'activity' ? NO_MONETARY_EDGES : fifthsQuery('monetary')})
select *
from recency_edges
cross join frequency_edges
cross join monetary_edges`;
}

/** Edges of an earlier run in place of measured ones: the same relation from four values a metric (null: none). */
export function frozenEdgesQuery(edges: Readonly<Record<Metric, readonly bigint[] | null>>, isFrequencySplit: boolean): Sql {
  const columns = (Object.keys(METRIC_COLUMNS) as Metric[]).flatMap((metric) =>
    FIFTHS.map((number) => sql`${String(edges[metric]?.[number - 1] ?? '') || null}::hugeint as ${edge(metric, number)}`),
  );
  return sql`
select ${join(
    columns,
    sql`,
       `,
  )},
       ${isFrequencySplit} as is_frequency_split`;
}

/**
 * A relation with the columns of `users`, and `rfm_edges` → the same rows with the metrics, scores and
 * `rfm_segment` added. R counts edges from above, F and M from below; equal values always share a score (PRODUCT §4).
 */
export function rfmQuery(source: Sql, settings: RfmSettings): Sql {
  const monetaryScore =
    settings.basis === 'activity' ? sql`null::integer` : sql`case when is_scored then 1 + ${edgesBelow('monetary')} end`;
  return sql`
    select *,
           case when is_scored then concat(recency_score, frequency_score, monetary_score) end as rfm_score,
           ${gridSegment()} as rfm_segment
    from (
      select *,
             case when is_scored then 5 - (${edgesBelow('recency')}) end as recency_score,
             case when is_scored then 1 + ${edgesBelow('frequency')} end as frequency_score,
             ${monetaryScore} as monetary_score
      from (${rfmMetricsQuery(source, settings)}) as rfm_metrics
      cross join rfm_edges
    ) as scores`;
}

/** How many of a metric's edges lie strictly below the user's value. */
function edgesBelow(metric: Metric): Sql {
  return join(
    FIFTHS.map((number) => sql`(100 * ${METRIC_COLUMNS[metric]} > ${edge(metric, number)})::integer`),
    sql` + `,
  );
}

const NO_MONETARY_EDGES = sql`
    select null::hugeint as monetary_edge_1,
           null::hugeint as monetary_edge_2,
           null::hugeint as monetary_edge_3,
           null::hugeint as monetary_edge_4`;

const METRIC_COLUMNS = { recency: sql`recency_days`, frequency: sql`rfm_frequency`, monetary: sql`monetary_units` } as const;
type Metric = keyof typeof METRIC_COLUMNS;

const edge = (metric: Metric, number: number): Sql => ident(`${metric}_edge_${number}`);

function fifthsQuery(metric: Metric): Sql {
  return quantilesQuery(
    sql`select ${METRIC_COLUMNS[metric]} as value from rfm_metrics where is_scored`,
    FIFTHS.map((number) => ({ numerator: number, denominator: 5, column: edge(metric, number) })),
  );
}

/** 25/50/75 % of the frequencies above the first edge. */
function frequencyQuartersQuery(): Sql {
  return quantilesQuery(
    sql`
        select rfm_frequency as value
        from rfm_metrics
        cross join frequency_fifths
        where is_scored
          and 100 * rfm_frequency > ${edge('frequency', 1)}`,
    QUARTERS.map((number) => ({ numerator: number, denominator: 4, column: ident(`quarter_${number}`) })),
  );
}

function frequencyEdgesQuery(scoring: 'auto' | 'quantile'): Sql {
  const isSplit =
    scoring === 'quantile' ? sql`false` : sql`coalesce(${edge('frequency', 1)} = ${edge('frequency', 2)} and quarter_1 is not null, false)`;
  const split = QUARTERS.map(
    (number) => sql`,
           case when ${isSplit} then ${ident(`quarter_${number}`)} else ${edge('frequency', number + 1)} end as ${edge('frequency', number + 1)}`,
  );
  return sql`
    select ${edge('frequency', 1)}${join(split, sql``)},
           ${isSplit} as is_frequency_split
    from frequency_fifths
    cross join frequency_quarters`;
}

/** The R × F grid as one CASE, a row of the grid a line. */
function gridSegment(): Sql {
  const rows = RFM_GRID.map((segments, row) => {
    const cells = segments.map((segment, column) => sql` when ${column + 1} then ${segment}`);
    return sql`
            when ${5 - row} then case recency_score${join(cells, sql``)} end`;
  });
  return sql`case when not is_scored then case when was_scorable then 'lost' else 'prospects' end
            else case frequency_score${join(rows, sql``)} end
       end`;
}
