import { annotationMessage, annotationProperty, plainLine } from '../github-annotations.js';
import { lintHeadline, lintNotes } from '../lint/lint-words.js';
import type { LintReporter } from './lint-reporter.js';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Workflow commands, which GitHub shows beside the lines of the file. */
export const lintGithub: LintReporter = {
  description: 'annotations of GitHub Actions',
  render(report) {
    const annotations = report.findings.map(({ level, segment, code, file, line, column, message, hint }) => {
      const place = file === undefined ? '' : `file=${annotationProperty(file)},line=${line},col=${column},`;
      const title = annotationProperty(`segment lint: ${segment}, ${code}`);
      return `::${COMMANDS[level]} ${place}title=${title}::${annotationMessage(`${message}. ${hint}`)}`;
    });
    return `${[...annotations, ...[lintHeadline(report), ...lintNotes(report)].map(plainLine)].join('\n')}\n`;
  },
};
