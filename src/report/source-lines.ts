import { safeText } from './safe-text.js';
import { textWidth } from './text-width.js';

const SOURCE_WIDTH = 100;
/** Characters before the place that are shown of a line that is too long. */
const SHOWN_BEFORE = 40;

/** A place in a text. Lines and columns begin with 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** The line it stands on. */
  readonly source: string;
}

/** The line of a place with a mark below it, in two lines of text; none where there is nothing to see. */
export function sourceLines({ line, column, length, source }: SourcePlace, mostColumns = SOURCE_WIDTH): string[] {
  if (source.trim() === '') return [];
  const characters = [...source];
  const width = Math.min(SOURCE_WIDTH, mostColumns);
  const shownBefore = Math.min(SHOWN_BEFORE, Math.floor(width / 2));
  const start = column - 1 > width - shownBefore ? column - 1 - shownBefore : 0;
  const text = safeText(characters.slice(start, start + width).join(''));
  const before = textWidth(safeText(characters.slice(start, column - 1).join('')));
  const marked = textWidth(safeText(characters.slice(column - 1, Math.min(column - 1 + length, start + width)).join('')));
  const number = String(line);
  return [`${number} | ${text}`, `${' '.repeat(number.length)} | ${' '.repeat(before)}${'^'.repeat(Math.max(1, marked))}`];
}
