/**
 * p-values adjusted for having looked at all of them: the false discovery rate of Benjamini and Hochberg (1995). The result
 * stands in the order of the input.
 */
export function adjustForManyTests(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((left, right) => right.p - left.p);
  const adjusted = new Array<number>(ps.length);
  let smallest = 1;
  order.forEach(({ p, index }, place) => {
    smallest = Math.min(smallest, (p * ps.length) / (ps.length - place));
    adjusted[index] = smallest;
  });
  return adjusted;
}
