import { LINT_RULES } from '../../segmentation/rules/lint-codes.js';
import type { SegmentDefinition } from '../../segmentation/rules/rule.js';
import type { IgnoredFindings, LintFinding } from './lint-result.js';

/**
 * Takes out what definitions ignore, and adds where they ignore what is not there, as far as it was looked for. What is left comes in the
 * order of the definitions and their text.
 */
export function setAside(
  definitions: readonly SegmentDefinition[],
  found: readonly LintFinding[],
  { hasData }: { readonly hasData: boolean },
): { readonly findings: readonly LintFinding[]; readonly ignored: readonly IgnoredFindings[] } {
  const ignored: IgnoredFindings[] = [];
  const needless: LintFinding[] = [];
  for (const [index, { name, ignore }] of definitions.entries()) {
    for (const { code, reason, span } of ignore) {
      const findings = found.filter((finding) => finding.index === index && finding.code === code).length;
      if (findings > 0) ignored.push({ segment: name, code, reason, findings });
      else if (hasData || !LINT_RULES[code].needsData)
        needless.push({ index, code: 'needless-ignore', span, message: `there is no ${code} to ignore in ${name}`, hint: 'Take it out.' });
    }
  }
  const kept = found.filter(({ index, code }) => definitions[index]?.ignore.some((one) => one.code === code) !== true);
  const findings = [...kept, ...needless].sort((left, right) => left.index - right.index || left.span.start - right.span.start);
  return { findings, ignored };
}
