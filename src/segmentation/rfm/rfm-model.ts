import type { SegmentInfo } from '../segmentation.js';

/** What RFM measures, in the order of a score such as 543. */
export const RFM_METRICS = ['recency', 'frequency', 'monetary'] as const;
export type RfmMetric = (typeof RFM_METRICS)[number];

/** `rfm_score` has one digit a metric. */
export const MOST_SCORES = 9;

/** How a metric becomes a score from 1 to `scores`, the highest best. */
export interface MetricScale {
  readonly scores: number;
  /** Rising cut points, one fewer than scores, in hundredths of a day, an order, a unit of money; null: the quantiles that make equal shares. */
  readonly edges: readonly bigint[] | null;
}

export interface RfmSegmentInfo extends SegmentInfo {
  /** The same in active days, where nobody ordered. */
  readonly activity?: { readonly meaning: string; readonly action: string };
}

/** A way from scores to segments. Plain data; every combination of scores has exactly one segment. */
export interface RfmModel {
  readonly name: string;
  /** What it is, in one line. */
  readonly summary: string;
  readonly scales: Readonly<Record<RfmMetric, MetricScale>>;
  /** The scored ones, best first. */
  readonly segments: readonly RfmSegmentInfo[];
  /** Names by recency, frequency and monetary score, each from 1; one entry in the innermost list where money does not decide. */
  readonly cells: readonly (readonly (readonly string[])[])[];
}

/** The segments of users who are not scored, whatever the model. */
export const UNSCORED_SEGMENTS = [
  {
    name: 'lost',
    meaning: 'last order before the lookback',
    action: 'leave out of paid campaigns',
    activity: { meaning: 'last active before the lookback', action: 'leave out of paid campaigns' },
  },
  {
    name: 'prospects',
    meaning: 'never ordered',
    action: 'bring the first order',
    activity: { meaning: 'never active', action: 'bring the first visit' },
  },
] as const satisfies readonly RfmSegmentInfo[];

/** Every segment of a model in reading order: the scored ones, then the two unscored. */
export function rfmSegments(model: RfmModel): readonly RfmSegmentInfo[] {
  return [...model.segments, ...UNSCORED_SEGMENTS];
}

/** Whether the segment hangs on the monetary score too. */
export function isMoneyDecisive({ cells }: RfmModel): boolean {
  return cells.some((row) => row.some((names) => names.length > 1));
}

/** The segment of three scores, each from 1 (worst). */
export function rfmSegmentOf(model: RfmModel, recency: number, frequency: number, monetary: number): string {
  const names = model.cells[recency - 1]?.[frequency - 1];
  const segment = isMoneyDecisive(model) ? names?.[monetary - 1] : names?.[0];
  if (segment === undefined) throw new RangeError(`no cell R${recency} F${frequency} M${monetary}`);
  return segment;
}

/** The scores of a metric, from 1. */
export function scoresOf({ scales }: RfmModel, metric: RfmMetric): number[] {
  return Array.from({ length: scales[metric].scores }, (_, index) => index + 1);
}

/** Equal shares for every metric. */
export function evenScales(scores: number): RfmModel['scales'] {
  const scale = { scores, edges: null };
  return { recency: scale, frequency: scale, monetary: scale };
}

/** Cells from a picture of the R × F grid: rows from the highest frequency score down, columns from R1 up. */
export function cellsOfPicture(picture: readonly (readonly string[])[]): RfmModel['cells'] {
  const rows = picture.toReversed();
  return (rows[0] ?? []).map((_, recency) => rows.map((row) => [row[recency] ?? '']));
}
