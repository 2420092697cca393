import { LINT_LEVELS, type LintReport, type PlacedLintFinding } from '../../analysis/lint/lint-result.js';
import { formatCounted, formatDate } from '../format.js';

const COMMAND_LINE = '--segment';

/** `segment.yaml:3:5`, or `--segment:1:1` of the command line. */
export function placeWords({ file, line, column }: PlacedLintFinding): string {
  return `${file ?? COMMAND_LINE}:${line}:${column}`;
}

/** `3 own segments: 1 error and 2 warnings`, with what they were looked at with. */
export function lintHeadline({ segments, findings }: LintReport): string {
  const counts = LINT_LEVELS.flatMap((level) => {
    const count = findings.filter((finding) => finding.level === level).length;
    if (count === 0) return [];
    return [level === 'info' ? formatCounted(count, 'remark') : formatCounted(count, level)];
  });
  const last = counts.pop();
  const words = last === undefined ? 'nothing odd' : counts.length === 0 ? last : `${counts.join(', ')} and ${last}`;
  return `${formatCounted(segments.length, 'own segment')}: ${words}.`;
}

/** What the findings rest on, and what was set aside, a sentence a line. */
export function lintNotes({ data, ignored }: LintReport): string[] {
  const basis =
    data === null
      ? 'Only the rules were looked at, no data.'
      : `Looked at with ${formatCounted(data.users, 'user')} as of ${formatDate(data.asOf)}.`;
  const aside = ignored.map(
    ({ segment, code, reason, findings }) => `Ignored in ${segment}: ${code}${findings === 1 ? '' : ` (${findings} times)`}, "${reason}".`,
  );
  return [basis, ...aside];
}
