import { baselineWords, checkHeadline, describeFinding, historyWords } from '../check/finding-words.js';
import { safeText } from '../safe-text.js';
import type { CheckReporter } from './check-reporter.js';

const COMMANDS = { fail: 'error', pending: 'warning' } as const;

/** Workflow commands, which GitHub shows beside a run. */
export const checkGithub: CheckReporter = {
  description: 'annotations of GitHub Actions',
  render(report) {
    const annotations = report.findings.flatMap((finding) => {
      if (finding.level === 'holds') return [];
      const { subject, text } = describeFinding(finding);
      return [`::${COMMANDS[finding.level]} title=${property(`segment check: ${subject}`)}::${message(text)}`];
    });
    const changes = report.definitionChanges.map(
      ({ name, before, after }) =>
        `::notice title=${property('segment check: definitions changed')}::${message(`${name}: ${before ?? 'not given'} to ${after ?? 'not given'}`)}`,
    );
    // A line that began with two colons would be a command.
    const words = [checkHeadline(report), historyWords(report), ...baselineWords(report)].map((line) =>
      safeText(line).replace(/^\s*:/, ' \\:'),
    );
    return `${[...annotations, ...changes, ...words].join('\n')}\n`;
  },
};

function message(text: string): string {
  return safeText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
