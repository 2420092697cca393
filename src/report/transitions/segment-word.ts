import { safeText } from '../safe-text.js';

/** A segment as reports name it; users in none of a segmentation's segments have no name of their own. */
export function segmentWord(segment: string | null): string {
  return segment === null ? 'in none' : safeText(segment);
}
