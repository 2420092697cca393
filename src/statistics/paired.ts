import { binomialAtMost, chiSquareTail } from './distributions.js';

/** Below as many movers the exact test decides. */
const FEW_MOVERS = 25;

/** Whether as many left a segment as entered it (McNemar 1947): exact for few movers. Two-sided; 1 when nobody moved. */
export function mcnemarTest(left: number, entered: number): { readonly p: number; readonly isExact: boolean } {
  const movers = left + entered;
  if (movers < FEW_MOVERS) return { p: exactMcnemar(left, entered), isExact: true };
  return { p: chiSquareTail((left - entered) ** 2 / movers, 1), isExact: false };
}

/** The same by the binomial distribution, for any number of movers. */
export function exactMcnemar(left: number, entered: number): number {
  return Math.min(1, 2 * binomialAtMost(Math.min(left, entered), left + entered, 0.5));
}

export interface HomogeneityTest {
  readonly chiSquare: number;
  readonly df: number;
  readonly p: number;
}

/**
 * Whether the sizes of segments changed, from a square table of movers, rows from and columns to (Stuart 1955, Maxwell 1970). Segments that
 * nobody entered or left are left out. Where no moves lead from some segments to the others, each such part is tested by itself: the sums
 * of chi-squares and of degrees of freedom. Undefined when nobody moved.
 */
export function stuartMaxwell(table: readonly (readonly number[])[]): HomogeneityTest | undefined {
  const cell = (row: number, column: number): number => table[row]?.[column] ?? 0;
  const all = table.map((_, index) => index);
  const from = (row: number): number => all.reduce((sum, column) => sum + cell(row, column), 0);
  const to = (column: number): number => all.reduce((sum, row) => sum + cell(row, column), 0);
  const moved = all.filter((index) => from(index) + to(index) > 2 * cell(index, index));
  // Of every part one size follows from the others.
  const kept = moved.filter((index) => connectedTo(index, moved, cell).some((other) => other > index));
  if (kept.length === 0) return undefined;
  const differences = kept.map((index) => from(index) - to(index));
  const covariances = kept.map((row) =>
    kept.map((column) => (row === column ? from(row) + to(row) - 2 * cell(row, row) : -(cell(row, column) + cell(column, row)))),
  );
  const solution = solve(covariances, differences);
  const chiSquare = differences.reduce((sum, difference, index) => sum + difference * (solution[index] ?? 0), 0);
  return { chiSquare, df: kept.length, p: chiSquareTail(chiSquare, kept.length) };
}

/** The places that moves lead to, in whatever direction and over whatever others, itself among them. */
function connectedTo(start: number, places: readonly number[], cell: (row: number, column: number) => number): number[] {
  const found = [start];
  for (const from of found) found.push(...places.filter((to) => !found.includes(to) && cell(from, to) + cell(to, from) > 0));
  return found;
}

/** Solves a system with a positive definite matrix by elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  const size = rows.length;
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++) if (Math.abs(at(row, pivot)) > Math.abs(at(best, pivot))) best = row;
    [rows[pivot], rows[best]] = [rows[best] ?? [], rows[pivot] ?? []];
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = at(row, pivot) / at(pivot, pivot);
      rows[row] = (rows[row] ?? []).map((value, column) => value - factor * at(pivot, column));
    }
  }
  return rows.map((_, row) => at(row, size) / at(row, row));
}
