import { ENGAGEMENT_SEGMENTS } from './engagement/engagement.js';
import { FIRST_MATCH, IN_NONE } from './rules/first-match.js';

/** A segmentation that is made only when it is asked for (`--by`). */
export type FurtherSegmentation =
  | { readonly kind: 'engagement' }
  /** By the first own segment that holds. */
  | { readonly kind: 'first_match' }
  /** By the latest value of a column of the input, as it was named. */
  | { readonly kind: 'property'; readonly column: string };

const PROPERTY = 'property:';

/** The segmentation that a text means: `engagement`, `first_match`, or `property:` and a column. */
export function parseFurther(text: string): FurtherSegmentation | undefined {
  if (text === 'engagement' || text === FIRST_MATCH) return { kind: text };
  const column = text.startsWith(PROPERTY) ? text.slice(PROPERTY.length).trim() : '';
  return column === '' ? undefined : { kind: 'property', column };
}

/** Its name, which is that of its column in `members` too. */
export function furtherName(segmentation: FurtherSegmentation): string {
  return segmentation.kind === 'property' ? `${PROPERTY}${segmentation.column}` : segmentation.kind;
}

/** Its segments where they do not hang on the data; `own` are the own segments in the order in which they take users. */
export function fixedSegments({ kind }: FurtherSegmentation, own: readonly string[]): readonly string[] | undefined {
  switch (kind) {
    case 'engagement':
      return ENGAGEMENT_SEGMENTS.map(({ name }) => name);
    case 'first_match':
      return own.length === 0 ? undefined : [...own, IN_NONE];
    case 'property':
      return undefined;
  }
}
