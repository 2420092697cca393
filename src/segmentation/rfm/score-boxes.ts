import { isMoneyDecisive, RFM_METRICS, type RfmModel } from './rfm-model.js';

/** Scores from–to a metric, both included. */
export type Range = readonly [from: number, to: number];

/** Cells that lie together: ranges of R, F and, where money decides, M. */
export type ScoreBox = readonly Range[];

type Cell = readonly number[];

const LETTERS = RFM_METRICS.map((metric) => metric[0]?.toUpperCase() ?? '');

/** All cells of a model, R first, each with its segment. */
export function cellsOf(model: RfmModel): { readonly cell: Cell; readonly segment: string }[] {
  const hasMoney = isMoneyDecisive(model);
  return model.cells.flatMap((rows, recency) =>
    rows.flatMap((names, frequency) =>
      names.map((segment, monetary) => ({
        cell: hasMoney ? [recency + 1, frequency + 1, monetary + 1] : [recency + 1, frequency + 1],
        segment,
      })),
    ),
  );
}

/** The same cells as few boxes, none in two of them. */
export function boxesOf(cells: readonly Cell[]): ScoreBox[] {
  const axes = cells[0]?.length ?? 0;
  let boxes: ScoreBox[] = cells.map((cell) => cell.map((score): Range => [score, score]));
  for (let axis = 0; axis < axes; axis += 1) boxes = joined(boxes, axis);
  return boxes;
}

/** The least box that holds the cells; it may hold others too. */
export function boundsOf(cells: readonly Cell[]): ScoreBox {
  return (cells[0] ?? []).map((_, axis): Range => {
    const scores = cells.map((cell) => cell[axis] ?? 0);
    return [Math.min(...scores), Math.max(...scores)];
  });
}

/** `R1–2 F3 M4–5` */
export function boxText(box: ScoreBox, dash: string): string {
  return box.map(([from, to], axis) => `${LETTERS[axis]}${from === to ? from : `${from}${dash}${to}`}`).join(' ');
}

/** Boxes that differ along one axis only and touch there become one. */
function joined(boxes: readonly ScoreBox[], axis: number): ScoreBox[] {
  const byOthers = new Map<string, ScoreBox[]>();
  for (const box of boxes) {
    const key = box.filter((_, index) => index !== axis).join(' ');
    byOthers.set(key, [...(byOthers.get(key) ?? []), box]);
  }
  return [...byOthers.values()].flatMap((line) => {
    const sorted = line.toSorted((left, right) => (left[axis]?.[0] ?? 0) - (right[axis]?.[0] ?? 0));
    const done: ScoreBox[] = [];
    for (const box of sorted) {
      const last = done.at(-1);
      const [from, to] = box[axis] ?? [0, 0];
      if (last === undefined || (last[axis]?.[1] ?? 0) + 1 !== from) done.push(box);
      else done[done.length - 1] = last.map((range, index): Range => (index === axis ? [range[0], to] : range));
    }
    return done;
  });
}
