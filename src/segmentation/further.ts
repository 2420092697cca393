import { ENGAGEMENT_SEGMENTS } from './engagement/engagement.js';

/** A segmentation that is made only when it is asked for (`--by`). */
export type FurtherSegmentation =
  | { readonly kind: 'engagement' }
  /** By the latest value of a column of the input, as it was named. */
  | { readonly kind: 'property'; readonly column: string };

const PROPERTY = 'property:';

/** The segmentation that a text means: `engagement`, or `property:` and a column. */
export function parseFurther(text: string): FurtherSegmentation | undefined {
  if (text === 'engagement') return { kind: 'engagement' };
  const column = text.startsWith(PROPERTY) ? text.slice(PROPERTY.length).trim() : '';
  return column === '' ? undefined : { kind: 'property', column };
}

/** Its name, which is that of its column in `members` too. */
export function furtherName(segmentation: FurtherSegmentation): string {
  return segmentation.kind === 'engagement' ? 'engagement' : `${PROPERTY}${segmentation.column}`;
}

/** Its segments where they do not hang on the data. */
export function fixedSegments({ kind }: FurtherSegmentation): readonly string[] | undefined {
  return kind === 'engagement' ? ENGAGEMENT_SEGMENTS.map(({ name }) => name) : undefined;
}
