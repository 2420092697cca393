import { parseOwn } from '../../segmentation/rules/own-name.js';
import type { Glyphs } from '../glyphs.js';
import { safeText } from '../safe-text.js';
import { cutText } from '../wrap-text.js';

const LONGEST_NAME = 24;

/** A segment as reports name it; users in none of a segmentation's segments have no name of their own. */
export function segmentWord(segment: string | null, segmentation?: string): string {
  if (segment !== null) return safeText(segment);
  return segmentation !== undefined && parseOwn(segmentation) !== undefined ? 'not in it' : 'in none';
}

/** The same, cut where it is long: values of a property can be. */
export function shortSegmentWord(segment: string | null, { ellipsis }: Glyphs, segmentation?: string): string {
  return cutText(segmentWord(segment, segmentation), LONGEST_NAME, ellipsis);
}
