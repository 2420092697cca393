/** Words that are read as part of the language: a name or value that is one of them stands in quotes. */
export const RESERVED: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  'between',
  'contains',
  'matches',
  'is',
  'of',
  'where',
  'then',
  'within',
  'after',
  'before',
  'since',
  'until',
  'last',
  'first',
  'ever',
  'anything',
  'hours',
  'weekdays',
  'days',
  'weeks',
  'months',
  'per',
  'each',
]);

/** Days of the week as they are written, Monday first. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const WORD = /^[\p{L}_$][\p{L}\p{M}\p{N}_$.-]*$/u;
const PLAIN_NUMBER = /^-?\d{1,40}(?:\.\d{1,40})?$/;
/** Also unpaired surrogates and what separates lines; a rule is one line wherever it is printed. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a text can be a name or a value in a rule: it is not empty, and holds no control character and no end of a line. */
export function isFitText(text: string): boolean {
  return text !== '' && !UNFIT.test(text);
}

/** A name or a value as a rule has it: in quotes where it would be read as something else. */
export function quoted(text: string): string {
  const isPlain = (WORD.test(text) && !RESERVED.has(text.toLowerCase())) || PLAIN_NUMBER.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}
