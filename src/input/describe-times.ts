import type { TimeFormat } from './time-format.js';
import type { TimeShape } from './time-text.js';

const UNIT_WORDS = { s: 'seconds', ms: 'milliseconds', us: 'microseconds' } as const;

/** How the times of a file are written, in words; null is a column whose type says it. */
export function describeTimes(format: TimeFormat | null): string {
  if (format === null) return 'stored as dates or times';
  if (format.pattern !== null) return `written as ${format.pattern}`;
  const words = new Set<string>();
  if (format.epochUnit !== null) words.add(`${UNIT_WORDS[format.epochUnit]} since 1970`);
  if (format.slashOrder !== null) words.add(format.slashOrder === 'day-first' ? 'slash dates, day first' : 'slash dates, month first');
  for (const shape of format.shapes) {
    const word = describeShape(shape);
    if (word !== undefined) words.add(word);
  }
  return words.size === 0 ? 'none in the first records' : [...words].join(', ');
}

function describeShape(shape: TimeShape): string | undefined {
  switch (shape.kind) {
    case 'iso':
      if (shape.separator === '') return 'ISO dates';
      return shape.zone === '' ? 'ISO 8601 without a zone' : 'ISO 8601 with a zone';
    case 'digits':
      return shape.length === 8 ? 'dates as YYYYMMDD' : 'times as YYYYMMDDHHMMSS';
    case 'slash':
      return shape.isYearFirst ? 'slash dates, year first' : undefined;
    case 'epoch':
      return undefined;
  }
}
