import type { FileProblem } from '../config/text-problems.js';
import { sourceLines } from '../report/source-lines.js';

const MOST_PROBLEMS = 20;

/** Each problem with the line it stands on and a mark below it, as lines of text. */
export function presentProblems(problems: readonly FileProblem[], name: string): string[] {
  const shown = problems.slice(0, MOST_PROBLEMS).flatMap((problem) => presentOne(problem, name));
  const rest = problems.length - MOST_PROBLEMS;
  return rest > 0 ? [...shown, `and ${rest} more`] : shown;
}

function presentOne(problem: FileProblem, name: string): string[] {
  return [`${name}:${problem.line}:${problem.column}: ${problem.message}`, ...sourceLines(problem)];
}
