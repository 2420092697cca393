import type { CheckReport } from '../../analysis/check/check-result.js';
import { baselineWords, changedDefinitions, checkHeadline, describeFinding, historyWords, runWords } from '../check/finding-words.js';
import { describeMoves, describeSample } from '../check/moves-words.js';
import { safeText } from '../safe-text.js';
import type { CheckReporter } from './check-reporter.js';

const COMMANDS = { fail: 'error', pending: 'warning' } as const;

/** Workflow commands, which GitHub shows beside a run. */
export const checkGithub: CheckReporter = {
  description: 'annotations of GitHub Actions',
  render(report) {
    const annotations = report.findings.flatMap((finding) => {
      if (finding.level === 'holds') return [];
      const { subject, text } = describeFinding(finding, report.moves);
      return [`::${COMMANDS[finding.level]} title=${property(`segment check: ${subject}`)}::${message(text)}`];
    });
    const changes = changedDefinitions(report).changes.map(
      ({ name, before, after }) =>
        `::notice title=${property('segment check: definitions changed')}::${message(`${name}: ${before ?? 'not given'} to ${after ?? 'not given'}`)}`,
    );
    // A line that began with two colons would be a command.
    const words = [checkHeadline(report), historyWords(report), ...runWords(report), ...baselineWords(report)].map((line) =>
      safeText(line).replace(/^\s*:/, ' \\:'),
    );
    return `${[...annotations, ...changes, ...movesNotice(report), ...words].join('\n')}\n`;
  },
};

function movesNotice({ moves }: CheckReport): string[] {
  if (moves === null) return [];
  const samples = moves.segmentations.flatMap(({ segmentation, samples: users }) =>
    users.map((user) => `${segmentation}, ${describeSample(user)}`),
  );
  const lines = [...describeMoves(moves), ...samples];
  return lines.length === 0 ? [] : [`::notice title=${property('segment check: moves')}::${lines.map(message).join('%0A')}`];
}

function message(text: string): string {
  return safeText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
