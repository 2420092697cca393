/** Users without any value. */
export const UNKNOWN = 'unknown';
/** Users whose value is none of the most frequent ones. */
export const OTHER = 'other';

/** What a value that reads like a segment of ours gets appended, so that it stays apart from it. */
export const VALUE_SUFFIX = ' (value)';

/** Values that would be taken for a segment of ours, or for such a value with its suffix. */
export const TAKEN_VALUES = '(unknown|other)( \\(value\\))*';
