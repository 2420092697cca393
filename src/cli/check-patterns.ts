import type { WrittenSegment } from '../config/parse-segment-text.js';
import { located } from '../config/text-problems.js';
import { type Database, EngineError } from '../engine/database.js';
import type { SegmentDefinition, Span } from '../segmentation/rules/rule.js';
import { sql } from '../sql/sql.js';
import { failWithProblems } from './own-segments.js';

interface PlacedPattern {
  readonly pattern: string;
  /** Of the condition it stands in. */
  readonly span: Span;
}

/** Refuses patterns that the engine cannot read, all of them at once and each in its place. Error: `segment-problems`. */
export async function checkPatterns(
  database: Database,
  definitions: readonly SegmentDefinition[],
  written: readonly WrittenSegment[],
): Promise<void> {
  const found: Parameters<typeof failWithProblems>[0][number][] = [];
  for (const segment of written) {
    if (segment.definition === undefined || !definitions.includes(segment.definition)) continue;
    for (const placed of patternsIn(segment.definition.rule)) {
      const reason = await reasonAgainst(database, placed.pattern);
      if (reason === undefined) continue;
      const message = `this is no regular expression as RE2 reads them (${reason}); contains looks for a plain text`;
      found.push({ segment, problem: located(segment.text, { ...spanOfPattern(segment.text, placed), message }) });
    }
  }
  if (found.length > 0) failWithProblems(found);
}

/** What the engine says of a pattern that it cannot read. */
async function reasonAgainst(database: Database, pattern: string): Promise<string | undefined> {
  try {
    await database.rows(sql`select regexp_matches('', ${pattern}) as is_pattern`);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.message.trim();
  }
}

function patternsIn(part: unknown, span: Span = { start: 0, end: 0 }): PlacedPattern[] {
  if (Array.isArray(part)) return part.flatMap((each) => patternsIn(each, span));
  if (typeof part !== 'object' || part === null) return [];
  const own = 'span' in part ? (part.span as Span) : span;
  const found = 'pattern' in part && typeof part.pattern === 'string' ? [{ pattern: part.pattern, span: own }] : [];
  return [...found, ...Object.values(part).flatMap((each) => patternsIn(each, own))];
}

/** The pattern itself, unless it is written otherwise than it is read: with doubled quotes, or signs of YAML. */
function spanOfPattern(text: string, { pattern, span }: PlacedPattern): Span {
  const at = text.slice(span.start, span.end).lastIndexOf(pattern);
  return at === -1 ? span : { start: span.start + at, end: span.start + at + pattern.length };
}
