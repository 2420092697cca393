import type { Glyphs } from '../glyphs.js';
import { safeText } from '../safe-text.js';
import { cutText } from '../wrap-text.js';

const LONGEST_NAME = 24;

/** A segment as reports name it; users in none of a segmentation's segments have no name of their own. */
export function segmentWord(segment: string | null): string {
  return segment === null ? 'in none' : safeText(segment);
}

/** The same, cut where it is long: values of a property can be. */
export function shortSegmentWord(segment: string | null, { ellipsis }: Glyphs): string {
  return cutText(segmentWord(segment), LONGEST_NAME, ellipsis);
}
