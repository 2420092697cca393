/** One thing that is wrong with a file. Lines and columns begin with 1; columns count characters. */
export interface FileProblem {
  readonly line: number;
  readonly column: number;
  /** Characters that are wrong; 0 when something is missing. */
  readonly length: number;
  readonly message: string;
  /** The line it stands on. */
  readonly source: string;
}

/** Offsets in the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface PlacedProblem extends Span {
  readonly message: string;
}

/** A problem at its line and column. */
export function located(text: string, { start, end, message }: PlacedProblem): FileProblem {
  const before = text.slice(0, start);
  const from = before.lastIndexOf('\n') + 1;
  const until = text.indexOf('\n', start) === -1 ? text.length : text.indexOf('\n', start);
  const source = text.slice(from, until).replace(/\r$/, '');
  return {
    line: before.split('\n').length,
    column: [...text.slice(from, start)].length + 1,
    length: [...text.slice(start, Math.min(end, from + source.length))].length,
    message,
    source,
  };
}
