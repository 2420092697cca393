import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, boxesOf, boxText, type ScoreBox } from '../../../src/segmentation/rfm/score-boxes.js';

/** Every cell of some boxes, one by one. */
function cellsIn(boxes: readonly ScoreBox[]): string[] {
  return boxes.flatMap((box) => {
    let cells: number[][] = [[]];
    for (const [from, to] of box) {
      const scores = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      cells = cells.flatMap((cell) => scores.map((score) => [...cell, score]));
    }
    return cells.map((cell) => cell.join());
  });
}

const score = fc.integer({ min: 1, max: 5 });
const cells = fc.oneof(
  fc.uniqueArray(fc.tuple(score, score), { minLength: 1, selector: String }),
  fc.uniqueArray(fc.tuple(score, score, score), { minLength: 1, maxLength: 80, selector: String }),
);

describe('boxes of cells', () => {
  it('hold exactly the cells, each once, within the bounds', () => {
    fc.assert(
      fc.property(cells, (some) => {
        const wanted = some.map((cell) => cell.join()).sort();
        expect(cellsIn(boxesOf(some)).sort()).toEqual(wanted);
        const within = new Set(cellsIn([boundsOf(some)]));
        expect(wanted.every((cell) => within.has(cell))).toBe(true);
      }),
    );
  });

  it.each([
    [
      'R1-2 F3-4',
      [
        [1, 3],
        [1, 4],
        [2, 3],
        [2, 4],
      ],
    ],
    [
      'R2 F3, R3 F2',
      [
        [3, 2],
        [2, 3],
      ],
    ],
    [
      'R1-3 F1-2 M1',
      [
        [1, 1, 1],
        [1, 2, 1],
        [2, 1, 1],
        [2, 2, 1],
        [3, 1, 1],
        [3, 2, 1],
      ],
    ],
  ])('%s', (text, some) => {
    const boxes = boxesOf(some).map((box) => boxText(box, '-'));
    expect(boxes.sort().join(', ')).toBe(text);
  });
});
