import { characterWidth, textWidth } from './text-width.js';

// Words that stay on one line: "17 %", "< 1 %". The sign between them can't occur in safe text.
const GLUE = /(?<=[<>]) (?=-?\d)|(?<=\d) (?=%)/g;
const GLUED = '\u0001';
/** A line keeps at least this much room for words, however long its beginning. */
const LEAST_ROOM = 8;

/** Short pieces longer than this may be broken all the same. */
const LONGEST_TOGETHER = 30;

/** The text with its blanks marked, so that `wrapText` keeps it on one line where it is short. */
export function keepTogether(text: string): string {
  return textWidth(text) > LONGEST_TOGETHER ? text : text.replaceAll(' ', GLUED);
}

/** Where lines are not wrapped, the blanks of such a text are blanks again. */
export function withBlanks(text: string): string {
  return text.replaceAll(GLUED, ' ');
}

/**
 * Unpainted text in lines of at most `width` columns, broken between words; a word longer than a line is cut.
 * The first line begins with `begin`, the others with `hang` (by default as many blanks).
 */
export function wrapText(text: string, width: number, begin = '', hang = ' '.repeat(textWidth(begin))): string[] {
  const indent = textWidth(hang) <= width - LEAST_ROOM ? hang : '';
  const lines: string[] = [];
  let line = '';
  let start = begin;
  const room = width - Math.max(textWidth(begin), textWidth(indent));
  const words = text.replace(GLUE, GLUED).split(' ');
  for (const word of words.flatMap((each) => (textWidth(each) > room ? each.split(GLUED) : [each]))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(start + joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') {
      lines.push(start + line);
      start = indent;
    }
    const pieces = cutWord(word, width - textWidth(start), width - textWidth(indent));
    for (const piece of pieces.slice(0, -1)) {
      lines.push(start + piece);
      start = indent;
    }
    line = pieces.at(-1) ?? '';
  }
  lines.push(start + line);
  return lines.map((each) => each.replaceAll(GLUED, ' ').replace(/ +$/, ''));
}

/** The text in at most `width` columns, its end replaced by `ellipsis` when it is longer. */
export function cutText(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  const [cut = ''] = cutWord(text, Math.max(0, width - textWidth(ellipsis)), width);
  return cut + ellipsis.slice(0, Math.max(0, width));
}

/** A word in pieces: the first of at most `first` columns, the others of at most `others`. */
function cutWord(word: string, first: number, others: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let left = first;
  for (const character of word) {
    const next = characterWidth(character);
    if (next > left) {
      pieces.push(piece);
      piece = '';
      left = others;
    }
    piece += character;
    left -= next;
  }
  return [...pieces, piece];
}
