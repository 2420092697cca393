import type { LintCode, LintLevel } from '../../segmentation/rules/lint-codes.js';
import type { Span } from '../../segmentation/rules/rule.js';

/** Something about one of several definitions that is worth a second look. */
export interface LintFinding {
  /** Which definition. */
  readonly index: number;
  readonly code: LintCode;
  /** Where in the text of the definition. */
  readonly span: Span;
  /** One sentence without its full stop. */
  readonly message: string;
  /** One thing to try. */
  readonly hint: string;
}

/** A finding where an editor finds it. */
export interface PlacedLintFinding extends Omit<LintFinding, 'index' | 'span'> {
  readonly segment: string;
  readonly level: LintLevel;
  /** As the user names it; undefined: the command line. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** The line it stands on. */
  readonly source: string;
}

/** Findings that an `ignore` of the definition sets aside. */
export interface IgnoredFindings {
  readonly segment: string;
  readonly code: LintCode;
  readonly reason: string;
  readonly findings: number;
}

/** What the rules were looked at with besides themselves. */
export interface LintData {
  readonly asOf: string;
  readonly users: number;
}

export interface LintReport {
  readonly segments: readonly string[];
  /** Null: the rules alone were looked at. */
  readonly data: LintData | null;
  /** In the order of the definitions and of their text. */
  readonly findings: readonly PlacedLintFinding[];
  readonly ignored: readonly IgnoredFindings[];
  /** From which level on the command fails. */
  readonly failOn: 'error' | 'warning';
}

/** Levels, the worst first. */
export const LINT_LEVELS = ['error', 'warning', 'info'] as const satisfies readonly LintLevel[];

/** Whether findings are such as the command fails of. */
export function isFailing({ findings, failOn }: Pick<LintReport, 'findings' | 'failOn'>): boolean {
  return findings.some(({ level }) => level === 'error' || level === failOn);
}
