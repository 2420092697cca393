import { isFailing, LINT_LEVELS } from '../../analysis/lint/lint-result.js';
import { renderJson } from '../json-text.js';
import type { LintReporter } from './lint-reporter.js';

/** The same as one JSON object. */
export const lintJson: LintReporter = {
  description: 'one JSON object',
  render(report) {
    const { segments, data, findings, ignored, failOn } = report;
    return renderJson({
      segments: [...segments],
      as_of: data?.asOf ?? null,
      users: data?.users ?? null,
      fail_on: failOn,
      fails: isFailing(report),
      counts: Object.fromEntries(LINT_LEVELS.map((level) => [level, findings.filter((finding) => finding.level === level).length])),
      findings: findings.map(({ segment, code, level, message, hint, file, line, column, length }) => ({
        segment,
        code,
        level,
        message,
        hint,
        file: file ?? null,
        line,
        column,
        length,
      })),
      ignored: ignored.map(({ segment, code, reason, findings: count }) => ({ segment, code, reason, findings: count })),
    });
  },
};
