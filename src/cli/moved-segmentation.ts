import { type FurtherSegmentation, fixedSegments, furtherName, parseFurther } from '../segmentation/further.js';
import { segmentationsOf } from '../segmentation/index.js';
import { OTHER, UNKNOWN } from '../segmentation/property/property.js';
import type { RfmModel } from '../segmentation/rfm/rfm-model.js';
import { parseOwn } from '../segmentation/rules/own-name.js';

/** The segmentation that users move in. */
export interface MovedSegmentation {
  readonly name: string;
  /** The column of members that holds it; that of an own segment is true for who is in it. */
  readonly column: string;
  /** Those that are known whatever the data hold, in reading order. */
  readonly segments: readonly string[];
  /** What must be made for it beside the segmentations there always are. */
  readonly further: readonly FurtherSegmentation[];
}

/** The segmentation of a name; the segments of `rfm` are those of the model. */
export function movedSegmentation(name: string, model: RfmModel): MovedSegmentation {
  const usual = segmentationsOf(model).find((one) => one.name === name);
  const known = { name, further: [] };
  if (usual !== undefined) return { ...known, column: usual.column, segments: usual.segments.map((segment) => segment.name) };
  const own = parseOwn(name);
  if (own !== undefined) return { ...known, column: own, segments: [own] };
  const further = parseFurther(name);
  if (further === undefined) throw new Error(`no segmentation ${name}`);
  return { ...known, column: furtherName(further), segments: fixedSegments(further, []) ?? [], further: [further] };
}

/** Segments in reading order with those that only the members have, largest first; of a property the folded ones last. */
export function withFoundSegments({ segments }: MovedSegmentation, found: readonly string[]): string[] {
  const folded = segments.length === 0 ? [OTHER, UNKNOWN] : [];
  const own = found.filter((segment) => !folded.includes(segment));
  return [...new Set([...segments, ...own, ...folded.filter((segment) => found.includes(segment))])];
}
