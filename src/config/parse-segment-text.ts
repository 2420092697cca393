import { SEGMENT_NAME, type SegmentDefinition, type Span } from '../segmentation/rules/rule.js';
import { parsePart } from './parse-rule.js';
import { type FileProblem, located } from './text-problems.js';

/** A segment as somebody wrote it. */
export interface WrittenSegment {
  readonly name: string;
  /** Undefined when there are problems. */
  readonly definition: SegmentDefinition | undefined;
  readonly problems: readonly FileProblem[];
  /** What the spans are places of. */
  readonly text: string;
  /** The file it stands in; undefined on the command line. */
  readonly file: string | undefined;
  /** The recipe that it is of. */
  readonly recipe?: string;
  /** In place of a definition, the name alone of a segment that is defined elsewhere. */
  readonly chosen?: string;
}

/** The segment that a text such as `vip: monetary >= 500 and did(purchase, last 30d) >= 2` defines, or all that is wrong with it. */
export function parseSegmentText(text: string): WrittenSegment {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon)).trim();
  if (colon === -1 || name === '') {
    const chosen = text.trim();
    const isChosen = SEGMENT_NAME.test(chosen);
    const elsewhere = isChosen ? '; a name alone chooses a segment for segment sql only' : '';
    const message = `expected a name, a colon and a rule: vip: monetary >= 500${elsewhere}`;
    const problem = located(text, { start: 0, end: text.length, message });
    return { name, definition: undefined, problems: [problem], text, file: undefined, ...(isChosen ? { chosen } : {}) };
  }
  const place = (offset: number): number => offset + colon + 1;
  const { value: rule, problems } = parsePart(text.slice(colon + 1), place, (reading) => reading.rule());
  const inOrder = [...problems].sort((left, right) => left.span.start - right.span.start);
  const start = text.indexOf(name);
  const span: Span = { start, end: start + name.length };
  const definition =
    rule === undefined ? undefined : { name, description: '', goal: '', minSize: null, priority: null, rule, ignore: [], span };
  return {
    name,
    definition,
    problems: inOrder.map((problem) => located(text, { ...problem.span, message: problem.message })),
    text,
    file: undefined,
  };
}
