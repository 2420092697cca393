/** A value and how often it stands there; any weight above zero. */
export interface WeightedValue {
  readonly value: number;
  readonly weight: number;
}

/** Values that belong together, from the least to the greatest. */
export interface NaturalClass {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

export interface NaturalBreaks {
  /** By rising value; fewer than asked for when there are fewer different values. */
  readonly classes: readonly NaturalClass[];
  /** Sum of weighted squares within the classes: no other cut makes it smaller. */
  readonly within: number;
}

/** Sums up to a place, so that the squares of any range cost three differences. */
interface Sums {
  readonly values: readonly WeightedValue[];
  readonly weights: Float64Array;
  readonly first: Float64Array;
  readonly squares: Float64Array;
}

/**
 * The cut of values into so many classes that has the least sum of squares within them, exactly (Fisher 1958): dynamic programming, each
 * layer by divide and conquer, as the best place to cut never moves down while the range grows. O(classes · n · log n) for n different values.
 */
export function naturalBreaks(values: readonly WeightedValue[], classes: number): NaturalBreaks {
  const sums = sumUp(values);
  const n = sums.values.length;
  const wanted = Math.min(classes, n);
  if (wanted < 1) return { classes: [], within: 0 };
  let best = Float64Array.from({ length: n }, (_, index) => squaresOf(sums, 0, index));
  const cuts: Int32Array[] = [];
  for (let layer = 1; layer < wanted; layer += 1) {
    const next = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    const cut = new Int32Array(n);
    fillLayer({ sums, layer, before: best, next, cut }, { from: layer, to: n - 1, least: layer, most: n - 1 });
    best = next;
    cuts.push(cut);
  }
  return { classes: classesOf(sums, cuts), within: best[n - 1] ?? 0 };
}

/** The sum of weighted squares within the classes that rising edges make: a value on an edge is below it. */
export function squaresWithin(values: readonly WeightedValue[], edges: readonly number[]): number {
  const sums = sumUp(values);
  let from = 0;
  let within = 0;
  for (const edge of [...edges, Number.POSITIVE_INFINITY]) {
    const after = sums.values.findIndex(({ value }, index) => index >= from && value > edge);
    const to = after === -1 ? sums.values.length : after;
    if (to > from) within += squaresOf(sums, from, to - 1);
    from = to;
  }
  return within;
}

function sumUp(given: readonly WeightedValue[]): Sums {
  const merged = new Map<number, number>();
  for (const { value, weight } of given) merged.set(value, (merged.get(value) ?? 0) + weight);
  const values = [...merged].map(([value, weight]) => ({ value, weight })).sort((a, b) => a.value - b.value);
  // Squares of values far from zero would cancel each other to noise.
  const middle = values[Math.floor(values.length / 2)]?.value ?? 0;
  const weights = new Float64Array(values.length + 1);
  const first = new Float64Array(values.length + 1);
  const squares = new Float64Array(values.length + 1);
  for (const [index, { value, weight }] of values.entries()) {
    const x = value - middle;
    weights[index + 1] = (weights[index] ?? 0) + weight;
    first[index + 1] = (first[index] ?? 0) + weight * x;
    squares[index + 1] = (squares[index] ?? 0) + weight * x * x;
  }
  return { values, weights, first, squares };
}

/** The squares of the values from one place to another, both included, around their mean. */
function squaresOf({ weights, first, squares }: Sums, from: number, to: number): number {
  if (from === to) return 0;
  const part = (sums: Float64Array): number => (sums[to + 1] ?? 0) - (sums[from] ?? 0);
  return Math.max(0, part(squares) - part(first) ** 2 / part(weights));
}

interface Layer {
  readonly sums: Sums;
  readonly layer: number;
  readonly before: Float64Array;
  readonly next: Float64Array;
  /** Where the last class begins. */
  readonly cut: Int32Array;
}

function fillLayer(
  { sums, layer, before, next, cut }: Layer,
  { from, to, least, most }: { readonly from: number; readonly to: number; readonly least: number; readonly most: number },
): void {
  if (from > to) return;
  const middle = Math.floor((from + to) / 2);
  for (let start = Math.max(least, layer); start <= Math.min(most, middle); start += 1) {
    const squares = (before[start - 1] ?? 0) + squaresOf(sums, start, middle);
    if (squares < (next[middle] ?? 0)) {
      next[middle] = squares;
      cut[middle] = start;
    }
  }
  const found = cut[middle] ?? layer;
  fillLayer({ sums, layer, before, next, cut }, { from, to: middle - 1, least, most: found });
  fillLayer({ sums, layer, before, next, cut }, { from: middle + 1, to, least: found, most });
}

function classesOf({ values, weights }: Sums, cuts: readonly Int32Array[]): NaturalClass[] {
  const classes: NaturalClass[] = [];
  let to = values.length - 1;
  for (let layer = cuts.length; layer >= 0; layer -= 1) {
    const from = layer === 0 ? 0 : (cuts[layer - 1]?.[to] ?? 0);
    classes.unshift({
      from: values[from]?.value ?? 0,
      to: values[to]?.value ?? 0,
      weight: (weights[to + 1] ?? 0) - (weights[from] ?? 0),
    });
    to = from - 1;
  }
  return classes;
}
