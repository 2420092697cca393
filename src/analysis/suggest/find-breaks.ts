import type { RfmMetric } from '../../segmentation/rfm/rfm-model.js';
import { naturalBreaks, squaresWithin, type WeightedValue } from '../../statistics/natural-breaks.js';
import { moneyText } from '../classify/decimal-edge.js';

/** A row of `metricValuesQuery`. */
export interface MetricValue {
  readonly least: string;
  readonly most: string;
  readonly middle: number;
  readonly users: number;
  readonly halfUsers: number;
}

export interface BreakClass {
  readonly least: string;
  readonly most: string;
  readonly users: number;
}

/** Natural breaks of a metric beside the edges in use. */
export interface MetricBreaks {
  readonly metric: RfmMetric;
  readonly users: number;
  readonly isLogarithmic: boolean;
  /** Groups of values that the cut was found among. */
  readonly groups: number;
  readonly wantedClasses: number;
  /** By rising value. */
  readonly classes: readonly BreakClass[];
  /** Upper ends of all classes but the last: rising cut points. */
  readonly edges: readonly string[];
  /** The same of each half of the users: as sure as they agree. */
  readonly halves: readonly [readonly string[], readonly string[]];
  /** Share of the spread that lies between classes and not within them. */
  readonly explained: number;
  readonly inUse: {
    readonly edges: readonly string[];
    readonly explained: number;
    /** Some coincide: the scores between them are nobody's. */
    readonly isCollapsed: boolean;
    /** Users of each score, from the lowest value. */
    readonly users: readonly number[];
  } | null;
}

/** Fewer users make no classes. */
export const LEAST_BROKEN_USERS = 50;

/** The cut into as many classes as there are scores. Money is cut by its logarithm, like counts that reach far above the usual one. */
export function findBreaks(
  metric: RfmMetric,
  rows: readonly MetricValue[],
  { scores, edgesInUse }: { readonly scores: number; readonly edgesInUse: readonly string[] | null },
): MetricBreaks {
  const values = metric === 'monetary' ? rows.map((row) => ({ ...row, least: moneyText(row.least), most: moneyText(row.most) })) : rows;
  const isLogarithmic = metric !== 'recency';
  const scale = (value: number): number => (isLogarithmic ? Math.log1p(Math.max(0, value)) : value);
  const cut = (weight: (value: MetricValue) => number): string[] => {
    const weighted = weigh(values, scale, weight);
    return naturalBreaks(weighted, scores)
      .classes.slice(0, -1)
      .map(({ to }) => mostOf(values, scale, to));
  };
  const weighted = weigh(values, scale, ({ users }) => users);
  const spread = squaresWithin(weighted, []);
  const explained = (within: number): number => (spread === 0 ? 1 : 1 - within / spread);
  const found = naturalBreaks(weighted, scores);
  const edges = found.classes.slice(0, -1).map(({ to }) => mostOf(values, scale, to));
  const users = values.reduce((sum, value) => sum + value.users, 0);
  const bounds = edgesInUse?.map(Number) ?? [];
  return {
    metric,
    users,
    isLogarithmic,
    groups: values.length,
    wantedClasses: scores,
    classes: found.classes.map(({ from, to }) => classOf(values, scale, from, to)),
    edges,
    halves: [cut(({ halfUsers }) => halfUsers), cut(({ users: all, halfUsers }) => all - halfUsers)],
    explained: explained(found.within),
    inUse:
      edgesInUse === null
        ? null
        : {
            edges: edgesInUse,
            explained: explained(squaresWithin(weighted, bounds.map(scale))),
            isCollapsed: new Set(bounds).size < bounds.length,
            users: [...bounds, Number.POSITIVE_INFINITY].map((bound, index) =>
              values.reduce(
                (sum, value) =>
                  value.middle > (bounds[index - 1] ?? Number.NEGATIVE_INFINITY) && value.middle <= bound ? sum + value.users : sum,
                0,
              ),
            ),
          },
  };
}

function weigh(values: readonly MetricValue[], scale: (value: number) => number, weight: (value: MetricValue) => number): WeightedValue[] {
  return values.map((value) => ({ value: scale(value.middle), weight: weight(value) })).filter(({ weight: one }) => one > 0);
}

function mostOf(values: readonly MetricValue[], scale: (value: number) => number, to: number): string {
  return values.find(({ middle }) => scale(middle) === to)?.most ?? '';
}

function classOf(values: readonly MetricValue[], scale: (value: number) => number, from: number, to: number): BreakClass {
  const inside = values.filter(({ middle }) => scale(middle) >= from && scale(middle) <= to);
  return {
    least: inside[0]?.least ?? '',
    most: inside.at(-1)?.most ?? '',
    users: inside.reduce((sum, { users }) => sum + users, 0),
  };
}
