import { unitsOf } from '../../sql/functions.js';
import { quantilesQuery } from '../../sql/quantile-query.js';
import { ident, join, type Sql, sql } from '../../sql/sql.js';
import { isMoneyDecisive, type RfmMetric, type RfmModel, scoresOf } from './rfm-model.js';

/** What recency and frequency count: order rows and orders, or without any order active days. */
export type RfmBasis = 'orders' | 'activity';

export interface RfmSettings {
  readonly asOfDay: Sql;
  readonly basis: RfmBasis;
  readonly scoring: 'auto' | 'quantile';
  readonly model: RfmModel;
  /** Decimals of money; monetary is compared in whole units of the last one. */
  readonly moneyScale: number;
}

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
 * `users` → one row with `recency_edge_1` …, `frequency_edge_1` …, `monetary_edge_1` …: cut points in hundredths of a day, of an
 * order, of the smallest unit of money, null where quantiles are asked for and nobody is scored; and `is_frequency_split`: frequency
 * is scored among the users above the first edge (the first two quantiles coincide and somebody lies above them).
 */
export function rfmEdgesQuery(settings: RfmSettings): Sql {
  const { model, scoring, basis } = settings;
  const canSplit = scoring === 'auto' && model.scales.frequency.edges === null && edgeNumbers(model, 'frequency').length > 1;
  const frequency = canSplit
    ? sql`frequency_quantiles as (${edgesQuery('frequency', settings)}),
     upper_quantiles as (${upperQuantilesQuery(model)}),
     frequency_edges as (${splitFrequencyQuery(model)})`
    : sql`frequency_edges as (${edgesQuery('frequency', settings)})`;
  return sql`
with rfm_metrics as (${rfmMetricsQuery(sql`users`, settings)}),
     recency_edges as (${edgesQuery('recency', settings)}),
     ${frequency},
     monetary_edges as (${basis === 'activity' ? noEdgesQuery(model, 'monetary') : edgesQuery('monetary', settings)})
select *${canSplit ? sql`` : sql`, false as is_frequency_split`}
from recency_edges
cross join frequency_edges
cross join monetary_edges`;
}

