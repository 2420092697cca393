import type { CheckReport } from '../../analysis/check/check-result.js';
import { baselineWords, changedDefinitions, checkHeadline, describeFinding, historyWords, runWords } from '../check/finding-words.js';
import { describeMoves, describeSample } from '../check/moves-words.js';
import { annotationMessage, annotationProperty, plainLine } from '../github-annotations.js';
import type { CheckReporter } from './check-reporter.js';

const COMMANDS = { fail: 'error', pending: 'warning' } as const;

/** Workflow commands, which GitHub shows beside a run. */
export const checkGithub: CheckReporter = {
  description: 'annotations of GitHub Actions',
  render(report) {
    const annotations = report.findings.flatMap((finding) => {
      if (finding.level === 'holds') return [];
      const { subject, text } = describeFinding(finding, report.moves);
      return [`::${COMMANDS[finding.level]} title=${annotationProperty(`segment check: ${subject}`)}::${annotationMessage(text)}`];
    });
    const changes = changedDefinitions(report).changes.map(
      ({ name, before, after }) =>
        `::notice title=${annotationProperty('segment check: definitions changed')}::${annotationMessage(`${name}: ${before ?? 'not given'} to ${after ?? 'not given'}`)}`,
    );
    const words = [checkHeadline(report), historyWords(report), ...runWords(report), ...baselineWords(report)].map(plainLine);
    return `${[...annotations, ...changes, ...movesNotice(report), ...words].join('\n')}\n`;
  },
};

function movesNotice({ moves }: CheckReport): string[] {
  if (moves === null) return [];
  const samples = moves.segmentations.flatMap(({ segmentation, samples: users }) =>
    users.map((user) => `${segmentation}, ${describeSample(user)}`),
  );
  const lines = [...describeMoves(moves), ...samples];
  return lines.length === 0
    ? []
    : [`::notice title=${annotationProperty('segment check: moves')}::${lines.map(annotationMessage).join('%0A')}`];
}
