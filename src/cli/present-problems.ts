import type { FileProblem } from '../config/text-problems.js';
import { safeText } from '../report/safe-text.js';
import { textWidth } from '../report/text-width.js';

const MOST_PROBLEMS = 20;
const SOURCE_WIDTH = 100;
/** Characters before the fault that are shown of a line that is too long. */
const SHOWN_BEFORE = 40;

/** Each problem with the line it stands on and a mark below it, as lines of text. */
export function presentProblems(problems: readonly FileProblem[], name: string): string[] {
  const shown = problems.slice(0, MOST_PROBLEMS).flatMap((problem) => presentOne(problem, name));
  const rest = problems.length - MOST_PROBLEMS;
  return rest > 0 ? [...shown, `and ${rest} more`] : shown;
}

function presentOne({ line, column, length, message, source }: FileProblem, name: string): string[] {
  const head = `${name}:${line}:${column}: ${message}`;
  if (source.trim() === '') return [head];
  const characters = [...source];
  const start = column - 1 > SOURCE_WIDTH - SHOWN_BEFORE ? column - 1 - SHOWN_BEFORE : 0;
  const text = safeText(characters.slice(start, start + SOURCE_WIDTH).join(''));
  const before = textWidth(safeText(characters.slice(start, column - 1).join('')));
  const marked = textWidth(safeText(characters.slice(column - 1, Math.min(column - 1 + length, start + SOURCE_WIDTH)).join('')));
  const number = String(line);
  return [head, `${number} | ${text}`, `${' '.repeat(number.length)} | ${' '.repeat(before)}${'^'.repeat(Math.max(1, marked))}`];
}