/** Edges of an earlier run in place of measured ones: the same relation from the values of each metric (null: none). */
export function frozenEdgesQuery(
  model: RfmModel,
  edges: Readonly<Record<RfmMetric, readonly bigint[] | null>>,
  isFrequencySplit: boolean,
): Sql {
  const columns = (Object.keys(METRIC_COLUMNS) as RfmMetric[]).flatMap((metric) =>
    edgeNumbers(model, metric).map((number) => edgeValue(edges[metric]?.[number - 1], metric, number)),
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
  const { model } = settings;
  const monetaryScore =
    settings.basis === 'activity' ? sql`null::integer` : sql`case when is_scored then 1 + ${edgesBelow('monetary', model)} end`;
  return sql`
    select *,
           case when is_scored then concat(recency_score, frequency_score, monetary_score) end as rfm_score,
           ${segmentCase(model)} as rfm_segment
    from (
      select *,
             case when is_scored then ${model.scales.recency.scores} - (${edgesBelow('recency', model)}) end as recency_score,
             case when is_scored then 1 + ${edgesBelow('frequency', model)} end as frequency_score,
             ${monetaryScore} as monetary_score
      from (${rfmMetricsQuery(source, settings)}) as rfm_metrics
      cross join rfm_edges
    ) as scores`;
}

/** How many of a metric's edges lie strictly below the user's value. */
function edgesBelow(metric: RfmMetric, model: RfmModel): Sql {
  return join(
    edgeNumbers(model, metric).map((number) => sql`(100 * ${METRIC_COLUMNS[metric]} > ${edge(metric, number)})::integer`),
    sql` + `,
  );
}

const METRIC_COLUMNS = { recency: sql`recency_days`, frequency: sql`rfm_frequency`, monetary: sql`monetary_units` } as const;

const edge = (metric: RfmMetric, number: number): Sql => ident(`${metric}_edge_${number}`);

/** One edge fewer than scores, from 1. */
function edgeNumbers(model: RfmModel, metric: RfmMetric): number[] {
  return scoresOf(model, metric).slice(0, -1);
}

function edgeValue(hundredths: bigint | undefined, metric: RfmMetric, number: number): Sql {
  return sql`${hundredths === undefined ? null : String(hundredths)}::hugeint as ${edge(metric, number)}`;
}

/** The edges of one metric: its own cut points, or the quantiles that make equal shares. */
function edgesQuery(metric: RfmMetric, { model, moneyScale }: RfmSettings): Sql {
  const { edges, scores } = model.scales[metric];
  if (edges !== null) {
    const units = metric === 'monetary' ? 10n ** BigInt(moneyScale) : 1n;
    return edgeList(edges.map((hundredths, index) => edgeValue(hundredths * units, metric, index + 1)));
  }
  return quantilesQuery(
    sql`select ${METRIC_COLUMNS[metric]} as value from rfm_metrics where is_scored`,
    edgeNumbers(model, metric).map((number) => ({ numerator: number, denominator: scores, column: edge(metric, number) })),
  );
}

function noEdgesQuery(model: RfmModel, metric: RfmMetric): Sql {
  return edgeList(edgeNumbers(model, metric).map((number) => edgeValue(undefined, metric, number)));
}

function edgeList(columns: readonly Sql[]): Sql {
  return sql`
    select ${join(
      columns,
      sql`,
           `,
    )}`;
}

/** The quantiles of the frequencies above the first edge: one score fewer shares them. */
function upperQuantilesQuery(model: RfmModel): Sql {
  return quantilesQuery(
    sql`
        select rfm_frequency as value
        from rfm_metrics
        cross join frequency_quantiles
        where is_scored
          and 100 * rfm_frequency > ${edge('frequency', 1)}`,
    edgeNumbers(model, 'frequency')
      .slice(0, -1)
      .map((number) => ({ numerator: number, denominator: model.scales.frequency.scores - 1, column: ident(`upper_edge_${number}`) })),
  );
}

function splitFrequencyQuery(model: RfmModel): Sql {
  const isSplit = sql`coalesce(${edge('frequency', 1)} = ${edge('frequency', 2)} and upper_edge_1 is not null, false)`;
  const split = edgeNumbers(model, 'frequency')
    .slice(1)
    .map(
      (number) => sql`,
           case when ${isSplit} then ${ident(`upper_edge_${number - 1}`)} else ${edge('frequency', number)} end as ${edge('frequency', number)}`,
    );
  return sql`
    select ${edge('frequency', 1)}${join(split, sql``)},
           ${isSplit} as is_frequency_split
    from frequency_quantiles
    cross join upper_quantiles`;
}

/** The cells of the model as one CASE, a frequency score a line. */
function segmentCase(model: RfmModel): Sql {
  const rows = scoresOf(model, 'frequency').toReversed();
  const lines = rows.map((frequency) => {
    const cells = scoresOf(model, 'recency').map(
      (recency) => sql` when ${recency} then ${cellSegment(model, model.cells[recency - 1]?.[frequency - 1] ?? [])}`,
    );
    return sql`
            when ${frequency} then case recency_score${join(cells, sql``)} end`;
  });
  return sql`case when not is_scored then case when was_scorable then 'lost' else 'prospects' end
            else case frequency_score${join(lines, sql``)} end
       end`;
}

/** One name, or a name by the monetary score. */
function cellSegment(model: RfmModel, names: readonly string[]): Sql {
  const [first = ''] = names;
  if (!isMoneyDecisive(model) || names.every((name) => name === first)) return sql`${first}`;
  return sql`case monetary_score${join(
    names.map((name, index) => sql` when ${index + 1} then ${name}`),
    sql``,
  )} end`;
}
