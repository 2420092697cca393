import type { RfmModel } from '../../segmentation/rfm/rfm-model.js';
import { boundsOf, boxesOf, boxText, cellsOf } from '../../segmentation/rfm/score-boxes.js';

/** More areas than this are told by the least ranges that hold them all. */
const MOST_BOXES = 2;

/** Which scores give a segment: `R1–2 F3–4`, or where there is more to it `within R3–5 F4–5 M4–5`; empty for the unscored. */
export function rfmPlace(model: RfmModel, segment: string, dash: string): string {
  const cells = cellsOf(model).flatMap((one) => (one.segment === segment ? [one.cell] : []));
  if (cells.length === 0) return '';
  const boxes = boxesOf(cells);
  if (boxes.length <= MOST_BOXES) return boxes.map((box) => boxText(box, dash)).join(', ');
  return `within ${boxText(boundsOf(cells), dash)}`;
}
